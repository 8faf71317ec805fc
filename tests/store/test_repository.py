import os
import subprocess
import sys
import threading
import time
import warnings
from datetime import UTC, datetime, timedelta, timezone

import pytest

from gitlab_journal.errors import JournalNotFoundError, JournalWarning, StoreError
from gitlab_journal.store import moving
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Change, Repository

COVER = b"---\ntitle: Digits\n---\n"
ADA = Author("Ada Example", "ada@example.org")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAGE = "entries/2026/03/01/20260301-120000-00k7m2-wider.md"
LINES = b"".join(b"line %d\n" % number for number in range(20))


@pytest.fixture
def journal(tmp_path):
    return Repository.create(tmp_path / "journal", {"journal.md": COVER}, message="Begin")


def git(journal, *arguments, check=True):
    return subprocess.run(
        ["git", *arguments], cwd=journal.root, check=check, capture_output=True, text=True
    ).stdout


def commit(journal, files, message="Plan k7m2", **more):
    made = journal.commit(files, message=message, author=ADA, date=NOON, **more)
    journal.flush()
    return made


def test_a_new_journal_is_a_repository_with_one_commit(journal):
    assert "Begin\n" == git(journal, "log", "--format=%s")
    assert "" == git(journal, "status", "--porcelain")
    assert COVER == (journal.root / "journal.md").read_bytes()


def test_an_opened_journal_is_the_one_that_was_made(journal):
    assert journal.head() == Repository.open(journal.root).head()


def test_a_commit_leaves_the_journal_as_a_careful_person_would(journal):
    commit(journal, {PAGE: b"page\n"}, "Plan k7m2\n\nEntry: k7m2\nStatus: running")

    assert "" == git(journal, "status", "--porcelain")
    assert "" == git(journal, "fsck", "--strict", "--no-dangling")
    assert f"{PAGE}\n" == git(journal, "show", "--format=", "--name-only")
    assert "commit: Plan k7m2\n" == git(journal, "reflog", "-1", "--format=%gs")
    assert "Entry: k7m2\nStatus: running\n\n" == git(journal, "log", "-1", "--format=%(trailers)")
    assert b"page\n" == (journal.root / PAGE).read_bytes()


def test_author_and_date_are_those_handed_in(journal):
    date = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    journal.commit({PAGE: b"x"}, message="m", author=Author("Zoë", "z@example.org"), date=date)
    journal.flush()

    said = git(journal, "log", "-1", "--format=%an|%ae|%ai|%cn", "--encoding=UTF-8")
    assert "Zoë|z@example.org|2026-03-01 12:00:00 -0330|Zoë\n" == said


def test_an_author_who_would_break_a_commit_is_cleaned(journal):
    author = Author("Ada <b>\nEvil", "a<da@ex\nample.org>")
    journal.commit({PAGE: b"x"}, message="m", author=author, date=NOON)
    journal.flush()

    assert "Ada b Evil|ada@example.org\n" == git(journal, "log", "-1", "--format=%an|%ae")
    assert "" == git(journal, "fsck", "--strict", "--no-dangling")


def test_names_are_sorted_as_git_sorts_them(journal):
    names = ["a", "a.md", "a-b", "a0"]
    commit(journal, {f"entries/{name}/x.md": b"x" for name in names} | {"entries/a.b": b"y"})

    assert "" == git(journal, "fsck", "--strict", "--no-dangling")
    assert "" == git(journal, "status", "--porcelain")


def test_a_file_keeps_its_mode(journal):
    script = journal.root / "entries" / "run.sh"
    script.parent.mkdir()
    script.write_text("one")
    script.chmod(0o755)
    git(journal, "add", ".")
    git(journal, "commit", "-qm", "script")
    commit(journal, {"entries/run.sh": b"two"})

    assert git(journal, "ls-files", "-s", "entries").startswith("100755")


def test_packed_objects_are_read(journal):
    commit(journal, {PAGE: b"page\n"})
    git(journal, "gc", "-q", "--prune=now")

    assert b"page\n" == Repository.open(journal.root).read(PAGE)


