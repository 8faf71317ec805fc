"""Any bytes as the journal's other files: records, markers, curves, pushes, what was kept."""

from __future__ import annotations

import json
import math
import tempfile
import warnings
from pathlib import Path

from checks import check_record, check_trailers, check_tree
from hostile import ABOUT_A_RECORD, RECORD, json_damages, json_values
from hypothesis import strategies as st
from property import holds_for

from gitlab_journal.errors import JournalError, JournalWarning
from gitlab_journal.kept import ABOUT, FILES, load_kept
from gitlab_journal.points import FILE, read_points
from gitlab_journal.store.remotes.pushes import Push, pushes
from gitlab_journal.store.runs.record import write_record
from gitlab_journal.store.runs.records import Runs

ID = "20260301-184307-d7k7m2"
POINT = {"series": "", "step": 1, "values": {"loss": 0.5}}
PUSH = {"remote": "origin", "commit": "a" * 40, "at": "2026-03-01T18:43:07+00:00"}
MARKER = {
    "pid": 1,
    "host": "elsewhere",
    "boot": "b",
    "machine": "m",
    "started": 1,
    "branch": "main",
}
KEPT = {
    "format": 1,
    "entry": ID,
    "kind": "array",
    "file": FILES["array"],
    "versions": {"python": "3.11", "numpy": "2.0"},
    "fitted": None,
    "hmac": "0" * 64,
}
LINES = [b"Entry: a", b"Status: done", b"Amends: score", b"Reason: why", b" more", b"", b"Own: x"]

messages = st.lists(st.sampled_from(LINES) | st.binary(max_size=9), max_size=12).map(b"\n".join)
trees = st.lists(
    st.sampled_from([b"100644 a\0" + b"x" * 20, b"40000 b\0" + b"\xff" * 20, b"40000 b\0short"])
    | st.binary(max_size=30),
    max_size=4,
).map(b"".join)
commits = st.lists(
    st.sampled_from([b"tree " + b"a" * 40, b"tree a", b"parent " + b"b" * 40, b"parent \xff", b""])
    | st.binary(max_size=9),
    max_size=5,
).map(b"\n".join)


@holds_for(trees | commits)
def test_any_bytes_are_an_object_of_git_or_refused_by_its_name(data):
    with tempfile.TemporaryDirectory() as folder:
        check_tree(Path(folder), data)


@holds_for(messages | st.binary(max_size=200))
def test_any_message_states_known_trailers_or_nothing(data):
    check_trailers(data)


@holds_for(st.tuples(json_damages(ABOUT_A_RECORD), st.sampled_from([b"\na", b"\n", b"", b"\nab"])))
def test_any_bytes_are_a_whole_record_or_refused(parts):
    with tempfile.TemporaryDirectory() as folder:
        check_record(Path(folder) / "record", b"".join(parts))


def test_a_record_that_was_written_is_whole(tmp_path):
    path = tmp_path / "record"
    record = check_record(path, RECORD)

    write_record(path, record)

    assert record == check_record(path, path.read_bytes())


@holds_for(json_damages(MARKER), json_damages(ABOUT_A_RECORD))
def test_any_marker_and_record_are_given_or_named_in_a_warning(marker, record):
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        state = Path(folder)
        run, sound = state / "runs" / ID, state / "runs" / "20260301-184308-aaaaaa"
        for path in (run, sound):
            path.mkdir(parents=True)
        (run / "marker.json").write_bytes(marker)
        (run / "record").write_bytes(record + b"\na")
        (sound / "marker.json").write_text(json.dumps({"pid": 0}))
        runs = Runs(state)
        runs.is_live(ID)

        found = runs.left_behind()

        for leftover in found:
            assert isinstance(leftover.payload, dict)
            leftover.release()
        assert all(item.category is JournalWarning for item in caught)


@holds_for(json_damages({"before": "a", "after": "b"}))
def test_any_note_of_a_run_that_was_called_dead_is_read_or_refused(data):
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        (state / "runs" / ID).mkdir(parents=True)
        (state / "runs" / ID / "called-dead.json").write_bytes(data)
        try:
            said = Runs(state).was_called_dead(ID)
        except JournalError:
            return

        assert said is None or all(isinstance(text, bytes) for text in said)


@holds_for(st.lists(json_damages(POINT), max_size=4))
def test_any_lines_of_a_curve_are_points_or_left_out(lines):
    with tempfile.TemporaryDirectory() as folder:
        sound = json.dumps(POINT).encode()
        data = b"\n".join([sound, *lines, sound, b""])
        (Path(folder) / FILE).write_bytes(data)

        found = read_points(Path(folder))

        steps = [step for step in found[""]["step"] if step == 1]
        assert len(steps) >= 2
        for columns in found.values():
            assert len({len(column) for column in columns.values()}) == 1
            for value in (value for column in columns.values() for value in column):
                assert value is None or isinstance(value, int | float)
                assert value is None or math.isnan(value) or math.copysign(1, value)


@holds_for(st.lists(json_damages(PUSH), max_size=4))
def test_any_lines_of_the_pushes_are_pushes_or_left_out(lines):
    with tempfile.TemporaryDirectory() as folder:
        sound = json.dumps(PUSH).encode()
        (Path(folder) / "pushes.jsonl").write_bytes(b"\n".join([sound, *lines, sound, b""]))

        found = pushes(Path(folder))

        assert [found[0]] * 2 == [found[0], found[-1]]
        assert all(isinstance(push, Push) and push.at.tzinfo for push in found)


@holds_for(json_damages(KEPT), json_values)
def test_any_note_of_what_was_kept_is_refused_when_nobody_signed_it(data, value):
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "kept" / ID
        kept.mkdir(parents=True)
        (kept / FILES["array"]).write_bytes(b"")
        (kept / ABOUT).write_bytes(data)
        try:
            load_kept(Path(folder), ID)
        except JournalError:
            return
        raise AssertionError("it was taken for what the user kept")
