"""`glj sync` between clones of one journal: real git, a bare repository in the middle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from gitlab_journal import Journal
from gitlab_journal.desk import Desk, create_desk, open_desk
from gitlab_journal.entry import Entry
from gitlab_journal.errors import JournalWarning
from gitlab_journal.store.remotes.pushes import pushes

Page = tuple[str, str]


@dataclass
class Clone:
    """One person's clone of the journal, and `glj` at work on it."""

    folder: Path
    run: Callable[..., Result]

    @property
    def desk(self) -> Desk:
        return open_desk(self.folder)

    def sync(self, *words: str) -> Result:
        return self.run("sync", *words, "--journal", str(self.folder))

    def write(self, path: str, content: str | bytes) -> str:
        """Commit a file as a run does; returns the commit, flushed."""
        desk = self.desk
        content = content.encode() if isinstance(content, str) else content
        commit = desk.commit({path: content}, message=f"write {path}\n", date=datetime.now(UTC))
        desk.repository.flush()
        return commit

    def read(self, path: str) -> str:
        return (self.folder / path).read_text()

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return done.stdout

    def files(self) -> set[str]:
        return set(self.git("ls-files").split())

    @property
    def state(self) -> tuple[str, str]:
        """What a person sees: nothing to commit, and where the branch stands to its upstream."""
        return self.git("status", "--porcelain"), self.git("status", "-sb").strip()


@dataclass
class Lab:
    """A bare repository that two clones share."""

    remote: Path
    ada: Clone
    ben: Clone

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.remote, capture_output=True, text=True, check=True
        )
        return done.stdout


def new_remote(path: Path, branch: str = "main") -> Path:
    subprocess.run(["git", "init", "-q", "--bare", "-b", branch, path], check=True)
    return path


@pytest.fixture
def lab(tmp_path: Path, glj: Callable[..., Result]) -> Lab:
    remote = new_remote(tmp_path / "shared.git")
    ada, ben = (Clone(tmp_path / name, glj) for name in ("ada", "ben"))
    create_desk(ada.folder, title="Digits journal")
    assert ada.sync(str(remote)).exit_code == 0
    subprocess.run(["git", "clone", "-q", remote, ben.folder], check=True)
    return Lab(remote, ada, ben)


def test_a_journal_without_a_remote_is_told_what_to_type(
    tmp_path: Path, glj: Callable[..., Result]
):
    clone = Clone(tmp_path / "alone", glj)
    create_desk(clone.folder, title="Alone")
    done = clone.sync()

    assert (1, True, True) == (
        done.exit_code,
        "glj sync git@HOST:GROUP/NAME.git" in done.stderr,
        "git init --bare -b main /shared/NAME.git && glj sync" in done.stderr,
    )


def test_an_address_becomes_origin_and_the_upstream(lab: Lab):
    settings = [
        lab.ada.git("config", key).strip()
        for key in ("remote.origin.url", "branch.main.remote", "branch.main.merge")
    ]

    assert [str(lab.remote), "origin", "refs/heads/main"] == settings


def test_an_address_that_does_not_answer_changes_nothing(
    tmp_path: Path, glj: Callable[..., Result]
):
    clone = Clone(tmp_path / "alone", glj)
    create_desk(clone.folder, title="Alone")
    done = clone.sync(str(tmp_path / "nowhere.git"))

    assert (1, "", True) == (
        done.exit_code,
        clone.git("remote"),
        "there is no repository at this address" in done.stderr,
    )


def test_entries_of_both_clones_meet_in_both(lab: Lab, entry: Callable[..., Page]):
    (first, one), (second, two) = entry(1, "Ada's"), entry(2, "Ben's")
    lab.ada.write(first, one)
    lab.ben.write(second, two)
    said = [clone.sync().stderr for clone in (lab.ada, lab.ben, lab.ada)]

    assert [
        f"0 entries came, 1 went: {lab.remote}\n",
        f"1 entry came, 1 went: {lab.remote}\n",
        f"1 entry came, 0 went: {lab.remote}\n",
    ] == said
    for clone in (lab.ada, lab.ben):
        assert (one, two) == (clone.read(first), clone.read(second))
        assert ("", "## main...origin/main") == clone.state