def test_a_journal_that_was_packed_meanwhile_is_written(journal):
    commit(journal, {PAGE: b"page\n"})
    journal.read(PAGE)
    git(journal, "gc", "-q", "--prune=now")
    commit(journal, {f"{PAGE}x": b"other\n"})
    git(journal, "gc", "-q", "--prune=now")

    assert b"other\n" == journal.read(f"{PAGE}x")
    assert "" == git(journal, "status", "--porcelain")


def test_objects_of_an_alternate_are_read(journal, tmp_path):
    commit(journal, {PAGE: b"page\n"})
    git(journal, "clone", "-q", "--shared", ".", str(tmp_path / "clone"))
    clone = Repository.open(tmp_path / "clone")
    commit(clone, {f"{PAGE}x": b"other\n"})

    assert b"page\n" == clone.read(PAGE)
    assert "" == git(clone, "status", "--porcelain")


def test_a_linked_working_tree_is_a_journal_too(journal, tmp_path):
    git(journal, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repository.open(tmp_path / "side")
    new = commit(side, {PAGE: b"page\n"})

    assert f"{new}\n" == git(journal, "rev-parse", "side")
    assert "" == git(side, "status", "--porcelain")


def test_changes_are_pages_and_the_cover(journal):
    first = journal.head()
    commit(journal, {PAGE: b"1\n", "journal.md": b"new", "README.md": b"not ours"})
    second = journal.head()
    git(journal, "rm", "-q", PAGE)
    git(journal, "commit", "-qm", "gone")

    blob = git(journal, "rev-parse", f"{second}:{PAGE}").strip()
    changed = journal.changed(first, second)
    assert {PAGE, "journal.md"} == {change.path for change in changed}
    assert Change(PAGE, blob) in changed
    assert [Change(PAGE, None)] == journal.changed(second, journal.head())
    assert {PAGE, "journal.md"} == {change.path for change in journal.changed(None, second)}


def test_changes_agree_with_git_where_a_folder_becomes_a_file(journal):
    commit(journal, {"entries/a/b.md": b"1"})
    first = journal.head()
    git(journal, "rm", "-q", "-r", "entries")
    (journal.root / "entries").mkdir()
    (journal.root / "entries" / "a").write_text("file")
    git(journal, "add", ".")
    git(journal, "commit", "-qm", "swap")

    changed = {
        change.path: change.blob is None for change in journal.changed(first, journal.head())
    }
    assert {"entries/a": False, "entries/a/b.md": True} == changed


def test_many_blobs_come_back_by_their_ids(journal):
    pages = {f"entries/{number}.md": b"\n" * number for number in range(30)}
    commit(journal, pages)
    blobs = {change.path: change.blob for change in journal.changed(None, journal.head())}
    contents = journal.blobs(blobs.values())

    assert pages == {path: contents[blobs[path]] for path in pages}


def test_a_missing_blob_is_an_error(journal):
    with pytest.raises(StoreError, match="missing"):
        journal.blobs([f"{number:040x}" for number in range(20)])


def test_what_a_person_has_staged_stays_staged_and_is_not_in_our_commit(journal):
    (journal.root / "note.txt").write_text("mine")
    git(journal, "add", "note.txt")
    commit(journal, {PAGE: b"page\n"})

    assert "A  note.txt\n" == git(journal, "status", "--porcelain")
    assert "" == git(journal, "ls-tree", "HEAD", "note.txt")


def test_a_working_file_edited_meanwhile_is_merged(journal):
    commit(journal, {PAGE: LINES})
    (journal.root / PAGE).write_bytes(LINES.replace(b"line 3\n", b"by hand\n"))
    commit(journal, {PAGE: LINES + b"result\n"})

    assert LINES.replace(b"line 3\n", b"by hand\n") + b"result\n" == (
        (journal.root / PAGE).read_bytes()
    )
    assert LINES + b"result\n" == journal.read(PAGE)


def test_an_edit_that_is_staged_stays_staged(journal):
    commit(journal, {PAGE: LINES})
    (journal.root / PAGE).write_bytes(LINES.replace(b"line 3\n", b"by hand\n"))
    git(journal, "add", PAGE)
    commit(journal, {PAGE: LINES + b"result\n"})

    assert f"M  {PAGE}\n" == git(journal, "status", "--porcelain")
    assert "-line 3\n+by hand\n" in git(journal, "diff", "--cached", "-U0")


def test_a_working_file_in_conflict_stays_and_is_named(journal):
    commit(journal, {PAGE: b"one\n"})
    (journal.root / PAGE).write_bytes(b"by hand\n")

    with pytest.warns(JournalWarning, match=PAGE):
        commit(journal, {PAGE: b"two\n"})
    assert b"by hand\n" == (journal.root / PAGE).read_bytes()
    assert b"two\n" == journal.read(PAGE)


def test_what_was_committed_since_a_file_was_made_is_joined(journal):
    commit(journal, {PAGE: LINES})
    (journal.root / PAGE).write_bytes(LINES.replace(b"line 3\n", b"by hand\n"))
    git(journal, "commit", "-qam", "a person's words")
    commit(journal, {PAGE: LINES + b"result\n"}, bases={PAGE: LINES})

    assert LINES.replace(b"line 3\n", b"by hand\n") + b"result\n" == journal.read(PAGE)
    assert "" == git(journal, "status", "--porcelain")


def test_a_commit_that_was_made_already_is_not_made_again(journal):
    first = commit(journal, {PAGE: b"page\n"})

    assert first == commit(journal, {PAGE: b"page\n"})
    assert "2\n" == git(journal, "rev-list", "--count", "HEAD")


def test_words_about_files_that_stand_already_are_committed(journal):
    commit(journal, {PAGE: b"page\n"})
    commit(journal, {PAGE: b"page\n"}, "Judge k7m2")

    assert "Judge k7m2\nPlan k7m2\nBegin\n" == git(journal, "log", "--format=%s")


def test_a_branch_that_a_person_moves_meanwhile_is_built_upon(journal, monkeypatch):
    raced = []
    move = moving.move

    def race(*arguments, **options):
        if not raced:
            raced.append(git(journal, "commit", "-q", "--allow-empty", "-m", "a person's"))
        move(*arguments, **options)

    monkeypatch.setattr(moving, "move", race)
    commit(journal, {PAGE: b"page\n"})

    assert "a person's\n" == git(journal, "log", "-1", "--format=%s", "HEAD^1")
    assert "Plan k7m2\n" == git(journal, "log", "-1", "--format=%s", "HEAD^2")
    assert "" == git(journal, "status", "--porcelain")


def test_the_branch_does_not_move_before_the_index(journal, monkeypatch):
    before = []
    move = moving.move

    def look(*arguments, **options):
        before.append(git(journal, "status", "--porcelain"))
        move(*arguments, **options)

    monkeypatch.setattr(moving, "move", look)
    commit(journal, {PAGE: b"page\n"})

    assert [f"A  {PAGE}\n"] == before


def test_a_commit_waits_for_the_lock_of_the_index(journal):
    lock = journal.git_dir / "index.lock"
    lock.touch()
    threading.Timer(0.3, lock.unlink).start()
    commit(journal, {PAGE: b"page\n"})

    assert "" == git(journal, "status", "--porcelain")


def test_a_lock_that_never_goes_is_named_and_leaves_no_trace(journal, monkeypatch):
    lock = journal.git_dir / "index.lock"
    lock.touch()

    journal.commit({PAGE: b"page\n"}, message="Plan", author=ADA, date=NOON)
    with pytest.raises(StoreError, match=r"rm .*index\.lock"):
        journal.flush(patience=0.1)
    lock.unlink()
    assert "" == git(journal, "status", "--porcelain")


def test_a_branch_that_cannot_move_leaves_the_index_as_it_was(journal, monkeypatch):
    commit(journal, {PAGE: b"one\n"})
    lock = journal.git_dir / "refs" / "heads" / "main.lock"
    lock.touch()

    journal.commit({PAGE: b"two\n", f"{PAGE}x": b"new"}, message="x", author=ADA, date=NOON)
    with pytest.raises(StoreError, match=r"main\.lock"):
        journal.flush(patience=0.1)
    lock.unlink()
    assert journal.flush()
    assert "" == git(journal, "status", "--porcelain")
    assert b"two\n" == (journal.root / PAGE).read_bytes()


def test_a_detached_head_is_named_with_the_command_that_mends_it(journal):
    git(journal, "checkout", "-q", "--detach")

    with pytest.raises(StoreError, match=r"detached HEAD.*\n.*git -C .* switch main"):
        commit(journal, {PAGE: b"page\n"})


def test_an_unborn_branch_is_named_with_the_command_that_mends_it(journal):
    git(journal, "checkout", "-q", "--orphan", "other")

    with pytest.raises(StoreError, match=r"branch other .* has no commit"):
        commit(journal, {PAGE: b"page\n"})


def test_a_journal_that_cannot_be_written_says_so(journal, monkeypatch):
    def refuse(*_arguments):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(journal.objects, "flush", refuse)

    with pytest.raises(StoreError, match=r"cannot be written.*read-only"):
        commit(journal, {PAGE: b"page\n"})
    assert not (journal.root / PAGE).exists()


def test_a_bare_repository_is_refused(tmp_path):
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "bare"], check=True)

    with pytest.raises(StoreError, match="bare"):
        Repository.open(tmp_path / "bare")


