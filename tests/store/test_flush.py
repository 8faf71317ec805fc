"""What waits joins folder, index and branch, whatever a person did meanwhile."""

import subprocess
import threading
from datetime import UTC, datetime

import pytest

from gitlab_journal.errors import JournalWarning, StoreError
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository

ADA = Author("Ada Example", "ada@example.org")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAGE = "entries/2026/03/01/20260301-120000-00k7m2-wider.md"
OTHER = "entries/2026/03/01/20260301-130000-00d9p4-deeper.md"
LINES = b"".join(b"line %d\n" % number for number in range(20))


@pytest.fixture
def journal(tmp_path):
    return Repository.create(tmp_path / "journal", {"journal.md": b"# J\n"}, message="Begin")


def git(journal, *arguments, check=True):
    return subprocess.run(
        ["git", *arguments], cwd=journal.root, check=check, capture_output=True, text=True
    ).stdout


def commit(journal, files, message="Plan", **more):
    return journal.commit(files, message=message, author=ADA, date=NOON, **more)


def shown(journal, path=PAGE):
    return git(journal, "show", f"HEAD:{path}").encode()


def test_until_a_flush_a_commit_is_in_git_but_neither_in_the_folder_nor_on_the_branch(journal):
    branch = journal.head()
    new = commit(journal, {PAGE: b"page\n"})

    assert (new, new, branch) == (journal.tip(), journal.pending(), journal.head())
    assert "Plan\nBegin\n" == git(journal, "log", "--all", "--format=%s")
    assert "" == git(journal, "status", "--porcelain")
    assert not (journal.root / PAGE).exists()


def test_a_flush_moves_the_branch_to_the_commits_themselves(journal):
    commit(journal, {PAGE: b"one\n"})
    new = commit(journal, {PAGE: b"two\n", f"{PAGE}.csv": b"1\n"}, "Judge")

    assert journal.flush()
    assert (new, None) == (journal.head(), journal.pending())
    assert "Judge\nPlan\nBegin\n" == git(journal, "log", "--format=%s")
    assert b"two\n" == (journal.root / PAGE).read_bytes()
    assert "" == git(journal, "status", "--porcelain") + git(journal, "fsck", "--no-dangling")
    assert "commit: Judge\n" == git(journal, "reflog", "-1", "--format=%gs", "main")
    assert not journal.flush()


def test_what_a_person_committed_meanwhile_is_joined_by_a_merge(journal):
    ours = commit(journal, {PAGE: b"page\n"})
    (journal.root / "note.txt").write_text("theirs")
    git(journal, "add", "note.txt")
    git(journal, "commit", "-qm", "a person's")
    theirs = journal.head()
    journal.flush()

    assert [theirs, ours] == journal.objects.parents_of(journal.head())
    assert (b"page\n", b"theirs") == (shown(journal), shown(journal, "note.txt"))
    assert "" == git(journal, "status", "--porcelain")


def test_a_page_that_both_changed_holds_both_changes(journal):
    commit(journal, {PAGE: LINES})
    journal.flush()
    commit(journal, {PAGE: LINES.replace(b"line 2\n", b"ours\n")}, "Judge")
    (journal.root / PAGE).write_bytes(LINES.replace(b"line 18\n", b"theirs\n"))
    git(journal, "commit", "-qam", "a person's")
    journal.flush()
    both = LINES.replace(b"line 2\n", b"ours\n").replace(b"line 18\n", b"theirs\n")

    assert both == shown(journal) == (journal.root / PAGE).read_bytes()
    assert "" == git(journal, "status", "--porcelain")


def test_lines_that_both_changed_are_ours_with_a_warning_and_theirs_in_history(journal):
    commit(journal, {PAGE: LINES})
    journal.flush()
    commit(journal, {PAGE: LINES.replace(b"line 2\n", b"ours\n")}, "Judge")
    (journal.root / PAGE).write_bytes(LINES.replace(b"line 2\n", b"theirs\n"))
    git(journal, "commit", "-qam", "a person's")
    with pytest.warns(JournalWarning, match="stays in its history"):
        journal.flush()

    assert b"ours\n" in shown(journal)
    assert "theirs" in git(journal, "show", f"HEAD^1:{PAGE}")


