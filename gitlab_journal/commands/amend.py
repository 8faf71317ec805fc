"""Change an entry by a declared amendment."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from gitlab_journal.commands.infer import text_given
from gitlab_journal.commands.opening import complete_id, journal_option, open_journal
from gitlab_journal.commands.speech import print_path, say
from gitlab_journal.errors import ArgumentError
from gitlab_journal.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitlab_journal.amending.amendment import Amendment
    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry
    from gitlab_journal.prediction import Claim

PAGE = "page"


@click.command(
    "amend",
    short_help="Change what an entry says, with the reason.",
    epilog="""\b
Examples:
  glj amend k7m2 --set metrics.accuracy=0.98 --reason "three test images were mislabelled"
  glj amend k7m2 --set title="Wider layers" --unset dataset --reason "names of the paper"
  glj amend k7m2 --set "prediction=val_loss < 0.3" --reason "the bound had a typo"
  glj amend k7m2 --set status=interrupted --reason "the machine is lost"
  glj amend k7m2 --section Hypothesis --reason "says which loss"     (opens your $EDITOR)
  glj amend k7m2 --delete --reason "ran on the wrong branch"

\b
What was said before stays in history: glj show k7m2 --history. So a key or password that a page
holds is NOT removed by an amendment: withdraw it where it is valid, then make another.""",
)
@click.argument("id", metavar="ID", shell_complete=complete_id)
@click.argument("text", required=False)
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="KEY=VALUE",
    help="Give a key another value, as in --set metrics.accuracy=0.98; may be repeated. KEY is "
    "title, one of the front matter, params.NAME or metrics.NAME; VALUE is YAML.",
)
@click.option(
    "--unset", multiple=True, metavar="KEY", help="Remove a key, as in --unset dataset; repeatable."
)
@click.option(
    "--section",
    metavar="NAME",
    help="Replace the text of a section by TEXT, as in --section Hypothesis; its blocks stay. "
    "- reads TEXT from stdin, without it your editor opens.",
)
@click.option(
    "--delete", is_flag=True, help="Remove the entry: glj amend k7m2 --delete --reason TEXT."
)
@click.option(
    "--reason",
    metavar="TEXT",
    help='Why, in one line, as in --reason "a typo"; it stands on the page.',
)
@journal_option
def command(  # noqa: PLR0917  # click calls by name
    id: str,  # noqa: A002  # a run's word
    text: str | None,
    values: tuple[str, ...],
    unset: tuple[str, ...],
    section: str | None,
    delete: bool,  # noqa: FBT001
    reason: str | None,
    journal: Path | None,
) -> None:
    """Change what an entry says, by a commit that declares what it amends and why.

    The page says so too, in the section it concerns. Where a metric, the prediction or the status
    changes, the verdict is judged anew. The id and the hashes of data and code stay:
    they say what ran; that of the parameters follows them. A run that goes on is refused.
    """
    if not (reason or "").strip():
        raise ArgumentError('an amendment needs its reason: --reason "..."')
    if delete and (values or unset or section or text):
        raise ArgumentError("--delete removes the whole entry; it takes nothing but --reason")
    if text is not None and section is None:
        raise ArgumentError(f"TEXT is for a section; name it: --section Hypothesis {text!r}")
    if not (values or unset or section or delete):
        raise ArgumentError("nothing to amend: name it by --set, --unset, --section or --delete")
    asked = _asked(values, unset, reason or "")
    if delete:
        delete_entry(journal, id, reason=asked.reason)
    else:
        amend_entry(journal, id, asked=asked, section=section, text=text)


def _asked(values: Sequence[str], unset: Sequence[str], reason: str) -> Amendment:
    from gitlab_journal.amending.amendable import value_of
    from gitlab_journal.amending.amendment import Amendment

    found: dict[str, object] = {}
    for word in values:
        key, equals, value = word.partition("=")
        key = key.strip()
        if not equals:
            raise ArgumentError(f"--set {word}: expected KEY=VALUE, as in metrics.accuracy=0.98")
        if key in found or key in unset:
            raise ArgumentError(f"{key} is amended twice; expected it once")
        found[key] = value_of(key, value)
    return Amendment(values=found, unset=unset, reason=reason)


def amend_entry(
    journal: Path | None,
    word: str,
    *,
    asked: Amendment,
    section: str | None = None,
    text: str | None = None,
) -> None:
    """Commit an amendment of the entry that `word` names and print the page's path.

    Raises ArgumentError for what may not be changed, changes nothing or still runs.
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    from gitlab_journal.amending.amendment import amend
    from gitlab_journal.amending.rewrite import commit_page, newest
    from gitlab_journal.compose import commit_message
    from gitlab_journal.history.edits import without_notes, worked_out

    desk, now = open_journal(journal), datetime.now(UTC)
    if section is not None:
        prose = without_notes(desk.entry(desk.catalogue.resolve(word)).prose(section))
        written = text_given(text, what="text", shown=f"{prose}\n")
        if text is None and not written.strip():  # an editor left without saving, an empty stdin
            raise ArgumentError(f"the text is empty; to remove that of {section}, give '' as TEXT")
        asked = replace(asked, sections={section: written})
    with newest(desk, word) as (row, entry):
        _refuse_live(desk, entry, asked)
        made = amend(
            *(entry, _with_ids(desk, asked)),
            cover=desk.cover,
            bound=lambda claim: _bound(desk, claim, entry, asked),
            author=desk.repository.author().name,
            date=now,
        )
        message = commit_message(
            made.entry,
            subject=f"amend: {made.entry.title}",
            body=made.judgement.sentence if made.judgement else "",
            amends=[edit.what for edit in made.edits],
            reason=asked.reason,
        )
        commit_page(desk, row, entry, made.entry, message=message, date=now)
    say(f"amended: {entry.id}, {made.entry.title}")
    for edit in made.edits:
        if not worked_out(edit, made.edits):
            say(f"  {one_line(edit.words)}")
    print_path(desk.repository.root / row.path)


