"""The code of an experiment: a digest of each definition that it reaches by name.

Only the source decides, as it was when it was first looked at in this process: formatting,
comments, docstrings, annotations of functions, `__main__` blocks, what is said about the experiment
and the name of its own module do not count. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import functools
import inspect
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.bytecode import Compiled, compiled
from gitlab_journal.identity.source.cells import notebook, running_cell
from gitlab_journal.identity.source.hidden import hidden_in
from gitlab_journal.identity.source.libraries import minor, versions_of
from gitlab_journal.identity.source.modules import Statement, module_at
from gitlab_journal.identity.source.project import file_of, globals_under, project_root
from gitlab_journal.identity.source.reach import Reach, digest, prune_once, qualified_name
from gitlab_journal.identity.source.reads import reads_of
from gitlab_journal.identity.source.resolve import Imports
from gitlab_journal.identity.source.start import import_name, nodes_of, start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from gitlab_journal.identity.source.modules import Module
    from gitlab_journal.identity.source.reads import Read


# Threads of one process share the parsed modules, and what was reached from each start.
_reading = threading.Lock()
_reached: dict[tuple[object, ...], Reach] = {}
_REMEMBERED = 64  # a notebook is a new module at each cell


@dataclass(frozen=True, slots=True)
class Code:
    """What an experiment runs: `functions` maps qualified names to digests.

    Names of the experiment's own module are bare (`train`, `Net.fit`), others carry their module's
    (`helpers.clean`). `libraries` maps the distributions that they use to their versions as
    `major.minor`. `code_hash` is of all that, `definitions_hash` leaves out the libraries.
    """

    code_hash: str
    functions: dict[str, str]
    libraries: dict[str, str]
    definitions_hash: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The code that a function reaches, and the values of globals that it reads."""

    code: Code | None
    reads: tuple[Read, ...] = ()


def code_of(function: Callable[..., object]) -> Code | None:
    """Return the code that a function, method, class or lambda of a project reaches.

    Where nobody kept its source, as at a prompt, that is what Python compiled it to; None for a
    builtin or an extension. Reads the files reached at their first use in this process, writes
    nothing.
    """
    with _reading:
        return _traced(_undecorated(function), read=False).code


def trace_of(function: Callable[..., object]) -> Trace:
    """Return the code that `code_of` returns, with the values of the globals that it reads."""
    with _reading:
        return _traced(_undecorated(function), read=True)


def _traced(definition: Any, *, read: bool) -> Trace:
    reach = _by_source(definition)
    if reach is None:
        found = compiled([definition], has_source=lambda one: start_of(one) is not None)
        if found is None or not found.rows:
            return Trace(None)
        rows, libraries = _merged(found, home="__main__")
        first, reads = next(iter(found.rows)), found.values if read else ()
        return Trace(_code(rows, libraries, first=first), tuple(reads))
    namespace = globals_under(definition)
    values = list(reads_of(reach, namespace))
    typed = [namespace.get(name) for home, name in sorted(reach.unbound) if home == reach.home.path]
    hidden = [*typed, *hidden_in(definition, values, reach)]
    found = compiled(hidden, has_source=lambda one: start_of(one) is not None)
    rows, libraries = _merged(found, home=reach.home.name) if found else ({}, set())
    code = _code({**rows, **reach.rows}, libraries | reach.libraries, first=reach.first)
    return Trace(code, (*values, *(found.values if found else ())) if read else ())


def _merged(found: Compiled, *, home: str) -> tuple[dict[str, str], set[str]]:
    """Return the rows of compiled functions and of those with a source that are reached so.

    The names of the module `home` are bare.
    """
    rows = {name: digest("\n".join(lines).encode()) for name, lines in found.rows.items()}
    libraries = set(found.libraries)
    for one in found.elsewhere:
        reach = _by_source(one)
        if reach is not None:
            start = "" if reach.home.name == home else f"{reach.home.name}."
            rows |= {f"{start}{name}": row for name, row in reach.rows.items()}
            libraries |= reach.libraries
    return rows, libraries