def test_what_a_person_edited_and_staged_is_neither_swept_in_nor_lost(journal):
    commit(journal, {PAGE: LINES})
    journal.flush()
    commit(journal, {PAGE: LINES.replace(b"line 2\n", b"ours\n")}, "Judge")
    (journal.root / PAGE).write_bytes(LINES.replace(b"line 18\n", b"edited\n"))
    (journal.root / "draft.md").write_text("staged")
    git(journal, "add", "draft.md")
    journal.flush()

    assert f"A  draft.md\n M {PAGE}\n" == "".join(
        sorted(git(journal, "status", "--porcelain").splitlines(keepends=True), reverse=True)
    )
    assert b"edited" not in shown(journal)
    assert {b"ours", b"edited"} <= set((journal.root / PAGE).read_bytes().splitlines())


def test_what_a_person_commits_while_ours_is_made_is_not_lost(journal, monkeypatch):
    tip, raced = journal.tip, []

    def race():
        found = tip()
        raced.append(git(journal, "commit", "-q", "--allow-empty", "-m", "a person's"))
        return found

    monkeypatch.setattr(journal, "tip", race)
    commit(journal, {PAGE: b"page\n"})
    monkeypatch.undo()
    journal.flush()

    assert f"{len(raced)}\n" == git(journal, "rev-list", "--count", "--grep=a person's", "HEAD")
    assert b"page\n" == shown(journal)


def test_a_commit_that_a_person_amended_stays_as_they_amended_it(journal):
    commit(journal, {PAGE: b"page\n", OTHER: b"other\n"})
    journal.flush()
    commit(journal, {f"{PAGE}.csv": b"1\n"}, "Judge")
    (journal.root / OTHER).write_bytes(b"amended\n")
    git(journal, "commit", "-qa", "--amend", "-m", "amended by hand")
    journal.flush()

    assert (b"amended\n", b"1\n") == (shown(journal, OTHER), shown(journal, f"{PAGE}.csv"))
    assert "" == git(journal, "status", "--porcelain")


def test_lines_of_ours_that_a_person_amended_stay_as_they_amended_them(journal, recwarn):
    commit(journal, {PAGE: LINES})
    commit(journal, {PAGE: LINES.replace(b"line 2\n", b"ours\n")}, "Judge")
    journal.flush()
    commit(journal, {OTHER: b"other\n"}, "Next")
    (journal.root / PAGE).write_bytes(LINES.replace(b"line 2\n", b"theirs\n"))
    git(journal, "commit", "-qa", "--amend", "-m", "amended by hand")
    journal.flush()

    assert (b"other\n", True) == (shown(journal, OTHER), b"theirs\n" in shown(journal))
    assert [] == list(recwarn)


def test_what_a_person_staged_of_a_page_that_we_write_stays_staged(journal):
    commit(journal, {PAGE: LINES})
    journal.flush()
    commit(journal, {PAGE: LINES.replace(b"line 2\n", b"ours\n")}, "Judge")
    (journal.root / PAGE).write_bytes(LINES.replace(b"line 18\n", b"staged\n"))
    git(journal, "add", PAGE)
    journal.flush()
    changed = git(journal, "diff", "--cached", "-U0").splitlines()

    assert ["-line 18", "+staged"] == [line for line in changed if line[:2] in ("-l", "+s", "+o")]
    assert b"staged" not in shown(journal)


def test_a_commit_that_would_lose_those_that_wait_is_refused(journal):
    tip = journal.tip()
    commit(journal, {PAGE: b"page\n"})
    tree = journal.objects.tree_of(tip)

    with journal.locked(), pytest.raises(StoreError, match="would lose those that wait"):
        journal.commit_tree(tree, parents=[tip], message="Old", author=ADA, date=NOON)
    assert b"page\n" == journal.read(PAGE)


