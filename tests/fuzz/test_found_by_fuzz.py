"""What the fuzz tests found, each as the text that did it."""

from __future__ import annotations

import pytest
from checks import PATH, check_page
from hostile import COVER, PAGE

from gitlab_journal.attachments import _REFERENCES, read_attachments
from gitlab_journal.catalogue.row import stored
from gitlab_journal.clones.push_ahead import _FAILED, failed_push
from gitlab_journal.cover import Cover
from gitlab_journal.entry import Entry
from gitlab_journal.errors import ArgumentError, JournalWarning, PageError, StoreError
from gitlab_journal.history.trailers import statements
from gitlab_journal.points import FILE, read_points
from gitlab_journal.site.output import MANIFEST, read_manifest
from gitlab_journal.store.objects import Objects
from gitlab_journal.store.runs.records import Runs


@pytest.mark.parametrize("number", ["0x" + "f" * 5000, "9" * 4301, "-" + "9" * 4301])
def test_an_integer_that_python_cannot_write_out_is_refused(number):
    with pytest.raises(PageError, match="more than 4300 digits") as caught:
        Entry.parse(PAGE.replace("width: 64", f"width: {number}"), PATH)

    assert 1 + PAGE[: PAGE.index("width")].count("\n") == caught.value.line


@pytest.mark.parametrize("figures", ["0x" + "f" * 3000, "9" * 4300])
def test_an_integer_that_python_can_write_out_is_a_parameter(figures):
    entry = check_page(PAGE.replace("width: 64", f"width: {figures}").encode())

    assert int(figures, 0) == entry.params["width"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("score: 0.93", "score: {}"),
        ("duration: 1.5", "duration: -{}"),
        ("accuracy: 0.93", "accuracy: {}"),
        ("[0.92, 0.94]", "[0.92, {}]"),
        ("bound: 0.9", "bound: {}"),
    ],
)
def test_a_number_beyond_all_floats_is_refused_where_it_is_calculated_with(old, new):
    line = 1 + PAGE[: PAGE.index(old)].count("\n")

    with pytest.raises(PageError, match=r"expected a (list of )?number") as caught:
        Entry.parse(PAGE.replace(old, new.format("9" * 400)), PATH)

    assert line == caught.value.line


def test_the_largest_float_as_an_integer_is_a_score():
    entry = Entry.parse(PAGE.replace("score: 0.93", f"score: {int(1.7976931348623157e308)}"))

    assert 1.7976931348623157e308 == stored("entries/a.md", "0" * 40, entry)["score"]


@pytest.mark.parametrize("size", ["9" * 400 + " MB", "9" * 400])
def test_a_size_beyond_all_floats_is_refused(size):
    with pytest.raises(PageError, match="expected a size such as 10 MB"):
        Cover.parse(COVER.replace("10 MB", size))


@pytest.mark.parametrize("spaces", [" ", "\t", " \t"])
def test_a_heading_with_half_a_million_spaces_is_read_in_one_walk(spaces):
    gap = spaces * 500_000

    entry = Entry.parse(f"{PAGE}\n## one{gap}two\n\n## three{gap}##\n\n## {gap}\n")

    assert [f"one{gap}two", "three", ""] == [item.name for item in entry.page.sections[-3:]]


DEEP = b"[" * 100_000


def test_json_that_nests_deeply_is_damage_wherever_it_stands(tmp_path):
    (tmp_path / FILE).write_bytes(DEEP + b'\n{"series": "", "step": 0, "values": {"loss": 1.0}}\n')
    (tmp_path / _REFERENCES).write_bytes(DEEP + b'\n{"name": "a", "size": 1}\n')
    (tmp_path / _FAILED).write_bytes(DEEP)
    (tmp_path / MANIFEST).write_bytes(DEEP)

    assert {"": {"step": [0], "loss": [1.0]}} == read_points(tmp_path)
    assert {"a": {"size": 1}} == read_attachments(tmp_path)[1]
    assert failed_push(tmp_path) is None
    with pytest.raises(ArgumentError, match="is damaged"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "line", [b"\xff", b"1", b"{}", b'{"series": [], "step": 0, "values": {}}', b"9" * 5000]
)
def test_a_curve_is_read_but_for_its_damaged_lines(line, tmp_path):
    point = b'{"series": "", "step": 0, "values": {"loss": 1.0}}'
    (tmp_path / FILE).write_bytes(b"\n".join([point, line, point, b""]))

    assert [1.0, 1.0] == read_points(tmp_path)[""]["loss"]


@pytest.mark.parametrize("note", [b"[]", b"{}", b'{"before": 1, "after": 2}', b"\xff", DEEP])
def test_a_damaged_note_of_a_run_called_dead_costs_no_result(note, tmp_path):
    (tmp_path / "runs" / "a").mkdir(parents=True)
    (tmp_path / "runs" / "a" / "called-dead.json").write_bytes(note)

    with pytest.warns(JournalWarning, match="is damaged"):
        assert Runs(tmp_path).was_called_dead("a") is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"100644 a\0short", "cut off"),
        (b"100644 a", "damaged"),
        (b"40000 ..\0" + b"x" * 20, "no tree may hold"),
        (b"40000 .GIT\0" + b"x" * 20, "no tree may hold"),
        (b"100644 ../a\0" + b"x" * 20, "no tree may hold"),
        (b"a\0" + b"x" * 20, "no mode"),
    ],
)
def test_a_tree_that_is_damaged_or_leads_outside_is_named(content, words, tmp_path):
    objects = Objects(tmp_path)
    digest = objects.add("tree", content)

    with pytest.raises(StoreError, match=words) as caught:
        objects.tree(digest)

    assert digest in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"tree \xff", b"tree " + b"a" * 39 + b"\n", b"parent a\n"]
)
def test_a_commit_without_a_tree_is_named(content, tmp_path):
    objects = Objects(tmp_path)
    digest = objects.add("commit", content)

    for read in (objects.tree_of, objects.parents_of):
        with pytest.raises(StoreError, match=digest):
            read(digest)


def test_a_trailer_that_goes_on_for_ever_is_one_line():
    assert [{"Entry": "a" + " b" * 200_000}] == statements("A\n\nEntry: a\n" + " b\n" * 200_000)
