"""Audit the history of the journal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from gitlab_journal.commands.opening import journal_option, open_journal
from gitlab_journal.commands.speech import painted, print_json, say
from gitlab_journal.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitlab_journal.audit import Finding, Report
    from gitlab_journal.desk import Desk

FOUND = 4
WIDTH = 80
_INDENT = "  "
_SHOWN = 20  # notes of one kind, and entries, before the rest is counted


@click.command(
    "verify",
    short_help="Audit the history: what was changed, lost or made too late.",
    epilog="""\b
Examples:
  glj verify
  glj verify --json | jq '.findings[].code'
  glj verify --since v1.0          (only what came after a commit)
  glj verify --repair              (puts right what can be, by new commits)

\b
What is looked at, each code, and jobs for GitLab CI and GitHub Actions: docs/verify.md""",
)
@click.option(
    "--repair",
    is_flag=True,
    help="Take back what was changed, removed or deleted without a declared reason, and mark runs "
    "that nobody runs interrupted, by new commits that say so: glj verify --repair.",
)
@click.option(
    "--accept",
    is_flag=True,
    help="Take the history as it is for the right one, although commits that were here are gone: "
    "after a rewrite on purpose: glj verify --accept.",
)
@click.option(
    "--since",
    metavar="COMMIT",
    help="Look only at what was committed after COMMIT, as in --since HEAD~20.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON: glj verify --json.")
@journal_option
@click.pass_context
def command(
    context: click.Context,
    *,
    repair: bool,
    accept: bool,
    since: str | None,
    as_json: bool,
    journal: Path | None,
) -> None:
    """Read the whole history of the journal and report what does not hold.

    Changes of predictions, verdicts, results that no commit declares; hypotheses that are missing
    or late; hashes, verdicts and attachments that do not fit their pages; commits that are gone.
    Ends with 4 where something is found. Writes nothing but a mark of what was verified, in this
    clone.
    """
    context.exit(
        verify_journal(journal, repair=repair, accept=accept, since=since, as_json=as_json)
    )


def verify_journal(
    journal: Path | None, *, repair: bool, accept: bool, since: str | None, as_json: bool
) -> int:
    """Print what is found and return the exit code; raises StoreError."""
    from gitlab_journal.audit import audit
    from gitlab_journal.audit.history import REWRITTEN, accept_lost, mark_verified

    desk = open_journal(journal)
    repository = desk.repository
    start = _commit_of(desk, since) if since else None
    report = audit(desk, since=start)
    if accept:
        gone = [one.commit for one in report.findings if one.code in REWRITTEN and one.commit]
        accept_lost(repository, gone)
        report = audit(desk, since=start)
    repaired: list[str] = []
    if repair:
        repaired = _repair(desk, report)
        report = audit(desk, since=start) if repaired else report
    if report.tip and not report.findings and not since:
        mark_verified(repository, report.tip)
    if as_json:
        _print_json(report, repaired)
    else:
        _print(desk, report)
    return FOUND if report.findings else 0


def _commit_of(desk: Desk, word: str) -> str:
    from gitlab_journal.errors import ArgumentError
    from gitlab_journal.store.git import git

    said = git(
        *("rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}"),
        cwd=desk.repository.root,
        check=False,
    )
    if not said:
        raise ArgumentError(f"--since {word}: no such commit in {desk.repository.root}")
    return said.decode().strip()


def _repair(desk: Desk, report: Report) -> list[str]:
    """Commit what can be put right; returns it in words."""
    from datetime import UTC, datetime

    from gitlab_journal.audit.repair import repairs

    done = []
    for one in repairs(desk.repository, report):
        desk.commit(one.files, message=one.message, date=datetime.now(UTC), bases=one.bases)
        done.append(f"{one.entry}: {one.words}")
        say(f"repaired {done[-1]}")
    if done:
        desk.flush()
        desk.catalogue.refresh()
    elif report.findings:
        say("nothing of this can be put right by a commit")
    return done


def _print_json(report: Report, repaired: Sequence[str]) -> None:
    about = {
        "commit": report.tip,
        "since": report.since,
        "verified_before": report.verified_before,
        "entries": report.entries,
        "commits": report.commits,
        "findings": [one.as_dict() for one in report.findings],
        "notes": [one.as_dict() for one in report.notes],
        "pushed": [one.as_dict() for one in report.pushed],
        "repaired": list(repaired),
    }
    print_json(about)


def _print(desk: Desk, report: Report) -> None:
    from gitlab_journal.phrases import count_words

    said = report.tip[:12] if report.tip else "no commit"
    entries = "1 entry" if report.entries == 1 else f"{report.entries:,} entries"
    _line(f"{entries}, {count_words(report.commits, 'commit')} up to {said}.")
    _print_pushed(report)
    for entry, found in _grouped(report.findings).items():
        _line("")
        _line(_title_of(desk, entry))
        for one in found:
            _print_finding(one)
    _print_notes(report.notes)
    _line("")
    if report.findings:
        count = count_words(len(report.findings), "finding")
        _line(painted(f"{count}.", "yellow", stream=sys.stdout))
        _print_advice(report.findings)
    else:
        _line("Nothing was found.")


def _print_pushed(report: Report) -> None:
    with_result = [one for one in report.pushed if one.before_result is not None]
    if with_result and any(one.at for one in report.pushed):
        early = sum(one.before_result is True for one in with_result)
        _line(
            f"{early:,} of {len(with_result):,} hypotheses were at a remote before their result, "
            "as this machine recorded it, which is no proof."
        )


def _grouped(findings: Sequence[Finding]) -> dict[str | None, list[Finding]]:
    groups: dict[str | None, list[Finding]] = {}
    for one in findings:
        groups.setdefault(one.entry, []).append(one)
    return groups


def _title_of(desk: Desk, entry: str | None) -> str:
    if entry is None:
        return "The journal"
    rows = desk.catalogue.rows(entry)
    return one_line(f"{entry}  {rows[0].title}" if rows else entry)


def _print_finding(one: Finding) -> None:
    _line(f"{_INDENT}{painted(one.code, 'yellow', stream=sys.stdout)}")
    _wrapped(one.sentence, indent=_INDENT * 2)
    place = f"{one.path}:{one.line}" if one.path and one.line else one.path
    commit = f"commit {one.commit[:12]}" if one.commit else None
    for where in (commit, place):
        if where:
            _line(f"{_INDENT * 2}{one_line(where)}")


def _print_notes(notes: Sequence[Finding]) -> None:
    if notes:
        _line("")
        _line("Worth knowing:")
    for one in notes[:_SHOWN]:
        where = one.entry or one.path or ""
        _wrapped(f"{one.sentence} {where}".strip(), indent=_INDENT)
    if len(notes) > _SHOWN:
        _line(f"{_INDENT}and {len(notes) - _SHOWN} more: glj verify --json")


def _print_advice(findings: Sequence[Finding]) -> None:
    from gitlab_journal.audit.finding import MENDS

    advice: dict[str, list[str]] = {}
    for code in dict.fromkeys(one.code for one in findings):
        advice.setdefault(MENDS.get(code, "stands in history for good; docs/verify.md"), []).append(
            code
        )
    for words, codes in advice.items():
        _wrapped(f"{', '.join(codes)}: {words}", indent=_INDENT)


def _wrapped(text: str, *, indent: str) -> None:
    from textwrap import wrap

    for line in wrap(
        one_line(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        _line(line)


def _line(text: str) -> None:
    click.echo(text)