def test_what_a_person_reset_away_is_in_the_branch_again(journal):
    commit(journal, {PAGE: b"page\n"})
    journal.flush()
    commit(journal, {OTHER: b"other\n"}, "Next")
    git(journal, "reset", "-q", "--hard", "HEAD~1")
    journal.flush()

    assert (b"page\n", b"other\n") == (shown(journal), shown(journal, OTHER))
    assert "" == git(journal, "status", "--porcelain")


def test_another_branch_checked_out_meanwhile_gets_all_that_later_merges_would_drop(journal):
    git(journal, "branch", "older")
    commit(journal, {PAGE: b"page\n"})
    journal.flush()
    git(journal, "switch", "-qc", "other", "older")
    commit(journal, {"entries/other.md": b"there\n"})
    journal.flush()
    git(journal, "switch", "-q", "main")
    commit(journal, {OTHER: b"other\n"}, "Next")
    git(journal, "switch", "-q", "other")
    journal.flush()
    git(journal, "switch", "-q", "main")
    git(journal, "merge", "-q", "other")

    for path in (PAGE, OTHER, "entries/other.md"):
        assert git(journal, "cat-file", "-t", f"HEAD:{path}") == "blob\n"


def test_a_file_of_ours_that_a_dead_flush_wrote_is_no_edit_of_a_persons(journal, recwarn):
    commit(journal, {PAGE: b"hypothesis\n"})
    (journal.root / PAGE).parent.mkdir(parents=True)
    (journal.root / PAGE).write_bytes(b"hypothesis\n")
    commit(journal, {PAGE: b"verdict\n"}, "Judge")
    journal.flush()

    assert b"verdict\n" == (journal.root / PAGE).read_bytes()
    assert "" == git(journal, "status", "--porcelain")
    assert [] == list(recwarn)


@pytest.mark.parametrize("added", [b"", b"\nA person's line.\n"])
def test_what_a_dead_flush_wrote_and_a_person_committed_is_ours_with_their_edit(
    journal, recwarn, added
):
    new = "entries/2026/03/01/new.md"
    commit(journal, {new: b"status: running\n\n# A run\n"})
    file = journal.root / new
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"status: running\n\n# A run\n" + added)  # the flush died here
    git(journal, "add", "-A")
    git(journal, "commit", "-qm", "x")
    commit(journal, {new: b"status: interrupted\n\n# A run\n"})
    journal.flush()

    assert b"status: interrupted\n\n# A run\n" + added == file.read_bytes()
    assert [] == list(recwarn)


def test_a_file_that_goes_leaves_folder_and_index_with_its_empty_folders(journal):
    commit(journal, {PAGE: b"page\n"})
    journal.flush()
    tip = journal.tip()
    tree = journal.objects.grow(journal.objects.tree_of(tip), {PAGE: None})
    with journal.locked():
        journal.commit_tree(tree, parents=[tip], message="Delete", author=ADA, date=NOON)
    journal.flush()

    assert "journal.md\n" == git(journal, "ls-files")
    assert not (journal.root / "entries").exists()
    assert "" == git(journal, "status", "--porcelain")


def test_a_file_that_goes_but_was_edited_stays_in_the_folder(journal):
    commit(journal, {PAGE: b"page\n"})
    journal.flush()
    (journal.root / PAGE).write_bytes(b"edited\n")
    tip = journal.tip()
    tree = journal.objects.grow(journal.objects.tree_of(tip), {PAGE: None})
    with journal.locked():
        journal.commit_tree(tree, parents=[tip], message="Delete", author=ADA, date=NOON)
    with pytest.warns(JournalWarning, match="yours stays in the folder"):
        journal.flush()

    assert b"edited\n" == (journal.root / PAGE).read_bytes()


def test_modes_and_links_come_as_git_has_them(journal):
    add = journal.objects.add
    from gitlab_journal.store.objects import EXECUTABLE, LINK, Item

    items = {
        "run.sh": Item(EXECUTABLE, add("blob", b"#!/bin/sh\n")),
        "latest": Item(LINK, add("blob", b"entries")),
    }
    tip = journal.tip()
    tree = journal.objects.grow(journal.objects.tree_of(tip), items)
    with journal.locked():
        journal.commit_tree(tree, parents=[tip], message="Tools", author=ADA, date=NOON)
    journal.flush()

    assert "" == git(journal, "status", "--porcelain")
    assert (journal.root / "run.sh").stat().st_mode & 0o100
    assert "entries" == str((journal.root / "latest").readlink())