def test_a_sha256_repository_is_refused(tmp_path):
    root = tmp_path / "new"
    subprocess.run(["git", "init", "-q", "--object-format=sha256", root], check=True)
    (root / "journal.md").write_bytes(COVER)

    with pytest.raises(StoreError, match="sha256"):
        Repository.open(root)


@pytest.mark.parametrize("path", ["../out.md", "/etc/x", "entries/.git/x", "", "a//b", "./a"])
def test_a_path_out_of_the_journal_is_refused(journal, path):
    with pytest.raises(StoreError, match="no path inside"):
        commit(journal, {path: b"x"})


def test_a_file_does_not_take_the_place_of_a_folder(journal):
    commit(journal, {PAGE: b"page\n"})

    with pytest.raises(StoreError, match=r"entries/2026 .*is not a file"):
        commit(journal, {"entries/2026": b"x"})
    with pytest.raises(StoreError, match="is not a folder"):
        commit(journal, {f"{PAGE}/x": b"x"})


def test_a_missing_folder_is_no_journal(tmp_path):
    with pytest.raises(JournalNotFoundError, match=r"does not exist.*\n.*glj init"):
        Repository.open(tmp_path / "gone")


def test_a_folder_without_git_is_no_journal(tmp_path):
    (tmp_path / "journal.md").write_bytes(COVER)

    with pytest.raises(JournalNotFoundError, match="not the root of a git repository"):
        Repository.open(tmp_path)


