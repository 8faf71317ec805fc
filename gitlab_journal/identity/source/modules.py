"""The project's modules as they were imported.

A module's source is read once, at its first use, because the code that runs is the imported one: an
edit saved during a training changes nothing before the module is loaded again.
"""

from __future__ import annotations

import ast
import os
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.identity.source.project import is_project_file
from gitlab_journal.identity.source.scope import Bound, Import, Use, bound_by
from gitlab_journal.identity.source.syntax import DEFINITIONS, meaningful

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import CodeType


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement at the top level of a module, with what it binds."""

    node: ast.stmt
    bound: Bound


@dataclass(slots=True, eq=False)
class Module:
    """A module's statements by the names they bind.

    `statements` leaves out the `if __name__ == "__main__"` block, which is in `main`, and what
    stands under `if TYPE_CHECKING`.
    """

    path: str
    name: str
    statements: list[Statement] = field(default_factory=list)
    main: list[Statement] = field(default_factory=list)
    bindings: dict[str, list[Statement]] = field(default_factory=dict)
    imports: dict[str, list[Import]] = field(default_factory=dict)
    stars: list[Import] = field(default_factory=list)
    facts: dict[ast.AST, tuple[bytes, tuple[Use, ...]]] = field(default_factory=dict)
    writes: dict[ast.AST, tuple[set[str], set[str], set[tuple[str, ...]]]] = field(
        default_factory=dict
    )
    pruned: set[Statement] = field(default_factory=set)
    source: bytes = b""
    stamp: tuple[int, int] | None = None
    spec: object = None

    @property
    def package(self) -> str:
        """Return the package from which relative imports start."""
        if os.path.basename(self.path) == "__init__.py":  # noqa: PTH119 - runs for each import
            return self.name
        return self.name.rpartition(".")[0]


_modules: dict[tuple[str, str], Module] = {}


def module_at(path: str, name: str, *, spec: object, code: CodeType | None = None) -> Module | None:
    """Return the module in the file `path`; None where it cannot be read or does not parse.

    Read once for each `spec`: importing or reloading a module makes a new one. A script has none;
    there `code`, that of the function asked about, decides which of two versions runs.
    """
    known = _modules.get((path, name))
    if known and known.spec is spec and spec is not None:
        return known
    try:
        status = os.stat(path)  # noqa: PTH116 - runs at each call of the user's function
        stamp = (status.st_mtime_ns, status.st_size)
        if known and (known.stamp == stamp or (spec is None and code is None)):
            known.spec = spec
            return known
        source = Path(path).read_bytes()
        if known and code and not _holds(source, code):
            return known
        module = parsed(source, path=path, name=name)
    except (OSError, SyntaxError, ValueError):
        return known
    module.stamp, module.spec = stamp, spec
    _modules[path, name] = module
    return module


def _holds(source: bytes, code: CodeType) -> bool:
    """Tell whether compiling `source` gives `code`."""
    waiting = [compile(source, code.co_filename, "exec", dont_inherit=True)]
    while waiting:
        candidate = waiting.pop()
        if candidate == code:
            return True
        waiting += (one for one in candidate.co_consts if isinstance(one, type(code)))
    return False


def parsed(source: bytes | str, *, path: str, name: str) -> Module:
    """Return the module that `source` holds; raises SyntaxError or ValueError."""
    module = Module(path, name, source=source if isinstance(source, bytes) else source.encode())
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # a cell may `await`
    tree = compile(source, path, "exec", flags, dont_inherit=True)
    for node in meaningful(tree.body):
        if isinstance(node, ast.If) and _is_main(node.test):
            module.main += (Statement(one, bound_by([one])) for one in meaningful(node.body))
        elif not (isinstance(node, ast.If) and _is_for_type_checkers(node.test)):
            module.statements.append(Statement(node, bound_by([node])))
        else:
            others = meaningful(node.orelse)
            module.statements += (Statement(one, bound_by([one])) for one in others)
    bind(module)
    return module


def _is_main(test: ast.expr) -> bool:
    """Tell whether `test` is `__name__ == "__main__"`, in either order."""
    if not (isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq)):
        return False
    sides = [test.left, *test.comparators]
    return any(isinstance(one, ast.Name) and one.id == "__name__" for one in sides) and any(
        isinstance(one, ast.Constant) and one.value == "__main__" for one in sides
    )


def _is_for_type_checkers(test: ast.expr) -> bool:
    """Tell whether `test` is `TYPE_CHECKING`, which is false while a program runs."""
    name = getattr(test, "attr", None) or getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def bind(module: Module) -> None:
    """Fill `bindings` and `imports` of a module from its `statements`.

    A name is bound by a statement that assigns or defines it, or changes what it holds.
    """
    for statement in module.statements:
        for name in statement.bound.names:
            module.bindings.setdefault(name, []).append(statement)
        for name, origins in statement.bound.imports.items():
            module.imports.setdefault(name, []).extend(origins)
            if not isinstance(statement.node, ast.Import | ast.ImportFrom):
                module.bindings.setdefault(name, []).append(statement)
        module.stars += statement.bound.stars
    defined = {
        name
        for name, statements in module.bindings.items()
        if any(isinstance(one.node, DEFINITIONS) for one in statements)
    }
    order = {id(statement): number for number, statement in enumerate(module.statements)}
    for statement in module.statements:
        for name, is_call in _changed(statement.node):
            known = module.bindings.get(name, [])
            # Of calls count those on a plain value, as in `CONFIG.update(...)`.
            wanted = name in module.bindings and name not in defined if is_call else True
            if wanted and statement not in known:
                module.bindings[name] = sorted([*known, statement], key=lambda one: order[id(one)])


def _changed(node: ast.stmt) -> Iterator[tuple[str, bool]]:
    """Yield the names whose value a statement changes without binding them, and whether by a call.

    `CONFIG["rate"] = 1`, `Net.forward = faster`, `CONFIG.update(rate=1)`, `@process.register`.
    """
    targets: Iterable[ast.expr] = ()
    if isinstance(node, ast.Assign | ast.Delete):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = (node.target,)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from ((name, True) for name in _base(node.value.func))
    elif isinstance(node, DEFINITIONS):
        for decorator in node.decorator_list:
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(function, ast.Attribute) and function.attr == "register":
                yield from ((name, False) for name in _base(function))
    for target in targets:
        yield from ((name, False) for name in _base(target))


def _base(node: ast.expr) -> Iterator[str]:
    """Yield the name at the beginning of `name.a[0].b`."""
    inside = node
    while isinstance(inside, ast.Attribute | ast.Subscript):
        inside = inside.value
    if inside is not node and isinstance(inside, ast.Name):
        yield inside.id


def project_module(name: str, *, importer: Module, root: Path) -> Module | None:
    """Return the module of the project that is imported as `name`; None for a library's.

    A module not imported yet (its import stands in a function) is looked for where Python would
    look: beside the importer's package, then along those parts of `sys.path` that lie under `root`.
    """
    loaded = sys.modules.get(name)
    if loaded is not None:
        path = getattr(loaded, "__file__", None)
        spec = getattr(loaded, "__spec__", None)
    else:
        folders = _folders(importer.path, importer.package, root, tuple(sys.path))
        path, spec = _file_of(name, folders), None
    if not path or not path.endswith(".py") or not is_project_file(path, root):
        return None
    path = os.path.abspath(path)  # noqa: PTH100 - symbolic links stay, as in `co_filename`
    if path == importer.path:
        return importer
    return module_at(path, name, spec=spec)


def is_folder_of_project(name: str, *, importer: Module, root: Path) -> bool:
    """Tell whether `name` may be a package without `__init__.py`."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        return getattr(loaded, "__file__", None) is None and hasattr(loaded, "__path__")
    return _is_folder(name, _folders(importer.path, importer.package, root, tuple(sys.path)))


@cache
def _file_of(name: str, folders: tuple[Path, ...]) -> str | None:
    for folder in folders:
        base = folder.joinpath(*name.split("."))
        for path in (base / "__init__.py", base.parent / f"{base.name}.py"):
            if path.is_file():
                return str(path)
    return None


@cache
def _is_folder(name: str, folders: tuple[Path, ...]) -> bool:
    return any(folder.joinpath(*name.split(".")).is_dir() for folder in folders)


@cache
def _folders(path: str, package: str, root: Path, along: tuple[str, ...]) -> tuple[Path, ...]:
    """Return where the module at `path` finds others of its project, `along` being `sys.path`."""
    top = Path(path).parent
    for _ in filter(None, package.split(".")):
        top = top.parent
    folders = (Path(one).resolve() for one in along)
    return tuple(dict.fromkeys([top, *(one for one in folders if one.is_relative_to(root))]))