def delete_entry(journal: Path | None, word: str, *, reason: str) -> None:
    """Commit that the entry that `word` names is gone from the journal; its history stays.

    Raises ArgumentError for a run that goes on, or edits that no commit holds.
    """
    from datetime import UTC, datetime

    from gitlab_journal.amending.amendable import refuse_keys
    from gitlab_journal.amending.rewrite import newest, remove_page
    from gitlab_journal.compose import commit_message

    refuse_keys("the reason", reason, prose=True)
    desk = open_journal(journal)
    with newest(desk, word) as (row, entry):
        if entry.status == "running":
            raise ArgumentError(f"{entry.id} is running; it can be deleted when it has ended")
        subject = f"delete: {entry.title}"
        message = commit_message(entry, subject=subject, amends=[PAGE], reason=reason)
        remove_page(desk, row, message=message, date=datetime.now(UTC))
    say(f"deleted: {entry.id}, {entry.title}")
    say(f"  what it said: glj show {entry.id} --history")


def _refuse_live(desk: Desk, entry: Entry, asked: Amendment) -> None:
    """Raise ArgumentError for a run that goes on, or of which only its end is unknown."""
    if entry.status != "running":
        return
    if desk.runs.is_live(entry.id):
        raise ArgumentError(f"{entry.id} is running; it can be amended when it has ended")
    if "status" not in asked.values:
        raise ArgumentError(
            f"{entry.id} is running, though not on this machine; where it is lost:\n"
            f"  glj amend {entry.id} --set status=interrupted --reason ..."
        )


def _with_ids(desk: Desk, asked: Amendment) -> Amendment:
    """Return the amendment with the whole ids of the parents that it names."""
    from dataclasses import replace

    given = asked.values.get("parents")
    if given is None:
        return asked
    words = given if isinstance(given, list) else [given]
    ids = [desk.catalogue.resolve(str(word)).id for word in words]
    return replace(asked, values={**asked.values, "parents": ids})


def _bound(desk: Desk, claim: Claim, entry: Entry, asked: Amendment) -> float:
    from gitlab_journal.bounds import bound_of
    from gitlab_journal.prediction import references

    parents = []
    if "parent" in references(claim):
        names = _with_ids(desk, asked).values.get("parents", entry.parents)
        parents = [desk.catalogue.resolve(name) for name in cast("Sequence[str]", names)]
    return bound_of(claim, catalogue=desk.catalogue, parents=parents)
