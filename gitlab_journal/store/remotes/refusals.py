"""What it means when another repository refuses, in words that say what mends it."""

from __future__ import annotations

import re
import shlex

from gitlab_journal.secrets import redact

NOTHING_DONE = "nothing was fetched or pushed"
_LINES = 4  # of what git said

# What git says, in English as we ask it to, and what it means; the first that fits.
_AUTHENTICATION = (
    r"Authentication failed|could not read (?:Username|Password)|Permission denied \("
    r"|HTTP Basic: Access denied|returned error: 40[13]|Host key verification failed"
)
_NO_REPOSITORY = (
    r"does not appear to be a git repository|[Rr]epository .*not found|does not exist"
    r"|returned error: 404"
)
_UNREACHABLE = (
    r"Could not resolve host|unable to access|unable to look up|Connection (?:refused|timed out)"
    r"|Network is unreachable|No route to host|Connection reset|Connection closed"
)
_LOCK = re.compile(r"^(?!remote:).*Unable to create '([^']*\.lock)': File exists", re.MULTILINE)
_REASONS = (
    (_AUTHENTICATION, "it does not let you in; try your key or token: {again}"),
    (_NO_REPOSITORY, "there is no repository at this address"),
    (_UNREACHABLE, "it cannot be reached: no network, or a wrong address"),
)


def why_failed(said: bytes, *, at: str, again: str) -> str:
    """Return why git reached nothing at the address `at`; `again` is the command to try by hand."""
    lines = [without_credentials(line.strip()) for line in _text(said) if line.strip()][:_LINES]
    whole = "\n".join(lines)
    lock = _LOCK.search(whole)
    if lock:
        return (
            f"{at}: another git holds {lock[1]}\n"
            f"  where none runs, one that was killed left it: rm {shlex.quote(lock[1])}"
        )
    about = next((why for words, why in _REASONS if re.search(words, whole)), "git failed")
    return "\n  ".join([f"{at}: {about.format(again=again)}", *lines])


def why_refused(reason: str, said: bytes, *, at: str, branch: str) -> str:
    """Return why the repository at the address `at` took no push to its branch."""
    lines = [line[7:].strip() for line in _text(said) if line.startswith("remote:")]
    told = [f"{at} refused the push: {reason}", *filter(None, lines)][: _LINES + 2]
    words = "\n  ".join(map(without_credentials, told))
    if "currently checked out" in reason:
        return (
            f"{words}\n  that repository has a working folder; sync with a bare one: "
            f"git init --bare -b {branch} PATH; glj sync PATH"
        )
    if "protected" in words or "GH006" in words:
        return (
            f"{words}\n  the branch {branch} is protected there: allow your role to push to it in "
            "the project's settings"
        )
    return words


def without_credentials(line: str) -> str:
    """Return a line without the names and passwords in its addresses, and other keys."""
    return redact(re.sub(r"(://)[^/\s]*@", r"\1", line))[0]


def _text(said: bytes) -> list[str]:
    return said.decode(errors="replace").splitlines()
