"""A journal opened: entries, look-ups, runs in a `with` block."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from gitlab_journal import Journal
from gitlab_journal.errors import (
    ArgumentError,
    DuplicateExperimentError,
    EntryNotFoundError,
    JournalNotFoundError,
    JournalWarning,
    PageError,
    StoreError,
)

X = np.arange(6.0)

BLOCK = """
import numpy as np
from gitlab_journal import Journal

def train(path, values, **options):
    with Journal(path).run(title="By hand", params={"C": 1}, **options) as run:
        run.data(X=np.array(values))
        run.metric("accuracy", 0.9)
"""


def test_a_with_block_is_an_entry_with_the_code_of_its_module(project):
    project.module(BLOCK, name="script").train(
        project.journal_folder, X.tolist(), predict="accuracy > 0.5"
    )

    (entry,) = project.journal.entries()
    assert ("By hand", "supported", {"C": 1}, {"accuracy": 0.9}) == (
        entry.title,
        entry.verdict,
        entry.params,
        entry.metrics,
    )
    assert "train" in entry.functions


def test_data_met_inside_a_run_join_the_fingerprint(project):
    train = project.module(BLOCK, name="script").train
    train(project.journal_folder, X.tolist())

    (entry,) = project.journal.entries()
    assert [6] == entry.data["X"]["shape"]
    assert [entry] == project.journal.find({"data_hash": entry.data_hash})


def test_the_look_up_is_repeated_when_data_are_met(project, capsys):
    train = project.module(BLOCK, name="script").train
    train(project.journal_folder, X.tolist())
    capsys.readouterr()
    train(project.journal_folder, (X + 1).tolist())
    other = capsys.readouterr().err
    train(project.journal_folder, X.tolist())

    assert "" == other
    assert "You have run this before" in capsys.readouterr().err


def test_a_duplicate_met_inside_a_run_stops_it_where_raise_is_asked_for(project):
    train = project.module(BLOCK, name="script").train
    train(project.journal_folder, X.tolist())
    first = project.journal.entries()[0]
    with pytest.raises(DuplicateExperimentError):
        train(project.journal_folder, X.tolist(), on_duplicate="raise")

    stopped = project.journal.entries()[1]
    assert "stopped" == stopped.status
    assert f"Stopped: duplicate of {first.id}." in stopped.section("Results")


def test_data_that_cannot_be_described_are_a_warning_while_the_run_goes_on(project):
    with project.journal.run(title="Strange data") as run:
        with pytest.warns(JournalWarning, match=r"the data are not recorded: .*data\.Z"):
            run.data(Z=object())
        run.metric("loss", 0.5)

    (entry,) = project.journal.entries()
    assert ("done", {"loss": 0.5}, None) == (entry.status, entry.metrics, entry.data_hash)


def test_an_exception_in_the_block_is_recorded_and_passes_through(project):
    with pytest.raises(ZeroDivisionError), project.journal.run(title="Fails"):
        1 / 0  # noqa: B018

    (entry,) = project.journal.entries()
    assert ("failed", True) == (entry.status, "ZeroDivisionError" in entry.traceback)


def test_run_takes_no_data_and_says_so(project):
    with pytest.raises(ArgumentError, match="takes no data="), project.journal.run(data=["X"]):
        pass


def test_run_keeps_nothing_and_says_so(project):
    with pytest.raises(ArgumentError, match="takes no keep="), project.journal.run(keep=True):
        pass


def test_reuse_acts_as_raise_in_a_with_block(project):
    train = project.module(
        BLOCK.replace("run.data(X=np.array(values))", "pass"), name="script"
    ).train
    train(project.journal_folder, X.tolist())

    with pytest.raises(DuplicateExperimentError):
        train(project.journal_folder, X.tolist(), on_duplicate="reuse")


def test_reuse_acts_as_raise_where_a_with_block_meets_data(project):
    train = project.module(BLOCK, name="script").train
    train(project.journal_folder, X.tolist())
    with pytest.raises(DuplicateExperimentError):
        train(project.journal_folder, X.tolist(), on_duplicate="reuse")

    assert ["done", "stopped"] == [entry.status for entry in project.journal.entries()]


def test_the_cover_may_say_reuse_for_a_with_block_too(project):
    cover = project.journal_folder / "journal.md"
    cover.write_text(cover.read_text().replace("on_duplicate: warn", "on_duplicate: reuse"))
    train = project.module(BLOCK, name="script").train
    train(project.journal_folder, X.tolist())

    with pytest.raises(DuplicateExperimentError):
        train(project.journal_folder, X.tolist())


def test_an_entry_is_found_by_its_last_characters(project):
    with project.journal.run(title="One"):
        pass
    (entry,) = project.journal.entries()

    assert entry == project.journal.entry(entry.id[-4:])


def test_an_unknown_id_is_an_error(project):
    with pytest.raises(EntryNotFoundError):
        project.journal.entry("zzzz")


def test_a_fingerprint_of_unknown_names_is_refused(project):
    with pytest.raises(ArgumentError, match="not 'colour'"):
        project.journal.find({"colour": "blue"})


def test_a_damaged_page_is_refused_with_path_and_line(project):
    with project.journal.run(title="One"):
        pass
    page = project.journal.entries()[0].path
    page.write_text(page.read_text().replace("status: done", "status: perhaps"))
    project.journal_git("commit", "-qam", "Damage it")

    with pytest.raises(PageError, match=rf"{page.name}:\d+: "):
        project.journal.entries()


def test_a_folder_that_is_no_journal_names_init(tmp_path):
    with pytest.raises(JournalNotFoundError, match="glj init"):
        Journal(tmp_path)


def test_the_journal_may_not_lie_in_the_users_own_repository(project):
    inside = project.folder / "journal"
    project.journal_folder.rename(inside)

    train = project.module(BLOCK, name="script").train
    with pytest.raises(StoreError, match="inside the repository"):
        train(inside, X)


def test_what_is_recorded_during_a_persons_rebase_joins_the_branch_after_it(project):
    project.journal_git("checkout", "-q", "--detach")
    with project.journal.run(title="Meanwhile"):
        pass
    with pytest.warns(JournalWarning, match="detached HEAD.*\n.*switch main"):
        assert ["Meanwhile"] == [entry.title for entry in project.journal.entries()]
    project.journal_git("switch", "-q", "main")

    assert ["Meanwhile"] == [entry.title for entry in project.journal.entries()]
    assert "" == project.journal_git("status", "--porcelain")
    assert "2\n" == project.journal_git("rev-list", "--count", "--grep=Meanwhile", "main")


def test_the_catalogue_is_rebuilt_whenever_it_is_missing(project):
    with project.journal.run(title="One"):
        pass
    for derived in (project.journal_folder / ".git" / "gitlab-journal").glob("catalogue*"):
        derived.unlink()

    assert ["One"] == [entry.title for entry in project.journal.entries()]


def test_what_a_person_committed_is_seen(project):
    with project.journal.run(title="One"):
        pass
    journal = project.journal
    page = journal.entries()[0].path
    page.write_text(page.read_text().replace("# One", "# Renamed by hand"))
    project.journal_git("commit", "-qam", "Rename it")

    assert ["Renamed by hand"] == [entry.title for entry in journal.entries()]


def test_threads_record_side_by_side(project):
    train = project.module(
        "from gitlab_journal import current_run, experiment\n"
        "@experiment\n"
        "def train(C):\n    current_run().metric('C', C)\n",
    ).train
    threads = [threading.Thread(target=train, args=(C,)) for C in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [{"C": C} for C in range(8)] == sorted(
        (entry.metrics for entry in project.journal.entries()), key=lambda metrics: metrics["C"]
    )
    assert "" == project.journal_git("status", "--porcelain")
    assert "" == project.journal_git("fsck", "--strict")


def test_the_name_of_a_data_set_comes_from_the_cover(project):
    from gitlab_journal.identity import data_hash

    cover = project.journal_folder / "journal.md"
    digest = data_hash(X)
    cover.write_text(cover.read_text().replace("names: {}", f'names: {{"{digest}": line}}'))
    with project.journal.run(title="One") as run:
        run.data(X=X)

    (entry,) = project.journal.entries()
    assert ("line", "line") == (entry.dataset, entry.data["X"]["name"])


def test_a_damaged_cover_is_refused_with_its_line(project):
    cover = project.journal_folder / "journal.md"
    cover.write_text(cover.read_text().replace("on_duplicate: warn", "on_duplicate: perhaps"))

    with pytest.raises(PageError, match=r"journal\.md:4: "), project.journal.run(title="x"):
        pass


def test_what_a_person_commits_to_a_page_while_it_runs_is_kept(project):
    with project.journal.run(title="One") as run:
        (page,) = project.journal_folder.glob("entries/*/*/*/*.md")
        page.write_text(page.read_text().replace("## Inference\n", "## Inference\n\nBy hand.\n"))
        project.journal_git("commit", "-qam", "Think")
        run.metric("loss", 0.5)

    (entry,) = project.journal.entries()
    assert ("done", 0.5, "By hand.") == (
        entry.status,
        entry.metrics["loss"],
        entry.section("Inference").strip(),
    )
    assert "" == project.journal_git("status", "--porcelain")
