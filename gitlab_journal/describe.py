"""One call described: its parameters, data, state, code."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, cast

from gitlab_journal.call import Call
from gitlab_journal.errors import ArgumentError
from gitlab_journal.fingerprint import Fingerprint, equal_code
from gitlab_journal.guard import warn
from gitlab_journal.identity.arguments import sort_arguments
from gitlab_journal.identity.changed import CameIn
from gitlab_journal.identity.data import combine_rows, describe_data
from gitlab_journal.identity.digests import last_name
from gitlab_journal.identity.origin import guess_names
from gitlab_journal.identity.params import IGNORE, describe_params
from gitlab_journal.identity.reached import sort_reads
from gitlab_journal.identity.renamed import Former, former_data, former_states
from gitlab_journal.identity.source import (
    code_of_module,
    file_of,
    is_of_project,
    project_root,
    trace_of,
)
from gitlab_journal.identity.state import describe_state
from gitlab_journal.secrets import redact, redact_values
from gitlab_journal.worktree import capture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitlab_journal.cover import Cover
    from gitlab_journal.identity.data import Data
    from gitlab_journal.identity.files import FileCache
    from gitlab_journal.identity.params import Params
    from gitlab_journal.identity.source import Code, Read
    from gitlab_journal.identity.state import State
    from gitlab_journal.options import Options
    from gitlab_journal.worktree import Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One call as the page shows it, and the fingerprint that look-ups use.

    `libraries` are the distributions that its code uses, as `major.minor`; `reached` names the data
    that the function reads from globals; `came_in` holds the parameters as they are before the run.
    `unread` remarks on files that are named but not read;
    `guessed` are the names of data sets that the code around the call tells, by argument.
    """

    name: str
    arguments: Mapping[str, object]
    params: Mapping[str, object]
    defaults: Mapping[str, object]
    rows: Mapping[str, Mapping[str, object]]
    dataset: str | None
    model: str | None
    fingerprint: Fingerprint
    functions: Mapping[str, str]
    file: str | None
    project: Path
    capture: Capture | None
    notes: Sequence[str]
    unread: Sequence[str]
    libraries: Mapping[str, str] = field(default_factory=dict)
    came_in: CameIn
    reached: frozenset[str] = frozenset()
    guessed: Mapping[str, str] = field(default_factory=dict)


def describe_call(
    function: Callable[..., object],
    call: Call,
    *,
    options: Options,
    cover: Cover,
    files: FileCache,
) -> Described:
    """Describe a call of `function`.

    Raises DescriptionError for a value without a stable description, ArgumentError for an
    output folder or a missing path among the arguments. Reads the user's repository once per
    process; writes nothing.
    """
    ignored = IGNORE.union(options.ignore, cover.ignore)
    traced = trace_of(function)
    found = sort_reads(traced.reads, {**call.given, **call.left_alone})
    # `data=()` declares that there are none.
    reached = found.data if options.data or options.data is None else {}
    return _describe(
        Call({**call.given, **found.params}, call.left_alone),
        reached={name: one for name, one in reached.items() if last_name(name) not in ignored},
        name=function.__name__,
        file=file_of(function),
        project=project_root(function),
        code=traced.code,
        options=options,
        cover=cover,
        files=files,
        function=function,
    )


def describe_block(
    namespace: Mapping[str, object],
    params: Mapping[str, object],
    *,
    reads: Sequence[Read],
    options: Options,
    cover: Cover,
    files: FileCache,
) -> Described:
    """Describe a `with Journal(...).run(...)` block of the module whose globals are `namespace`.

    `reads` are the values that its lines read; those that are data count as such.
    """
    called = [one.value for one in reads if isinstance(one.value, FunctionType)]
    inside = [read for one in called if is_of_project(one) for read in trace_of(one).reads]
    found = sort_reads([*reads, *inside], params)
    ignored = IGNORE.union(options.ignore, cover.ignore)
    return _describe(
        Call(params, {}),
        reached={name: one for name, one in found.data.items() if last_name(name) not in ignored},
        name=str(namespace.get("__name__", "run")),
        file=cast("str | None", namespace.get("__file__")),
        project=project_root(str(namespace.get("__file__") or ".")),
        code=code_of_module(namespace),
        options=replace(options, data=()),
        cover=cover,
        files=files,
    )