def test_a_second_sync_does_nothing_and_makes_no_commit(lab: Lab, entry: Callable[..., Page]):
    lab.ada.write(*entry(1, "Ada's"))
    lab.ada.sync()
    before = lab.ada.git("rev-parse", "HEAD")
    said = lab.ada.sync().stderr

    assert (f"nothing new: {lab.remote}\n", before) == (said, lab.ada.git("rev-parse", "HEAD"))


def test_a_clone_that_has_nothing_of_its_own_makes_no_merge(lab: Lab, entry: Callable[..., Page]):
    commit = lab.ada.write(*entry(1, "Ada's"))
    lab.ada.sync()
    lab.ben.sync()

    assert commit == lab.ben.git("rev-parse", "HEAD").strip()


def test_commits_that_wait_for_a_flush_are_pushed(lab: Lab, entry: Callable[..., Page]):
    path, text = entry(1, "Ada's")
    repository = lab.ada.desk.repository
    repository.commit(
        {path: text.encode()},
        message="waits\n",
        author=repository.author(),
        date=datetime.now(UTC),
    )
    lab.ada.sync()

    assert path in lab.git("ls-tree", "-r", "--name-only", "main").split()


def test_what_a_person_edited_and_staged_stays_theirs(lab: Lab, entry: Callable[..., Page]):
    mine, hers = entry(1, "Mine"), entry(2, "Hers")
    lab.ada.write(*mine)
    lab.ada.sync()
    lab.ben.write(*hers)
    lab.ben.sync()
    page = lab.ada.folder / mine[0]
    page.write_text(mine[1].replace("It helps.", "It may help."))
    (lab.ada.folder / "draft.md").write_text("a thought\n")
    lab.ada.git("add", "draft.md")
    done = lab.ada.sync()

    assert (0, {" M " + mine[0], "A  draft.md"}) == (
        done.exit_code,
        set(lab.ada.git("status", "--porcelain").splitlines()),
    )
    assert "It may help." in page.read_text()
    assert "draft.md" not in lab.git("ls-tree", "-r", "--name-only", "main")


def test_a_page_changed_on_both_sides_holds_both(lab: Lab, entry: Callable[..., Page]):
    path, text = entry(1, "Ours", verdict="supported")
    lab.ada.write(path, text)
    lab.ada.sync()
    lab.ben.sync()
    lab.ada.write(path, text.replace("## Inference\n", "## Inference\n\nAda: it helps.\n"))
    lab.ben.write(path, text.replace("verdict: supported", "verdict: refuted"))
    lab.ada.sync()
    done = lab.ben.sync()
    lab.ada.sync()

    assert f"{path} joined" in done.stderr
    for clone in (lab.ada, lab.ben):
        page = clone.read(path)
        assert (True, True) == ("Ada: it helps." in page, "verdict: refuted" in page)


def test_two_inferences_on_one_page_both_stay(lab: Lab, entry: Callable[..., Page]):
    path, text = entry(1, "Ours")
    lab.ada.write(path, text)
    lab.ada.sync()
    lab.ben.sync()
    for clone, words in ((lab.ada, "Ada: it helps."), (lab.ben, "Ben: it does not.")):
        clone.run("infer", Path(path).name[:22], words, "--journal", str(clone.folder))
        clone.sync()
    lab.ada.sync()
    page = lab.ada.read(path)

    assert (True, True, False) == (
        "Ada: it helps." in page,
        "Ben: it does not." in page,
        "<<<<" in page,
    )


def test_a_verdict_never_loses_to_a_page_that_calls_the_run_interrupted(
    lab: Lab, entry: Callable[..., Page]
):
    path, running = entry(1, "Ours", status="running", verdict="open")
    lab.ada.write(path, running)
    lab.ada.sync()
    lab.ben.sync()
    _, done = entry(1, "Ours", verdict="supported", metrics={"accuracy": 0.9})
    lab.ben.write(path, running.replace("status: running", "status: interrupted"))
    lab.ben.sync()
    lab.ada.write(path, done)
    lab.ada.sync()
    lab.ben.sync()

    assert (done, done) == (lab.ada.read(path), lab.ben.read(path))


def test_a_verdict_comes_to_a_page_that_was_edited_while_it_ran(
    lab: Lab, entry: Callable[..., Page]
):
    path, running = entry(1, "Ours", status="running", verdict="open")
    lab.ada.write(path, running)
    lab.ada.sync()
    lab.ben.sync()
    lab.ben.write(path, running.replace("status: running\n", "status: running\ntags: [mine]\n"))
    lab.ben.sync()
    _, done = entry(1, "Ours", verdict="supported", metrics={"accuracy": 0.9})
    lab.ada.write(path, done)
    lab.ada.sync()
    lab.ben.sync()
    page = Entry.parse(lab.ben.read(path))

    assert ("done", "supported", ("mine",)) == (page.status, page.verdict, page.tags)


