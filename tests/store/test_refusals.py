"""What it means when another repository refuses."""

from __future__ import annotations

import pytest

from gitlab_journal.store.remotes.refusals import why_failed, why_refused

AGAIN = "git -C . fetch origin"


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        (
            "git@gitlab.com: Permission denied (publickey).\nfatal: Could not read from remote.",
            f"it does not let you in; try your key or token: {AGAIN}",
        ),
        (
            "fatal: could not read Username for 'https://x': terminal prompts disabled",
            f"it does not let you in; try your key or token: {AGAIN}",
        ),
        (
            "fatal: unable to access 'https://x/': The requested URL returned error: 403",
            f"it does not let you in; try your key or token: {AGAIN}",
        ),
        (
            "fatal: repository 'https://x/' not found",
            "there is no repository at this address",
        ),
        (
            "fatal: unable to access 'https://x/': Could not resolve host: x",
            "it cannot be reached: no network, or a wrong address",
        ),
        ("fatal: bad object", "git failed"),
    ],
)
def test_what_git_says_is_told_in_words_that_mend_it(said: str, meaning: str):
    told = why_failed(said.encode(), at="ORIGIN", again=AGAIN)

    assert [f"ORIGIN: {meaning}", *(f"  {line}" for line in said.splitlines())] == told.splitlines()


def test_a_token_that_git_repeats_is_not_told():
    told = why_failed(b"fatal: no 'https://bot:glpat-secret@x/'", at="ORIGIN", again=AGAIN)

    assert "  fatal: no 'https://x/'" == told.splitlines()[1]


def test_a_lock_on_the_other_machine_is_none_to_remove_here():
    said = b"remote: fatal: Unable to create '/srv/x.git/packed-refs.lock': File exists."

    assert "rm " not in why_failed(said, at="ORIGIN", again=AGAIN)


def test_a_protected_branch_is_named():
    said = b"remote: GitLab: You are not allowed to push code to protected branches.\n"
    told = why_refused("[remote rejected] (hook declined)", said, at="ORIGIN", branch="main")

    assert [
        "ORIGIN refused the push: [remote rejected] (hook declined)",
        "  GitLab: You are not allowed to push code to protected branches.",
    ] == told.splitlines()[:2]
    assert told.splitlines()[2].startswith("  the branch main is protected there: allow your role")
