"""What a run attaches: copied where small, referred to where large, refused where it is no file."""

from __future__ import annotations

import hashlib
import os
from functools import partial

import pytest

from gitlab_journal import curves
from gitlab_journal.attachments import Attachments, Limits, limits_of, read_attachments
from gitlab_journal.errors import ArgumentError, JournalWarning
from gitlab_journal.points import Points, read_points, read_series

SMALL = Limits(one=10, all=25, count=3)


@pytest.fixture
def folder(tmp_path):
    run = tmp_path / "state" / "runs" / "20260301-184307-d7k7m2"
    run.mkdir(parents=True)
    return run


@pytest.fixture
def attachments(folder, tmp_path):
    return Attachments(folder, project=tmp_path, limits=SMALL)


def written(path, content):
    path.write_bytes(content)
    return path


def test_a_small_file_is_copied_as_it_is_at_that_moment(attachments, folder, tmp_path):
    file = written(tmp_path / "a.txt", b"before")
    attachments.add(file)
    file.write_bytes(b"after")

    assert ({"a.txt": b"before"}, {}) == read_attachments(folder)


def test_a_large_file_is_known_by_size_digest_and_place(attachments, folder, tmp_path):
    attachments.add(written(tmp_path / "weights.bin", b"x" * 11))
    digest = hashlib.sha256(b"x" * 11).hexdigest()
    row = {"size": 11, "hash": f"sha256:{digest}", "path": "weights.bin"}

    assert ({}, {"weights.bin": row}) == read_attachments(folder)


@pytest.mark.parametrize(
    ("settings", "limits"),
    [
        ({}, Limits(10_000_000, 50_000_000)),
        ({"largest_attachment": "1.5 GB", "all_attachments": 0}, Limits(1_500_000_000, 0)),
    ],
)
def test_the_limits_are_those_of_the_cover(settings, limits):
    assert limits == limits_of(settings)


def test_what_goes_over_all_of_a_run_is_referred_to(attachments, folder, tmp_path):
    for name in "abc":
        attachments.add(written(tmp_path / name, b"x" * 9))
    copied, references = read_attachments(folder)

    assert (["a", "b"], ["c"]) == (list(copied), list(references))


def test_more_than_so_many_are_left_out_with_one_warning(attachments, folder, tmp_path):
    file = written(tmp_path / "a", b"x")
    for _ in range(3):
        attachments.add(file)
    with pytest.warns(JournalWarning, match="more than 3 attachments"):
        attachments.add(file)

    assert (None, 3) == (attachments.add(file), len(read_attachments(folder)[0]))


@pytest.mark.parametrize("name", ["folder", "pipe"])
def test_what_is_no_file_is_refused_without_waiting(attachments, tmp_path, name):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ArgumentError, match=f"a {name}; expected a file"):
        attachments.add(tmp_path / name)


def test_a_device_is_refused(attachments):
    from pathlib import Path

    with pytest.raises(ArgumentError, match="a device"):
        attachments.add(Path("/dev/zero"))


@pytest.mark.parametrize("name", [".env", "id_rsa", "credentials.json"])
def test_a_file_of_secrets_stays_out(attachments, folder, tmp_path, name):
    with pytest.raises(ArgumentError, match="secrets"):
        attachments.add(written(tmp_path / name, b"x"))

    assert ({}, {}) == read_attachments(folder)


def test_a_link_gives_what_it_leads_to_under_its_own_name(attachments, folder, tmp_path):
    (tmp_path / "last.txt").symlink_to(written(tmp_path / "run-7.txt", b"7"))
    attachments.add(tmp_path / "last.txt")

    assert {"last.txt": b"7"} == read_attachments(folder)[0]


def test_a_name_with_controls_is_made_harmless(attachments, tmp_path):
    assert "a-b-(1).txt" == attachments.add(written(tmp_path / "a\nb\x1b(1).txt", b"x"))


def test_a_large_drawing_stays_on_this_machine(attachments, folder):
    shown = attachments.add_drawn(written(folder / "drawing.svg", b"<svg/>" * 9), "loss.svg")
    references = read_attachments(folder)[1]
    aside = folder.parents[1] / "large" / folder.name / "loss.svg"

    assert (None, ["loss.svg"]) == (shown, list(references))
    assert b"<svg/>" * 9 == aside.read_bytes()


def test_a_large_attachment_stands_on_the_page(project):
    journal_page = project.journal_folder / "journal.md"
    text = journal_page.read_text().replace("format: 1", "format: 1\nlargest_attachment: 1 KB", 1)
    journal_page.write_text(text)
    (project.folder / "weights.bin").write_bytes(b"x" * 2000)
    with project.journal.run(title="One") as run:
        run.attach(project.folder / "weights.bin")

    (entry,) = project.journal.entries()
    row = entry.attachments["weights.bin"]
    assert (2000, True) == (row["size"], row["path"].endswith("digits/weights.bin"))
    assert "`weights.bin` (2.0 KB)" in entry.prose("Results")


def test_a_long_series_is_thinned_and_keeps_its_ends_and_extremes(tmp_path):
    points = Points(tmp_path)
    for number in range(1000):
        loss = -5.0 if number == 333 else 9.0 if number == 777 else 1 / (number + 1)
        points.append({"loss": loss}, step=None)
    series = read_series(tmp_path, cells=100)[""]
    columns = series.columns()

    assert (1000, True) == (series.total, len(columns["step"]) < 120)
    assert (0, 999) == (columns["step"][0], columns["step"][-1])
    assert (-5.0, 9.0) == (min(columns["loss"]), max(columns["loss"]))
    assert 1000 == len(read_points(tmp_path)[""]["step"])


def test_a_thinned_curve_of_a_run_keeps_its_metrics_and_all_points_on_this_machine(
    project, monkeypatch
):
    monkeypatch.setattr(curves, "read_series", partial(read_series, cells=60))
    with project.journal.run(title="One") as run:
        for number in range(200):
            run.log(loss=-5.0 if number == 133 else 1 / (number + 1))

    (entry,) = project.journal.entries()
    table = next(project.journal_folder.glob("entries/**/history.csv")).read_text().splitlines()
    row = entry.attachments["points.jsonl"]
    state = project.journal_folder / ".git" / "gitlab-journal"
    points = state / "large" / entry.id / "points.jsonl"
    assert (True, True, True) == (len(table) < 80, "0,1.0" in table, "133,-5.0" in table)
    assert -5.0 == min(entry.metrics.values())
    assert (200, row["size"]) == (len(points.read_text().splitlines()), points.stat().st_size)
    assert "of 200 points are in the table" in entry.prose("Results")