def test_settings_changed_on_both_sides_are_united(lab: Lab):
    cover = lab.ada.desk.cover
    lab.ada.write("journal.md", cover.set(names={"30eb1ac3": "digits"}, ignore=["a"]).text)
    lab.ben.write("journal.md", cover.set(names={"99999999": "faces"}, ignore=["b"]).text)
    lab.ada.sync()
    done = lab.ben.sync()
    settings = lab.ben.desk.cover.settings

    assert ({"30eb1ac3": "digits", "99999999": "faces"}, {"a", "b"}) == (
        settings["names"],
        set(settings["ignore"]),
    )
    assert "journal.md joined (ignore, names)" in done.stderr


def test_of_a_file_that_cannot_be_joined_both_versions_stay(lab: Lab):
    for number, clone in enumerate((lab.ada, lab.ben)):
        clone.write("figure.png", b"\x89PNG\0" + bytes([number]))
    commit = lab.ada.git("rev-parse", "--short=8", "HEAD").strip()
    lab.ada.sync()
    done = lab.ben.sync()
    lab.ada.sync()

    assert f"that of {commit} is kept as figure.png.from-{commit}" in done.stderr
    for clone in (lab.ada, lab.ben):
        contents = [
            (clone.folder / name).read_bytes()[-1]
            for name in ("figure.png", f"figure.png.from-{commit}")
        ]
        assert [1, 0] == contents