def test_a_repository_without_a_cover_is_no_journal(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path / "project"], check=True)

    with pytest.raises(JournalNotFoundError, match=r"glj init .*project-journal"):
        Repository.open(tmp_path / "project")


def test_a_journal_inside_a_repository_is_refused(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path / "project"], check=True)

    with pytest.raises(
        StoreError, match=r"inside the git repository.*\n.*glj init .*project-journal"
    ):
        Repository.create(tmp_path / "project" / "notes", {"journal.md": COVER}, message="Begin")


def test_a_folder_with_files_is_refused(tmp_path):
    (tmp_path / "one").touch()
    (tmp_path / "two").touch()

    with pytest.raises(StoreError, match="holds 2 files"):
        Repository.create(tmp_path, {"journal.md": COVER}, message="Begin")


def test_a_journal_is_not_made_twice(journal):
    with pytest.raises(StoreError, match="journal already"):
        Repository.create(journal.root, {"journal.md": COVER}, message="Begin")


def test_a_journal_whose_making_was_cut_short_is_made(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path / "new"], check=True)
    (tmp_path / "new" / "journal.md").write_bytes(COVER)
    journal = Repository.create(tmp_path / "new", {"journal.md": COVER}, message="Begin")

    assert "Begin\n" == git(journal, "log", "--format=%s")


