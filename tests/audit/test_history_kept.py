"""Commits that were here and are gone; objects, signatures, runs without a process."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from gitlab_journal.audit import audit
from gitlab_journal.audit.history import VERIFIED, mark_verified, verified
from gitlab_journal.errors import StoreError
from gitlab_journal.store.remotes.pushes import Push, record_push

NEEDS_SSH = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="signs by ssh-keygen")


def rewrite(notebook):
    """Make the last commit another one; returns the one that is gone."""
    gone = notebook.head()
    notebook.git("commit", "-q", "--amend", "-m", notebook.git("log", "-1", "--format=%B") + "\n\n")
    notebook.git("commit", "-q", "--amend", "--no-edit", "--date", "@1 +0000")
    return gone


def test_a_history_that_grew_since_it_was_verified_is_in_order(notebook):
    notebook.run()
    mark_verified(notebook.desk().repository, notebook.head())
    notebook.run(width=32)

    assert [] == notebook.codes()


def test_a_history_rewritten_since_it_was_verified_is_found(notebook):
    notebook.run()
    mark_verified(notebook.desk().repository, notebook.head())
    gone = rewrite(notebook)

    assert [("history-rewritten", gone)] == [
        (one.code, one.commit) for one in notebook.audit().findings
    ]


def test_the_mark_of_what_was_verified_is_of_this_clone_alone(notebook, tmp_path):
    notebook.run()
    mark_verified(notebook.desk().repository, notebook.head())
    notebook.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    notebook.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    notebook.git("push", "-q", "--all", "origin")
    names = notebook.git("ls-remote", "origin")

    assert (True, False) == (verified(notebook.desk().repository) is not None, VERIFIED in names)


def test_a_commit_that_a_remote_held_and_that_is_gone_is_found(notebook):
    notebook.run()
    state = notebook.desk().repository.state
    record_push(state, Push("origin", notebook.head(), datetime.now(UTC)))
    gone = rewrite(notebook)

    assert [("pushed-lost", gone)] == [(one.code, one.commit) for one in notebook.audit().findings]


def test_a_remote_that_is_ahead_is_a_note(notebook):
    notebook.run()
    notebook.git("update-ref", "refs/remotes/origin/main", "HEAD")
    notebook.git("reset", "-q", "--hard", "HEAD~2")
    report = notebook.audit()

    assert ((), ["behind"]) == (report.findings, [one.code for one in report.notes])


def test_a_clone_of_the_end_of_a_history_says_so(notebook, tmp_path):
    notebook.run()
    shallow = tmp_path / "shallow"
    notebook.git("clone", "-q", "--depth", "1", f"file://{notebook.folder}", str(shallow))
    notebook.folder = shallow

    assert ["history-shallow"] == notebook.codes()


def test_a_missing_object_is_found(notebook):
    page = notebook.run()
    blob = notebook.git("rev-parse", f"HEAD:{page.relative_to(notebook.folder)}").strip()
    (notebook.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found = notebook.audit().findings

    assert ("objects-broken", f"git fsck: missing blob {blob}") in [
        (one.code, one.sentence) for one in found
    ]


def test_a_commit_that_is_not_of_the_history_is_no_since(notebook):
    with pytest.raises(StoreError, match="no commit of this history"):
        notebook.audit(since="0" * 40)


def test_a_detached_head_is_audited(notebook):
    notebook.run()
    notebook.git("checkout", "-q", "--detach")

    assert ([], 1) == (notebook.codes(), notebook.audit().entries)


def left_running(notebook):
    """Leave the page of a run that is running, without a marker; returns its page."""
    page = notebook.run()
    notebook.git("reset", "-q", "--hard", "HEAD~1")
    return page


def test_a_run_of_this_clone_that_nobody_runs_is_found(notebook):
    page = left_running(notebook)

    assert [("run-left-open", str(page.relative_to(notebook.folder)))] == [
        (one.code, one.path) for one in notebook.audit().findings
    ]


def test_a_run_that_a_remote_knows_may_run_elsewhere(notebook):
    left_running(notebook)
    notebook.git("update-ref", "refs/remotes/origin/main", "HEAD")
    report = notebook.audit()

    assert ((), ["running"]) == (report.findings, [one.code for one in report.notes])


def test_a_run_in_a_checkout_of_ci_may_run_elsewhere(notebook, tmp_path):
    left_running(notebook)
    clone = tmp_path / "ci"
    notebook.git("clone", "-q", str(notebook.folder), str(clone))
    notebook.folder = clone
    notebook.git("checkout", "-q", "--detach")

    assert [] == notebook.codes()


def test_a_run_of_long_ago_is_dead_wherever_it_ran(notebook):
    page = left_running(notebook)
    text = page.read_text()
    date = next(line for line in text.splitlines() if line.startswith("date: "))
    old = f"date: {datetime.now(UTC) - timedelta(days=40):%Y-%m-%dT%H:%M:%SZ}"
    message = notebook.git("log", "-1", "--format=%B")
    notebook.git("reset", "-q", "--hard", "HEAD~1")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text.replace(date, old))
    seconds = str(int((datetime.now(UTC) - timedelta(days=40)).timestamp()))
    notebook.commit(message, GIT_AUTHOR_DATE=f"{seconds} +0000")
    notebook.git("update-ref", "refs/remotes/origin/main", "HEAD")

    assert ["run-left-open"] == notebook.codes()


def test_a_live_run_is_no_finding(notebook):
    module = notebook.project.module(
        "from gitlab_journal import experiment\n"
        "@experiment(data=())\n"
        "def train(look):\n    look()\n    return 1.0\n",
        name="looking",
    )
    seen = []
    module.train.options(ignore=["look"])(lambda: seen.append(notebook.codes()))

    assert [[]] == seen


@NEEDS_SSH
def test_commits_without_a_signature_are_found_since_the_journal_asks_for_one(
    notebook, tmp_path, home
):
    notebook.run()
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (home / ".gitconfig").write_text(
        (home / ".gitconfig").read_text()
        + f"[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = {key}.pub\n"
    )
    cover = notebook.folder / "journal.md"
    cover.write_text(cover.read_text().replace("format: 1", "format: 1\nsign: true"))
    notebook.commit("sign")
    asked = notebook.head()
    notebook.run(width=32)
    signed = notebook.codes()
    notebook.git("commit", "-q", "--amend", "--no-edit", "--no-gpg-sign")

    assert ([], ["unsigned"]) == (signed, notebook.codes())
    assert ["unsigned"] == [one.code for one in audit(notebook.desk(), since=asked).findings]


def test_an_audit_writes_nothing(notebook):
    notebook.run()
    before = notebook.git("for-each-ref")
    notebook.audit()

    assert before == notebook.git("for-each-ref")
