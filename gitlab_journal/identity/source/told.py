"""Whether the source alone tells what a global holds: a literal does, a value from outside not."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.resolve import resolve
from gitlab_journal.identity.source.scope import Use, uses
from gitlab_journal.identity.source.syntax import DEFINITIONS, FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.identity.source.modules import Module
    from gitlab_journal.identity.source.reach import Ran
    from gitlab_journal.identity.source.resolve import Found, Imports

# What brings in values that stand outside of the source. A clock, a process or a machine would
# make each run another, so that those are none of these.
_INPUTS = (
    *("os.environ", "os.getenv", "sys.argv", "argparse", "click", "typer", "fire", "absl"),
    *("hydra", "omegaconf", "dotenv", "decouple", "environs", "pydantic_settings"),
    *("json.load", "json.loads", "yaml", "ruamel", "tomllib", "tomli", "toml", "configparser"),
    *("csv", "pickle.load", "pickle.loads", "joblib.load", "numpy.load", "numpy.loadtxt"),
    *("open", "input"),
)
_READING = frozenset({"read_text", "read_bytes", "open"})
_WRITING = frozenset(
    {
        *("add", "append", "appendleft", "clear", "difference_update", "discard", "extend"),
        *("insert", "intersection_update", "pop", "popitem", "popleft", "remove", "reverse"),
        *("setdefault", "sort", "update", "__setitem__"),
    }
)


@dataclass(slots=True)
class Written:
    """The globals that running definitions bind, and those whose content they change, by path.

    `attributes` are the names of all attributes that they bind, of whatever object.
    """

    attributes: set[str] = field(default_factory=set)
    _bound: set[tuple[str, str]] = field(default_factory=set)
    _changed: set[tuple[str, str]] = field(default_factory=set)

    def rebound(self, path: str, name: str) -> bool:
        """Tell whether a definition binds the global anew."""
        return (path, name) in self._bound

    def changed(self, path: str, name: str) -> bool:
        """Tell whether a definition changes what the global contains."""
        return (path, name) in self._changed

    def add(self, ran: Ran, *, imports: Imports) -> None:
        """Add what a definition writes."""
        for top in ran.nodes:
            writes = ran.module.writes.get(top)
            if writes is None:
                writes = ran.module.writes[top] = _writes_of(top)
            bound, attributes, chains = writes
            self._bound.update((ran.module.path, name) for name in bound)
            self.attributes |= attributes
            for chain in chains:
                for found in resolve(Use(chain), ran.module, imports=imports):
                    if found.module and found.name:
                        self._changed.add((found.module.path, found.name))


def _writes_of(top: ast.AST) -> tuple[set[str], set[str], set[tuple[str, ...]]]:
    """Return the globals that a definition binds, the attributes, the chains it changes."""
    bound: set[str] = set()
    attributes: set[str] = set()
    chains: set[tuple[str, ...]] = set()
    for node in ast.walk(top):
        if isinstance(node, ast.Global):
            bound.update(node.names)
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            attributes.add(node.attr)
        chains.update(_written(node))
    return bound, attributes, chains


def written_by(definitions: Sequence[Ran], *, imports: Imports) -> Written:
    """Return what the definitions write when they run."""
    written = Written()
    for ran in definitions:
        written.add(ran, imports=imports)
    return written


def _written(node: ast.AST) -> Iterator[tuple[str, ...]]:
    """Yield the chains whose content a node changes: `C[k] = v`, `del C[k]`, `C.append(v)`."""
    base: ast.expr | None = None
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        base = node.value
    elif isinstance(node, ast.AugAssign):
        base = node.target
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        base = node.func.value if node.func.attr in _WRITING else None
    while isinstance(base, ast.Subscript):
        base = base.value
    names: list[str] = []
    while isinstance(base, ast.Attribute):
        names.append(base.attr)
        base = base.value
    if isinstance(base, ast.Name):
        yield (base.id, *reversed(names))


def is_told(module: Module, name: str, value: object, *, imports: Imports) -> bool:
    """Tell whether the source of `module` says what its global `name` holds, `value` now."""
    statements = module.bindings.get(name, [])
    if not statements:  # bound in a `__main__` block, by another module, by what was executed
        return False
    definitions = [one.node for one in statements if isinstance(one.node, DEFINITIONS)]
    if definitions:
        decorators = [one for definition in definitions for one in definition.decorator_list]
        return not any(_is_from_outside(module, one, imports) for one in decorators)
    last = statements[-1].node
    if isinstance(last, ast.Assign | ast.AnnAssign) and last.value is not None:
        targets = last.targets if isinstance(last, ast.Assign) else [last.target]
        if any(isinstance(one, ast.Name) and one.id == name for one in targets):
            literal = _literal(last.value)
            if literal is not _NO_LITERAL:
                return _is_same(literal, value)
    return not any(_is_from_outside(module, one.node, imports) for one in statements)


def brought(
    module: Module, name: str, value: object, *, written: Written, imports: Imports
) -> Iterator[tuple[str, object]]:
    """Yield what a class or function of the module holds that its source does not tell.

    Those are attributes of the class that come from outside of the source or hold other values
    than its literals, methods put in the place of its own, defaults that come from outside.
    """
    for statement in module.bindings.get(name, ()):
        if isinstance(statement.node, ast.ClassDef) and isinstance(value, type):
            for node in statement.node.body:
                if isinstance(node, FUNCTIONS):
                    yield from _of_method(module, node, value, imports)
                elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                    yield from _attributes(module, node, value, written, imports)
        elif isinstance(statement.node, FUNCTIONS):
            yield from _defaults(module, statement.node, value, imports)


def _of_method(
    module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef, kind: type, imports: Imports
) -> Iterator[tuple[str, object]]:
    member = vars(kind).get(node.name)
    if not isinstance(member, FunctionType):
        return
    for name, value in _defaults(module, node, member, imports):
        yield f"{node.name}.{name}", value
    own = (kind.__module__, f"{kind.__qualname__}.{node.name}")
    if not node.decorator_list and (member.__module__, member.__qualname__) != own:
        yield node.name, member


def _defaults(
    module: Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    function: object,
    imports: Imports,
) -> Iterator[tuple[str, object]]:
    nodes = [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
    if any(_is_from_outside(module, one, imports) for one in nodes):
        yield from defaults_of(function).items()


def _attributes(
    module: Module,
    node: ast.Assign | ast.AnnAssign,
    kind: type,
    written: Written,
    imports: Imports,
) -> Iterator[tuple[str, object]]:
    literal = _literal(node.value) if node.value else _NO_LITERAL
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        name = target.id if isinstance(target, ast.Name) else ""
        if name not in vars(kind) or name in written.attributes:
            continue
        now = vars(kind)[name]
        if literal is _NO_LITERAL:
            told = not _is_from_outside(module, node, imports)
        else:
            told = _is_same(literal, now)
        if not told:
            yield name, now


def defaults_of(value: Any) -> dict[str, object]:
    """Return the defaults of a function by argument, also where a wrapper stands around it."""
    function = inspect.unwrap(value) if callable(value) else value
    if not isinstance(function, FunctionType):
        return {}
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    defaults = function.__defaults__ or ()
    given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    return given | (function.__kwdefaults__ or {})


_NO_LITERAL = object()


def _literal(node: ast.expr) -> object:
    """Return the value of a literal, `dict(a=1)` among them; `_NO_LITERAL` for what is none."""
    try:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict" and not node.args:
            return {str(one.arg): ast.literal_eval(one.value) for one in node.keywords if one.arg}
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return _NO_LITERAL


def _is_same(literal: object, value: object) -> bool:
    return type(literal) is type(value) and bool(literal == value)


def _is_from_outside(module: Module, node: ast.AST, imports: Imports) -> bool:
    """Return what `_takes_input` tells of a node; asked once, for as long as `imports` hold."""
    key = module, node
    if key not in imports.from_outside:
        imports.from_outside[key] = _takes_input(module, node, imports, set())
    return imports.from_outside[key]


def _takes_input(module: Module, node: ast.AST, imports: Imports, seen: set[ast.AST]) -> bool:
    """Tell whether what a node computes may depend on the environment, arguments, a file."""
    if node in seen:
        return False
    seen.add(node)
    if any(isinstance(one, ast.Attribute) and one.attr in _READING for one in ast.walk(node)):
        return True
    for use in uses(node):
        resolved = resolve(use, module, imports=imports)
        if not resolved and _is_input(use.chain):
            return True
        if any(_brings_input(use, found, imports, seen) for found in resolved):
            return True
    return False


def _brings_input(use: Use, found: Found, imports: Imports, seen: set[ast.AST]) -> bool:
    if found.module is None:
        return _is_input((*found.label.split("."), *use.chain[1:]))
    statements = found.module.bindings.get(found.name or "", ())
    return any(_takes_input(found.module, one.node, imports, seen) for one in statements)


def _is_input(chain: tuple[str, ...]) -> bool:
    dotted = ".".join(chain) + "."
    return any(dotted.startswith(f"{one}.") for one in _INPUTS)