def test_without_an_identity_the_author_is_login_and_host_with_one_warning(
    journal, home, monkeypatch
):
    (home / ".gitconfig").write_text("[user]\n\tuseConfigOnly = true\n")
    monkeypatch.setattr("gitlab_journal.store.author._warned", set())
    monkeypatch.setenv("LOGNAME", "emmy")

    with pytest.warns(JournalWarning, match="git config --global user.name"):
        author = Repository.open(journal.root).author()
    assert author.email.startswith("emmy@")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert author == Repository.open(journal.root).author()
    journal.commit({PAGE: b"page\n"}, message="m", author=author, date=NOON)
    journal.flush()
    assert "emmy\n" == git(journal, "log", "-1", "--format=%an")


def test_an_identity_in_an_included_file_counts(journal, home):
    (home / ".gitconfig").write_text("[include]\n\tpath = ~/work\n")
    (home / "work").write_text("[user]\n\tname = Grace Hopper\n\temail = grace@example.org\n")

    assert Author("Grace Hopper", "grace@example.org") == Repository.open(journal.root).author()


def test_threads_lose_no_commit(journal):
    errors = []

    def write(number):
        try:
            mine = Repository.open(journal.root)
            for turn in range(4):
                commit(mine, {f"entries/{number}-{turn}.md": b"x"}, f"{number} {turn}")
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == errors
    assert "17\n" == git(journal, "rev-list", "--count", "HEAD")
    assert "" == git(journal, "status", "--porcelain")


def test_processes_and_a_person_lose_no_commit(journal):
    program = (
        "import sys; from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from gitlab_journal.store.repository import Repository\n"
        "journal = Repository.open(Path(sys.argv[1]))\n"
        "for turn in range(5):\n"
        "    name = f'{sys.argv[2]}-{turn}'\n"
        "    journal.commit({f'entries/{name}.md': b'x'}, message=f'ours {name}',\n"
        "        author=journal.author(), date=datetime.now(UTC))\n"
        "    journal.flush()\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, journal.root, str(number)])
        for number in range(2)
    ]
    theirs = 0
    while any(writer.poll() is None for writer in writers):
        (journal.root / "note.txt").write_text(str(theirs))
        git(journal, "add", "note.txt", check=False)
        before = git(journal, "rev-list", "--count", "--grep=theirs", "HEAD")
        git(journal, "commit", "-qm", "theirs", check=False)
        theirs += before != git(journal, "rev-list", "--count", "--grep=theirs", "HEAD")
        time.sleep(0.02)

    assert [0, 0] == [writer.returncode for writer in writers]
    assert "10\n" == git(journal, "rev-list", "--count", "--grep=ours", "HEAD")
    assert 10 == len(git(journal, "ls-tree", "-r", "--name-only", "HEAD", "entries").split())
    git(journal, "add", "note.txt")
    git(journal, "commit", "-qm", "last", check=False)
    assert "" == git(journal, "status", "--porcelain")
    assert "" == git(journal, "fsck", "--strict", "--no-dangling")


def test_importing_the_store_is_cheap():
    program = "import sys, gitlab_journal.store.repository; print('git' in sys.modules)"

    said = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert "False\n" == said.stdout


def test_variables_of_git_do_not_redirect_a_commit(journal, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    commit(journal, {PAGE: b"page\n"})
    for name in ("GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name)

    assert "" == git(journal, "status", "--porcelain")
    assert not os.path.lexists(tmp_path / "index")
