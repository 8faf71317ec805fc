from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.page.naming import attachments_path, new_id, page_path, slug


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), st.binary(min_size=3))  # noqa: DTZ001 -- given its zone below
def test_an_id_has_the_shape_of_a_name_that_every_system_takes(now, entropy):
    name = new_id(now.replace(tzinfo=UTC), entropy)

    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-hjkmnp-tv-z]{6}", name)
    assert name.startswith(f"{now:%Y%m%d-%H%M%S}-")


@given(st.lists(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), min_size=2))  # noqa: DTZ001 -- as above
def test_ids_sort_as_their_times_do_to_a_thousandth(times):
    times = sorted(
        time.replace(tzinfo=UTC, microsecond=time.microsecond // 1000 * 1000) for time in times
    )
    names = [new_id(time, b"\0\0\0\0") for time in times]

    assert names == sorted(names)


def test_the_last_four_characters_are_the_entropy():
    now = datetime(2026, 3, 1, 20, 43, 7, 500_000, timezone(timedelta(hours=2)))

    assert "20260301-184307-g00001" == new_id(now, bytes([0, 0, 0, 1]))
    assert "20260301-184307-g0zzzz" == new_id(now, b"\xff\xff\xff")


@given(st.text())
def test_a_slug_is_short_plain_and_never_empty(title):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(title))
    assert len(slug(title)) <= 60


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("SVC on digits: C = 1, gamma = 0.001", "svc-on-digits-c-1-gamma-0-001"),
        ("Größe é", "groe-e"),
        ("中文", "entry"),
        ("word " * 30, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 70, "x" * 60),
    ],
)
def test_a_slug_says_the_title(title, expected):
    assert expected == slug(title)


def test_a_page_lies_in_the_folder_of_its_day():
    path = page_path("20260301-184307-d7k7m2", "Normalised inputs")

    assert PurePosixPath("entries/2026/03/01/20260301-184307-d7k7m2-normalised-inputs.md") == path
    assert PurePosixPath("entries/2026/03/01/20260301-184307-d7k7m2") == attachments_path(
        path, "20260301-184307-d7k7m2"
    )


@pytest.mark.parametrize(
    ("full", "folder"),
    [
        ([], "01"),
        (["entries/2026/03/01"], "01/1843"),
        (["entries/2026/03/01", "entries/2026/03/01/1843"], "01/1843/07"),
        (["entries/2026/03/01/1843"], "01"),
    ],
)
def test_where_a_folder_is_full_a_page_goes_into_one_of_its_minute_then_second(full, folder):
    def pages_in(place):
        return 500 if str(place) in full else 499

    path = page_path("20260301-184307-d7k7m2", "Wide", pages_in=pages_in)

    assert f"entries/2026/03/{folder}/20260301-184307-d7k7m2-wide.md" == str(path)