def test_branches_may_have_other_names(
    tmp_path: Path, glj: Callable[..., Result], entry: Callable[..., Page]
):
    remote = new_remote(tmp_path / "shared.git", "master")
    ada = Clone(tmp_path / "ada", glj)
    create_desk(ada.folder, title="Ada")
    ada.git("push", "-q", str(remote), "main:master")
    ada.write(*entry(1, "Ada's"))
    done = ada.sync(str(remote))
    branches = subprocess.run(
        ["git", "branch", "--format=%(refname:short)"],
        cwd=remote,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert (0, "refs/heads/master\n", "master\n") == (
        done.exit_code,
        ada.git("config", "branch.main.merge"),
        branches,
    )


def test_journals_begun_apart_are_refused_and_joined_when_asked_to(
    lab: Lab, tmp_path: Path, glj: Callable[..., Result], entry: Callable[..., Page]
):
    other = Clone(tmp_path / "other", glj)
    create_desk(other.folder, title="Another journal")
    path, text = entry(1, "Apart")
    other.write(path, text)
    refused = other.sync(str(lab.remote))
    joined = other.sync("--unrelated")
    lab.ada.sync()

    assert (1, True, 0) == (
        refused.exit_code,
        "glj sync --unrelated" in refused.stderr,
        joined.exit_code,
    )
    assert text == lab.ada.read(path)
    assert "" == lab.ada.git("status", "--porcelain")


def test_a_rewritten_remote_is_said_and_joined(lab: Lab, entry: Callable[..., Page]):
    gone, kept = entry(1, "Gone"), entry(2, "Kept")
    lab.ada.write(*gone)
    lab.ada.sync()
    lab.ben.sync()
    lab.ben.git("reset", "-q", "--hard", "HEAD~1")
    lab.ben.write(*kept)
    lab.ben.git("push", "-q", "--force", "origin", "main")
    done = lab.ada.sync()

    assert (0, True) == (done.exit_code, "was rewritten" in done.stderr)
    assert {gone[0], kept[0]} <= lab.ada.files()


def test_a_hook_that_refuses_is_quoted_and_what_came_stays(lab: Lab, entry: Callable[..., Page]):
    hers, mine = entry(1, "Hers"), entry(2, "Mine")
    lab.ben.write(*hers)
    lab.ben.sync()
    hook = lab.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'only on Mondays'\nexit 1\n")
    hook.chmod(0o755)
    lab.ada.write(*mine)
    done = lab.ada.sync()

    assert (1, True, True) == (
        done.exit_code,
        "only on Mondays" in done.stderr,
        "what came is joined here; nothing was pushed" in done.stderr,
    )
    assert {hers[0], mine[0]} <= lab.ada.files()


def test_hooks_of_the_journal_never_run(lab: Lab, entry: Callable[..., Page]):
    for name in ("pre-push", "post-merge", "reference-transaction", "post-checkout"):
        hook = lab.ada.folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {lab.ada.folder}/ran\nexit 1\n")
        hook.chmod(0o755)
    lab.ada.write(*entry(1, "Ada's"))

    assert (0, False) == (lab.ada.sync().exit_code, (lab.ada.folder / "ran").exists())


def test_a_remote_that_runs_a_command_is_refused(lab: Lab, tmp_path: Path):
    lab.ada.git("config", "remote.origin.url", f"ext::sh -c 'touch {tmp_path}/ran'")
    lab.ada.git("config", "protocol.ext.allow", "always")

    assert (1, False) == (lab.ada.sync().exit_code, (tmp_path / "ran").exists())


def test_a_repository_with_a_working_folder_refuses_and_says_what_mends_it(
    lab: Lab, entry: Callable[..., Page]
):
    lab.ada.git("remote", "add", "ben", str(lab.ben.folder))
    lab.ada.write(*entry(1, "Ada's"))
    done = lab.ada.sync("ben")

    assert (1, True) == (done.exit_code, "git init --bare -b main" in done.stderr)


def test_nobody_is_asked_for_a_password(lab: Lab):
    lab.ada.git("config", "remote.origin.url", "https://127.0.0.1:9/lab/journal.git")
    done = lab.ada.sync()

    assert (1, True) == (done.exit_code, "cannot be reached" in done.stderr)


def test_the_users_ssh_command_is_used_and_never_asks(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/said\nexit 255\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", f"{ssh} -i my_key")
    lab.ada.git("config", "remote.origin.url", "git@example.org:lab/journal.git")
    done = lab.ada.sync()
    said = (tmp_path / "said").read_text()

    assert (1, True) == (done.exit_code, "-i my_key -o BatchMode=yes" in said)


def test_a_second_address_is_refused_with_what_to_type(lab: Lab, tmp_path: Path):
    other = new_remote(tmp_path / "backup.git")
    refused = lab.ada.sync(str(other))
    lab.ada.git("remote", "add", "backup", str(other))
    done = lab.ada.sync("backup")

    assert (1, True, 0, "origin") == (
        refused.exit_code,
        "remote add backup" in refused.stderr,
        done.exit_code,
        lab.ada.git("config", "branch.main.remote").strip(),
    )


def test_what_was_pushed_is_recorded_with_its_time(lab: Lab, entry: Callable[..., Page]):
    before = datetime.now(UTC)
    commit = lab.ada.write(*entry(1, "Ada's"))
    lab.ada.sync()
    last = pushes(lab.ada.folder / ".git" / "gitlab-journal")[-1]

    assert (str(lab.remote), commit) == (last.remote, last.commit)
    assert before <= last.at <= datetime.now(UTC)


@pytest.mark.parametrize("rounds", [2, pytest.param(50, marks=pytest.mark.soak)])
def test_two_that_sync_at_once_lose_nothing(lab: Lab, entry: Callable[..., Page], rounds):
    program = [sys.executable, "-m", "gitlab_journal", "sync", "--journal"]
    pages = [entry(number, f"Entry {number}") for number in range(2 * rounds)]
    for first, second in zip(pages[::2], pages[1::2], strict=True):
        lab.ada.write(*first)
        lab.ben.write(*second)
        racing = [
            subprocess.Popen([*program, clone.folder], stderr=subprocess.PIPE, env={**os.environ})
            for clone in (lab.ada, lab.ben)
        ]
        ended = [(process.communicate()[1], process.returncode) for process in racing]
        assert [0, 0] == [code for _, code in ended], ended
    lab.ada.sync()
    lab.ben.sync()

    for clone in (lab.ada, lab.ben):
        assert {path for path, _ in pages} <= clone.files()
        assert ("", "## main...origin/main") == clone.state
        assert "" == clone.git("fsck", "--no-dangling")


def test_one_clone_synced_twice_at_once_is_synced(lab: Lab, entry: Callable[..., Page]):
    program = [sys.executable, "-m", "gitlab_journal", "sync", "--journal", lab.ada.folder]
    lab.ben.write(*entry(1, "Ben's"))
    lab.ben.sync()
    lab.ada.write(*entry(2, "Ada's"))
    racing = [subprocess.Popen(program, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [(process.communicate()[1], process.returncode) for process in racing]

    assert ([0, 0], 2) == (
        [code for _, code in ended],
        lab.git("ls-tree", "-r", "--name-only", "main").count("entries/"),
    )


def test_two_clones_with_a_live_run_each_meet_before_and_after_the_verdicts(lab: Lab):
    runs = []
    for clone in (lab.ada, lab.ben):
        with warnings.catch_warnings(), ExitStack() as running:
            warnings.simplefilter("ignore", JournalWarning)  # this folder is no repository
            run = running.enter_context(
                Journal(clone.folder).run(title=clone.folder.name, predict="loss < 1")
            )
            runs.append((clone, run, running.pop_all()))
    while_running = [clone.sync().exit_code for clone in (lab.ada, lab.ben, lab.ada)]
    seen = {entry.status for entry in Journal(lab.ada.folder).entries()}
    for clone, run, running in reversed(runs):
        run.metric("loss", 0.5)
        running.close()
        clone.sync()
    after = [clone.sync().exit_code for clone in (lab.ada, lab.ben)]

    assert ([0, 0, 0], {"running"}, [0, 0]) == (while_running, seen, after)
    for clone in (lab.ada, lab.ben):
        verdicts = {entry.title: entry.verdict for entry in Journal(clone.folder).entries()}
        assert {"ada": "supported", "ben": "supported"} == verdicts
        assert ("", "## main...origin/main") == clone.state


def test_a_folder_copied_while_a_run_is_open_takes_the_verdict_of_the_first(
    lab: Lab, tmp_path: Path, glj: Callable[..., Result]
):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", JournalWarning)  # this folder is no repository
        with Journal(lab.ada.folder).run(title="Live", predict="loss < 1") as run:
            shutil.copytree(lab.ada.folder, tmp_path / "copy")
            copy = Clone(tmp_path / "copy", glj)
            copy.sync()
            called = [entry.status for entry in Journal(copy.folder).entries()]
            run.metric("loss", 0.5)
    ended = [clone.sync().exit_code for clone in (lab.ada, copy, lab.ada)]

    assert (["interrupted"], [0, 0, 0]) == (called, ended)
    for clone in (lab.ada, copy):
        found = Journal(clone.folder).entries()
        assert [("done", "supported", 0.5)] == [
            (entry.status, entry.verdict, entry.score) for entry in found
        ]
        assert ("", "## main...origin/main") == clone.state


def test_a_copied_folder_is_a_journal_and_meets_the_first_again(
    lab: Lab, tmp_path: Path, glj: Callable[..., Result], entry: Callable[..., Page]
):
    waiting = entry(1, "Waits")
    repository = lab.ada.desk.repository
    repository.commit(
        {waiting[0]: waiting[1].encode()},
        message="waits\n",
        author=repository.author(),
        date=datetime.now(UTC),
    )
    shutil.copytree(lab.ada.folder, tmp_path / "copy")
    copy = Clone(tmp_path / "copy", glj)
    mine, theirs = entry(2, "Here"), entry(3, "There")
    lab.ada.write(*mine)
    copy.write(*theirs)
    ended = [clone.sync().exit_code for clone in (lab.ada, copy, lab.ada)]

    assert [0, 0, 0] == ended
    for clone in (lab.ada, copy):
        assert {waiting[0], mine[0], theirs[0]} <= clone.files()
        assert ("", "## main...origin/main") == clone.state


def test_a_sync_is_not_kept_waiting_by_runs_that_commit_all_the_time(
    lab: Lab, entry: Callable[..., Page]
):
    lab.ben.write(*entry(1, "Ben's"))
    lab.ben.sync()
    stop, written = threading.Event(), []

    def record() -> None:
        desk = lab.ada.desk
        while not stop.is_set() and len(written) < 500:
            time.sleep(0.005)  # what a very short run takes
            path, text = entry(100 + len(written), "Ada's")
            desk.commit({path: text.encode()}, message="run\n", date=datetime.now(UTC))
            written.append(path)

    recording = threading.Thread(target=record)
    recording.start()
    ended = [lab.ada.sync().exit_code for _ in range(2)]
    stop.set()
    recording.join()
    last = lab.ada.sync().exit_code
    lab.ben.sync()

    assert [0, 0, 0] == [*ended, last]
    for clone in (lab.ada, lab.ben):
        assert {entry(1, "")[0], *written} <= clone.files()
