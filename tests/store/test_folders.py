from datetime import UTC, datetime
from pathlib import PurePosixPath

from gitlab_journal.page import naming
from gitlab_journal.store.author import Author
from gitlab_journal.store.folders import pages_in
from gitlab_journal.store.repository import Repository

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = PurePosixPath("entries/2026/03/01")


def test_pages_are_counted_in_the_newest_commit_without_folders_and_other_files(tmp_path):
    journal = Repository.create(tmp_path / "j", {"journal.md": b"# J\n"}, message="Begin")
    names = ["a.md", "b.md", "c.txt", "1200/d.md", "20260301-120000-000000/history.csv"]
    files = {str(DAY / name): b"x" for name in names}
    before = pages_in(journal, DAY)
    journal.commit(files, message="pages", author=Author("A", "a@example.org"), date=NOON)

    assert (0, 2) == (before, pages_in(journal, DAY))
    assert 0 == pages_in(journal, DAY / "a.md")


def test_runs_beyond_a_full_folder_go_deeper_and_are_found_as_before(project, monkeypatch):
    monkeypatch.setattr(naming, "FULL", 2)
    train = project.module(
        "from gitlab_journal import experiment\n"
        "@experiment(data=())\n"
        "def train(*, C): return {'score': C}\n"
    ).train
    for number in range(4):
        train(C=number)
    entries = project.journal.entries()
    depths = [len(entry.path.relative_to(project.journal_folder).parts) for entry in entries]

    assert [5, 5, 6, 6] == depths
    assert [0, 1, 2, 3] == [entry.params["C"] for entry in entries]
    assert entries[2].id[9:13] == entries[2].path.parent.name
    assert entries[3].id == train.find(C=3)[0].id
    assert "" == project.journal_git("status", "--porcelain")
