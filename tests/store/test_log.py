from datetime import UTC, datetime

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.store.git import git
from gitlab_journal.store.log import log

BLOB_OF_ONE = "d00491fd7e5bb6fa28c517a0bb32b8b506539d4d"


@pytest.fixture
def folder(tmp_path):
    git("init", "-q", "-b", "main", cwd=tmp_path)
    return tmp_path


def commit(folder, files, message="work", **env):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True) if text is None else path.write_text(text)
    git("add", "-A", cwd=folder)
    git("commit", "-q", "--allow-empty", "-m", message, cwd=folder, env=env)


def test_a_history_is_read_oldest_first(folder):
    for word in ("one", "two", "three"):
        commit(folder, {word: word}, word)

    assert ["one\n", "two\n", "three\n"] == [found.message for found in log(folder, "HEAD")]


def test_a_commit_says_who_made_it_and_when(folder):
    commit(
        folder,
        {"a": "1"},
        GIT_AUTHOR_NAME="Emmy",
        GIT_AUTHOR_EMAIL="emmy@example.org",
        GIT_AUTHOR_DATE="1000000000 +0200",
        GIT_COMMITTER_DATE="1000000060 +0200",
    )
    (found,) = log(folder, "HEAD")

    assert (
        "Emmy",
        "emmy@example.org",
        datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC),
        datetime(2001, 9, 9, 1, 47, 40, tzinfo=UTC),
        (),
    ) == (found.author, found.email, found.date, found.committed, found.parents)


def test_a_commit_names_the_files_that_it_touched_with_their_blobs(folder):
    commit(folder, {"kept": "0\n", "gone": "2\n"})
    commit(folder, {"kept": "1\n", "gone": None, "new/\n:odd": "1\n"})

    assert {
        ("M", "kept"): BLOB_OF_ONE,
        ("D", "gone"): None,
        ("A", "new/\n:odd"): BLOB_OF_ONE,
    } == dict(zip(log(folder, "HEAD")[-1].touched, log(folder, "HEAD")[-1].blobs, strict=True))


def test_a_message_that_looks_like_git_s_own_output_is_a_message(folder):
    words = ":100644 100644 M\n\x1e\x1f\n:000000 100644 A\n"
    commit(folder, {"a": "1\n"}, words)
    commit(folder, {"b": "1\n"}, "second")

    assert [(words.strip(), 1), ("second", 1)] == [
        (found.message.strip(), len(found.touched)) for found in log(folder, "HEAD")
    ]


def merged(folder, text=None):
    commit(folder, {"a": "1\n"})
    git("switch", "-q", "-c", "other", cwd=folder)
    commit(folder, {"b": "1\n"})
    git("switch", "-q", "main", cwd=folder)
    commit(folder, {"c": "1\n"})
    git("merge", "-q", "--no-commit", "other", cwd=folder)
    commit(folder, {} if text is None else {"a": text}, "merge")


def test_a_merge_that_only_joins_touches_nothing(folder):
    merged(folder)
    found = log(folder, "HEAD")[-1]

    assert (2, ()) == (len(found.parents), found.touched)


def test_a_merge_touches_what_differs_from_all_of_its_parents(folder):
    merged(folder, "altered\n")

    assert (("M", "a"),) == log(folder, "HEAD")[-1].touched


def test_paths_keep_the_commits_that_touched_them(folder):
    commit(folder, {"a/1": "1"}, "one")
    commit(folder, {"b": "1"}, "two")
    commit(folder, {"a/*": "1", "a/2": "2"}, "three")

    assert [["one\n", "three\n"], ["three\n"]] == [
        [found.message for found in log(folder, "HEAD", paths=[path])] for path in ("a", "a/*")
    ]


def test_settings_replaced_objects_and_grafts_hide_nothing(folder):
    commit(folder, {"a": "1"}, "one")
    commit(folder, {"a": "2"}, "two")
    commit(folder, {"a": "3"}, "three")
    git("config", "log.showRoot", "false", cwd=folder)
    git("config", "log.showSignature", "true", cwd=folder)
    git("config", "diff.relative", "true", cwd=folder)
    git("replace", "HEAD~1", "HEAD~2", cwd=folder)
    (folder / ".git" / "info").mkdir(exist_ok=True)
    head = git("rev-parse", "HEAD", cwd=folder).decode().strip()
    (folder / ".git" / "info" / "grafts").write_text(f"{head}\n")

    assert [("one\n", 1), ("two\n", 1), ("three\n", 1)] == [
        (found.message, len(found.touched)) for found in log(folder, "HEAD")
    ]


def test_a_revision_that_is_not_there_is_an_error(folder):
    commit(folder, {"a": "1"})

    with pytest.raises(StoreError, match="nowhere"):
        log(folder, "nowhere")


def test_a_commit_knows_what_each_file_was_before_it(folder):
    commit(folder, {"a": "1\n"})
    commit(folder, {"a": "2\n", "b": "1\n"})

    assert {"a": (BLOB_OF_ONE,), "b": (None,)} == {
        path: before
        for (_, path), before in zip(
            log(folder, "HEAD")[-1].touched, log(folder, "HEAD")[-1].before, strict=True
        )
    }


def test_a_merge_knows_what_a_file_was_in_each_of_its_parents(folder):
    merged(folder, "altered\n")

    assert ((BLOB_OF_ONE, BLOB_OF_ONE),) == log(folder, "HEAD")[-1].before