def test_nothing_is_written_through_a_link_that_leads_out_of_the_journal(journal, tmp_path):
    (tmp_path / "outside").mkdir()
    (journal.root / "entries").symlink_to(tmp_path / "outside")
    commit(journal, {PAGE: b"page\n"})

    with pytest.raises(StoreError, match="symbolic link"):
        journal.flush()
    assert [] == list((tmp_path / "outside").iterdir())
    assert b"page\n" == journal.read(PAGE)


def test_the_index_that_a_person_changes_at_the_same_moment_keeps_their_change(
    journal, monkeypatch
):
    from gitlab_journal.store import index

    (journal.root / "draft.md").write_text("theirs")
    put, raced = index._put, []

    def race(*arguments):
        put(*arguments)
        if not raced:
            raced.append(git(journal, "add", "draft.md"))

    monkeypatch.setattr(index, "_put", race)
    commit(journal, {PAGE: b"page\n"})
    journal.flush()

    assert "A  draft.md\n" == git(journal, "status", "--porcelain")
    assert b"page\n" == shown(journal)


def test_an_index_that_a_person_changes_all_the_time_is_brought_up_under_gits_lock(
    journal, monkeypatch
):
    from gitlab_journal.store import index

    (journal.root / "draft.md").write_text("theirs")
    put, held = index._put, []

    def race(*arguments):
        put(*arguments)
        held.append((journal.git_dir / "index.lock").exists())
        if not held[-1]:
            turn = len(held) % 2
            git(journal, *(("add", "draft.md") if turn else ("rm", "-q", "--cached", "draft.md")))

    monkeypatch.setattr(index, "_put", race)
    commit(journal, {PAGE: b"page\n"})
    journal.flush()

    assert [False] * index._RACES + [True] == held
    assert "A  draft.md\n" == git(journal, "status", "--porcelain")
    assert b"page\n" == shown(journal)
    assert [] == [*journal.git_dir.glob("*.lock"), *journal.state.glob("draft-*")]


def test_a_conflict_that_a_person_has_not_resolved_stays_one_when_a_result_comes(journal):
    def edited(old, new):
        content = (journal.root / PAGE).read_bytes().replace(old, new)
        (journal.root / PAGE).write_bytes(content)
        git(journal, "commit", "-qam", "a person's")

    commit(journal, {PAGE: LINES})
    journal.flush()
    git(journal, "branch", "other")
    edited(b"line 2\n", b"mine\n")
    git(journal, "switch", "-q", "other")
    edited(b"line 2\n", b"theirs\n")
    git(journal, "switch", "-q", "main")
    git(journal, "merge", "-q", "other", check=False)
    result = LINES.replace(b"line 17\n", b"result\n")
    commit(journal, {PAGE: result}, "Judge", bases={PAGE: LINES})
    journal.flush()

    assert f"UU {PAGE}\n" == git(journal, "status", "--porcelain")
    text = (journal.root / PAGE).read_bytes()
    assert all(line in text for line in (b"\nmine\n", b"\ntheirs\n", b"\nresult\n"))
    assert result.replace(b"line 2\n", b"mine\n") == shown(journal)


def test_a_page_that_a_person_saves_while_it_is_written_keeps_their_edit(journal, monkeypatch):
    from gitlab_journal.store import working

    commit(journal, {PAGE: LINES})
    journal.flush()
    commit(journal, {PAGE: LINES.replace(b"line 17\n", b"result\n")}, "Judge")
    sync = working.sync_file

    def race(file):
        sync(file)
        monkeypatch.setattr(working, "sync_file", sync)
        (journal.root / PAGE).write_bytes(LINES.replace(b"line 2\n", b"by hand\n"))

    monkeypatch.setattr(working, "sync_file", race)
    journal.flush()

    text = LINES.replace(b"line 17\n", b"result\n").replace(b"line 2\n", b"by hand\n")
    assert text == (journal.root / PAGE).read_bytes()
    assert f" M {PAGE}\n" == git(journal, "status", "--porcelain")