def _describe(
    call: Call,
    *,
    reached: Mapping[str, object],
    name: str,
    file: str | None,
    project: Path,
    code: Code | None,
    options: Options,
    cover: Cover,
    files: FileCache,
    function: Callable[..., object] | None = None,
) -> Described:
    ignore = (*options.ignore, *cover.ignore)
    replicate = (*options.replicate, *cover.replicate)
    every = {**call.given, **call.left_alone}
    arguments = sort_arguments(every, data=options.data, ignore=ignore)
    given = {name: value for name, value in arguments.params.items() if name in call.given}
    left_alone = {name: value for name, value in arguments.params.items() if name not in given}
    former = Former(cover.aliases, cover.added)
    params = describe_params(given, left_alone, replicate=replicate, ignore=ignore, former=former)
    data = describe_data(
        {**arguments.data, **reached}, roles=arguments.roles, names=cover.names, cache=files
    )
    state = describe_state(arguments.params)
    texts = {name: value for name, value in every.items() if isinstance(value, str)}
    if code is None:
        warn("the source of the function cannot be read: no code_hash is recorded")
    return Described(
        name=name,
        file=_inside(file, project),
        arguments={**every, **redact_values(texts)[0]},
        params=params.params,
        defaults=params.defaults,
        rows={**data.rows, **state.rows},
        dataset=data.dataset,
        model=params.model,
        fingerprint=_fingerprint(params, data, state, code, former=former, cover=cover),
        functions=code.functions if code else {},
        libraries=code.libraries if code else {},
        project=project,
        capture=_captured(project),
        unread=arguments.notes,
        notes=[*(redact(note)[0] for note in arguments.notes), *_redaction(params.hidden)],
        came_in=CameIn(arguments.params, params.trees, state.rows, IGNORE.union(ignore)),
        reached=frozenset(reached),
        guessed=guess_names(arguments.data, function=function, reached=reached),
    )


def _redaction(hidden: Sequence[str]) -> list[str]:
    if not hidden:
        return []
    count = "1 value" if len(hidden) == 1 else f"{len(hidden)} values"
    return [f"Redacted, as looking like a key: {', '.join(hidden)} ({count})."]


def _fingerprint(
    params: Params,
    data: Data,
    state: State,
    code: Code | None,
    *,
    former: Former,
    cover: Cover,
) -> Fingerprint:
    codes = (code.code_hash, code.definitions_hash) if code else ()
    return Fingerprint(
        params_hash=params.params_hash,
        config_hash=params.config_hash,
        data_hash=data.data_hash,
        state_hash=state.state_hash,
        code_hash=code.code_hash if code else None,
        seeded=params.seeded,
        fresh=state.fresh,
        alternatives=params.alternatives,
        data_alternatives=former_data(data.rows, former),
        state_alternatives=former_states(state.rows, former),
        same_code=equal_code(codes, cover.same_code),
    )


def add_data(
    described: Described, arrays: Mapping[str, object], *, cover: Cover, files: FileCache
) -> Described:
    """Return `described` with data that the run met, and the fingerprint that follows.

    What was read by name gives way to what comes under its name, or is equal. Raises ArgumentError
    for another name that is data already, DescriptionError as `describe_call`.
    """
    for name in arrays:
        if name in described.rows and name not in described.reached:
            raise ArgumentError(f"run.data({name}=...): {name!r} is data of this run already")
    data = describe_data(
        arrays, roles={name: name for name in arrays}, names=cover.names, cache=files
    )
    met = {row["hash"] for row in data.rows.values()}
    again = {name for name in described.reached if described.rows[name]["hash"] in met}
    rows = {name: row for name, row in described.rows.items() if name not in again} | data.rows
    combined = combine_rows(rows, names=cover.names)
    return replace(
        described,
        rows=combined.rows,
        reached=described.reached.difference(arrays, again),
        dataset=combined.dataset,
        guessed={**described.guessed, **guess_names(arrays)},
        fingerprint=replace(
            described.fingerprint,
            data_hash=combined.data_hash,
            data_alternatives=former_data(combined.rows, Former(cover.aliases)),
        ),
    )


def _inside(file: str | None, project: Path) -> str | None:
    """Return the path of a file within the project, None outside of it."""
    path = Path(file).resolve() if file else None
    if path is None or not path.is_relative_to(project):
        return None
    return path.relative_to(project).as_posix()


@cache
def _captured(root: Path) -> Capture | None:
    """Return the user's working tree at first use: the imported code is what runs."""
    return capture(root)
