"""The source of what was typed into a notebook, which lies in no file.

IPython keeps the text of each cell in the order of execution (`In`); Python keeps the text behind a
function in `linecache`, also for doctests and its own prompt.
"""

from __future__ import annotations

import ast
import linecache
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.modules import Module, bind, parsed
from gitlab_journal.identity.source.project import code_under

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_PYTHON = frozenset({"capture", "prun", "time", "timeit"})
_cells: dict[str, Module | None] = {}
_notebooks: dict[tuple[str, ...], Module] = {}


def cell_of(definition: object, namespace: Mapping[str, Any]) -> Module | None:
    """Return the cell in which a function or class was written; None where it was not kept."""
    code = code_under(definition)
    text = "".join(linecache.getlines(code.co_filename, dict(namespace))) if code else ""
    return _cell(text) if text else None


def running_cell(namespace: Mapping[str, Any]) -> Module | None:
    """Return the cell that runs now; None outside of IPython."""
    inputs = namespace.get("In")
    return _cell(str(inputs[-1])) if isinstance(inputs, list) and inputs else None


def notebook(namespace: Mapping[str, Any], *, cell: Module) -> Module:
    """Return all cells as one module, in which the last cell that binds a name decides."""
    texts = tuple(_texts(namespace))
    known = _notebooks.get(texts)
    if known is None or not set(cell.statements) <= set(known.statements):
        cells = [one for one in map(_cell, texts) if one]
        known = _notebooks[texts] = _together(cells if cell in cells else [*cells, cell])
    return known


def _texts(namespace: Mapping[str, Any]) -> list[str]:
    """Return the text of each cell once, in the order of its last execution."""
    inputs = namespace.get("In")
    if isinstance(inputs, list):
        texts = [str(one) for one in inputs]
    else:
        codes = (getattr(one, "__code__", None) for one in namespace.values())
        # What was imported into the notebook stands in a file and is no cell.
        names = {code.co_filename for code in codes if code and code.co_filename.startswith("<")}
        texts = ["".join(linecache.getlines(name)) for name in linecache.cache if name in names]
    return list(dict.fromkeys(text for text in reversed(texts) if text))[::-1]


def _cell(text: str) -> Module | None:
    if text not in _cells:
        try:
            _cells[text] = parsed(_under_magic(text), path="<notebook>", name="__main__")
        except (SyntaxError, ValueError):
            _cells[text] = None
    return _cells[text]


def _under_magic(text: str) -> str:
    """Return what runs under a magic of the whole cell, such as `%%time`, else the text."""
    if not text.startswith("get_ipython().run_cell_magic("):
        return text
    tree = ast.parse(text).body
    call = tree[0].value if len(tree) == 1 and isinstance(tree[0], ast.Expr) else None
    if not isinstance(call, ast.Call) or not all(isinstance(a, ast.Constant) for a in call.args):
        return text
    name, _, body = (str(one.value) for one in call.args if isinstance(one, ast.Constant))
    return body if name in _OF_PYTHON else text


def _together(cells: list[Module]) -> Module:
    merged = Module("<notebook>", "__main__")
    number = {}
    for position, cell in enumerate(cells):
        for statement in cell.statements:
            number[statement] = position
            merged.statements.append(statement)
    bind(merged)
    for name, statements in merged.bindings.items():
        binding = [number[one] for one in statements if name in one.bound.names]
        last = max(binding, default=0)
        merged.bindings[name] = [one for one in statements if number[one] >= last]
    return merged