def _by_source(definition: Any) -> Reach | None:
    """Return what a function or class reaches; None where it has no source."""
    start = start_of(definition)
    if start is None:
        return None

    def begin(reach: Reach) -> None:
        prune_once(start.home, start.statement, imports=reach.imports)
        reach.begin(qualified_name(start.path), nodes_of(start), within=start.path[:-1])

    root = project_root(file_of(definition) or ".")
    return _reach(start.home, (start.path[-1],), begin, root=root)


def _reach(
    home: Module, start: tuple[object, ...], begin: Callable[[Reach], None], *, root: Path
) -> Reach:
    """Return what is reached from a start in `home`, `begin` having added its row.

    That is what was found before, unless a module of it was loaded anew or changed place since.
    """
    key = home, *start, root
    known = _reached.pop(key, None)
    if known is None or not known.imports.still_hold():
        known = Reach(home, Imports(root))
        begin(known)
        known.follow()
    _reached[key] = known
    while len(_reached) > _REMEMBERED:
        del _reached[next(iter(_reached))]
    return known


def code_of_module(namespace: Mapping[str, Any]) -> Code | None:
    """Return the code of a whole module, given its globals: what `with journal.run(...)` runs.

    All definitions and statements of the module and what they reach. A `__main__` block counts
    where it runs. In a notebook it is the cell that runs, with what that cell reaches. None when
    the source cannot be read.
    """
    file = namespace.get("__file__")
    with _reading:
        if isinstance(file, str):
            part = home = module_at(file, import_name(namespace), spec=namespace.get("__spec__"))
        else:
            part = running_cell(namespace)
            home = part and notebook(namespace, cell=part)
        if home is None or part is None:
            return None
        is_main = namespace.get("__name__") == "__main__"
        statements = [*part.statements, *(part.main if is_main else ())]
        reach = _reach(
            home,
            (part, is_main),
            lambda reach: reach.begin("<module>", list(_loose(statements, reach))),
            root=project_root(file if isinstance(file, str) else "."),
        )
        return _code(reach.rows, reach.libraries, first=reach.first)


def _loose(statements: Iterable[Statement], reach: Reach) -> Iterator[ast.AST]:
    """Yield the statements that bind no name; ask for the rows of the names that others bind."""
    for statement in statements:
        prune_once(reach.home, statement, imports=reach.imports)
        names = sorted(statement.bound.names & reach.home.bindings.keys())
        for name in names:
            reach.visit(reach.home, name)
        if not names and not isinstance(statement.node, ast.Import | ast.ImportFrom):
            yield statement.node


def _code(rows: Mapping[str, str], labels: Iterable[str], *, first: str) -> Code:
    functions = dict(sorted(rows.items()))
    libraries = {name: minor(one) for name, one in versions_of(labels).items()}
    return Code(
        hash_code(functions, libraries, first=first),
        functions,
        libraries,
        hash_definitions(functions, first=first),
    )


def hash_code(functions: Mapping[str, str], libraries: Mapping[str, str], *, first: str) -> str:
    """Return the digest of definitions by name, of which `first` is run, with their libraries.

    `libraries` are versions as `major.minor`, by distribution.
    """
    definitions_hash = hash_definitions(functions, first=first)
    if not libraries:
        return definitions_hash
    lines = [f"{name} {version}" for name, version in sorted(libraries.items())]
    return digest("\n".join([definitions_hash, *lines]).encode())


def hash_definitions(functions: Mapping[str, str], *, first: str) -> str:
    """Return the digest of definitions by name, of which `first` is run, without any library."""
    lines = [first, *(f"{name} {row}" for name, row in sorted(functions.items()))]
    return digest("\n".join(lines).encode())


def _undecorated(function: Any) -> Any:
    """Return the function or class that the user wrote."""
    while not isinstance(function, type) and not hasattr(function, "__code__"):
        if isinstance(function, functools.partial):
            function = function.func
        elif inspect.ismethod(function):
            function = function.__func__
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        else:
            function = type(function)
    return function if isinstance(function, type) else inspect.unwrap(function)