def test_a_branch_switched_under_a_flush_is_the_one_that_gets_the_commits(journal, monkeypatch):
    from gitlab_journal.store import flush

    bring = flush.bring_index

    def race(*arguments, **options):
        bring(*arguments, **options)
        monkeypatch.setattr(flush, "bring_index", bring)
        git(journal, "switch", "-qc", "other")

    monkeypatch.setattr(flush, "bring_index", race)
    new = commit(journal, {PAGE: b"page\n"})
    journal.flush()

    assert ("other", new) == (journal.branch, journal.head())
    assert "" == git(journal, "status", "--porcelain")


def test_a_branch_that_a_person_moves_all_the_time_is_moved_under_the_lock_of_the_index(
    journal, monkeypatch
):
    from gitlab_journal.store import flush

    joined, turns = flush._joined, []

    def race(*arguments):
        git(journal, "commit", "-q", "--allow-empty", "-m", f"theirs {len(turns)}", check=False)
        turns.append(journal.head())
        result = joined(*arguments)
        git(journal, "commit", "-q", "--allow-empty", "-m", f"theirs {len(turns)}", check=False)
        return result

    monkeypatch.setattr(flush, "_joined", race)
    commit(journal, {PAGE: b"page\n"})
    journal.flush()

    assert flush._RACES == len(turns)
    assert b"page\n" == shown(journal)
    assert 2 * (flush._RACES - 1) == len(
        git(journal, "log", "--format=%s", "--grep=theirs").splitlines()
    )
    assert "" == git(journal, "status", "--porcelain")
    assert [] == [*journal.git_dir.glob("*.lock"), *journal.state.glob("draft-*")]


def test_a_packed_pending_ref_is_read_and_removed(journal):
    new = commit(journal, {PAGE: b"page\n"})
    git(journal, "pack-refs", "--all", "--prune")

    assert new == Repository.open(journal.root).pending()
    assert journal.flush()
    assert (None, new) == (journal.pending(), journal.head())


def test_a_pending_commit_that_a_person_merged_by_hand_is_done(journal):
    new = commit(journal, {PAGE: b"page\n"})
    git(journal, "merge", "-q", "refs/gitlab-journal/pending")
    journal.flush()

    assert (None, new) == (journal.pending(), journal.head())


def test_a_linked_working_tree_has_commits_waiting_of_its_own(journal, tmp_path):
    git(journal, "worktree", "add", "-q", tmp_path / "linked", "-b", "linked")
    linked = Repository.open(tmp_path / "linked")
    here, there = commit(journal, {PAGE: b"here\n"}), commit(linked, {PAGE: b"there\n"})

    assert (here, there) == (journal.pending(), linked.pending())
    assert journal.flush()
    assert linked.flush()
    assert (b"here\n", b"there\n") == (shown(journal), shown(linked))


def test_what_waits_in_a_linked_working_tree_outlives_a_git_gc_elsewhere(journal, tmp_path):
    git(journal, "worktree", "add", "-q", tmp_path / 'a "linked" one', "-b", "linked")
    linked = Repository.open(tmp_path / 'a "linked" one')
    new = commit(linked, {PAGE: b"there\n"})
    git(journal, "pack-refs", "--all")
    git(journal, "gc", "-q", "--prune=now")
    linked = Repository.open(linked.root)

    assert linked.flush()
    assert (new, None, b"there\n") == (linked.head(), linked.pending(), shown(linked))
    assert "" == git(linked, "status", "--porcelain") + git(linked, "fsck", "--no-dangling")


def test_threads_that_commit_and_flush_lose_nothing(journal):
    def write(number):
        own = Repository.open(journal.root)
        for turn in range(10):
            commit(own, {f"entries/{number}-{turn}.md": b"x"}, f"ours {number}-{turn}")
            own.flush()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "40\n" == git(journal, "rev-list", "--count", "--grep=ours", "HEAD")
    assert 41 == len(git(journal, "ls-files").splitlines())
    assert "" == git(journal, "status", "--porcelain") + git(journal, "fsck", "--no-dangling")
