"""Any bytes as a page or a cover."""

from __future__ import annotations

import pytest
from checks import check_cover, check_page
from hostile import COVER, HURTFUL, PAGE, cover_bytes, example_pages, page_bytes
from property import holds_for


def test_the_pages_that_are_damaged_are_sound_before():
    assert all(check_page(page.encode()) for page in [PAGE, *example_pages()])
    assert check_cover(COVER.encode())


@holds_for(page_bytes, short=100)
def test_any_bytes_are_a_page_to_the_byte_or_refused_with_path_and_line(data):
    check_page(data)


@holds_for(cover_bytes)
def test_any_bytes_are_a_cover_to_the_byte_or_refused_with_path_and_line(data):
    check_cover(data)


@pytest.mark.parametrize("place", ["format", "```yaml", "# "])
@pytest.mark.parametrize("page", [PAGE, COVER], ids=["page", "cover"])
def test_each_hurtful_line_is_read_or_refused(page, place):
    check = check_page if page is PAGE else check_cover
    before, _, after = page.partition(f"\n{place}")
    for hurtful in HURTFUL:
        check(f"{before}\n{hurtful}\n{place}{after}".encode())
        check(f"{before}\n{place}{after}".replace("\n```\n", f"\n{hurtful}\n```\n").encode())


@pytest.mark.parametrize("hurtful", [line for line in HURTFUL if ":" in line])
def test_each_hurtful_value_is_read_or_refused_in_place_of_a_sound_one(hurtful):
    key = hurtful.partition(":")[0]
    for page, check in ((PAGE, check_page), (COVER, check_cover)):
        first, *lines = page.splitlines(keepends=True)
        others = [line for line in lines if not line.startswith(f"{key}:")]
        check("".join([first, f"{hurtful}\n", *others]).encode())
