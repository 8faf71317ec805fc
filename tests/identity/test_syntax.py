"""The walk of the syntax tree keeps what runs, drops what does not, under every Python."""

from __future__ import annotations

import ast
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitlab_journal.identity.source import syntax

SAMPLE = r'''
"""A docstring."""
from __future__ import annotations
import os.path as path
from . import helpers
async def f(a, /, b: int = 1, *c, d=2.50, e, **g) -> int:
    """A docstring."""
    async with a as b, c: await b
    async for i in a: yield i
    return f"a{b!r:>{c}}{{}}{d=}" "tail" f"{e:}" u"x"
class A(B, metaclass=C):
    x: int = 1
    y: str
    def m(self): return super().m(*a, **{**b, "c": 1})
match v:
    case {"k": [1, *rest], **others} | Point(x=0) if v > 0: pass
    case None | True | -1j as name: ...
try:
    x = y = -0.0, 1e400, 1_000, 0x1f, 1j, ..., b"\x00", "\ud800", 10 ** 30
except* (E, F) as g: raise X from None
else: del x[1:2, ::3], a.b
finally: assert x, "no"
z = [i for i in range(3) if i async for j in k] or {**a} or (lambda *, q: q)(q=1)
while (n := 1) < 2 <= 3: n += 1; continue
with (open("f") as f, g): global_ = not a @ b // c
nonsense = "a" "b" 'c'
print(f'{x!s}' f"{'nested'}")
'''


def digest(text):
    tree = ast.parse(text)
    syntax.prune(tree, is_ours=lambda _: False)
    return hashlib.sha256(syntax.encode(tree)).hexdigest()


def test_the_bytes_of_the_walk_are_pinned():
    assert "144e2cb071fa06f3c51e02c0511cde1b99268e432fb75b4e8e6c50454841e790" == digest(SAMPLE)


def test_the_bytes_can_be_read():
    tree = ast.parse("x = f(1)")

    assert (
        b"(Module body=[(Assign targets=[(Name id=str:1:x)]"
        b" value=(Call args=[(Constant value=int:1)] func=(Name id=str:1:f)))])"
    ) == syntax.encode(tree)


@pytest.mark.parametrize("name", ["python3.11", "python3.12", "python3.13", "python3.14"])
def test_the_bytes_are_the_same_under_another_python(name, tmp_path):
    interpreter = shutil.which(name)
    if interpreter is None:
        pytest.skip(f"{name} is not on the PATH")
    sample = tmp_path / "sample.txt"
    sample.write_text(SAMPLE)
    program = (
        "import ast, hashlib, pathlib, runpy, sys\n"
        "walk = runpy.run_path(sys.argv[1])\n"
        "tree = ast.parse(pathlib.Path(sys.argv[2]).read_text())\n"
        "walk['prune'](tree, is_ours=lambda _: False)\n"
        "print(hashlib.sha256(walk['encode'](tree)).hexdigest())\n"
    )
    words = (interpreter, "-I", "-c", program, syntax.__file__, str(sample))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if not done.stdout and "Traceback" not in done.stderr:
        pytest.skip(f"{name} does not start: {done.stderr}")

    assert digest(SAMPLE) == done.stdout.strip(), done.stderr


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(x):\n    return x", "def f(x):\n    'Doc.'\n    return   (x)  # comment"),
        ("def f(x):\n    return x", "def f(x: int) -> int:\n    return x"),
        ("def f():\n    pass", "def f():\n    ..."),
        ("def f():\n    x = 1", "def f():\n    x: int = 1"),
        ("rate = 0.1", "rate: float = 0.10"),
        ("class A:\n    pass", "class A:\n    'Doc.'"),
        ("x = 'a'", 'x = "a"'),
        ("x = 'ab'", "x = 'a' 'b'"),
        ("x = u'a'", "x = 'a'"),
        ("x = 1000", "x = 1_000"),
        ("x = 31", "x = 0x1f"),
        ("x = f'a{b}c'", "x = 'a' f'{b}' 'c'"),
        ("x = f'{b}'", "x = f'{b:}'"),
        ("if x:\n    y = 1", "if x:\n    y = 1\nelse:\n    pass"),
        ("f(\n    1,\n)", "f(1)"),
    ],
)
def test_what_does_not_run_differently_is_the_same(one, other):
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = 0.0", "x = -0.0"),
        ("x = 'a'", "x = b'a'"),
        ("x = None", "x = ..."),
        ("x = None", "x = 'None'"),
        ("x = f'{b}'", "x = f'{b!r}'"),
        ("x = f'{b}'", "x = f'{b:>3}'"),
        ("x = f'{b}{c}'", "x = f'{c}{b}'"),
        ("f(a, b)", "f(b, a)"),
        ("f(a)", "f(*a)"),
        ("{**a}", "{a}"),
        ("{**a, 'b': c}", "{'b': a, **c}"),
        ("def f(a, *, b): pass", "def f(a, b): pass"),
        ("def f(a, /): pass", "def f(a): pass"),
        ("def f(*, a, b=1): pass", "def f(*, a=1, b): pass"),
        ("x[1:]", "x[:1]"),
        ("x[::1]", "x[1:]"),
        ("a + b", "a - b"),
        ("a < b", "a <= b"),
        ("if a:\n    b()", "while a:\n    b()"),
        ("if a:\n    b()\nelse:\n    c()", "if a:\n    c()\nelse:\n    b()"),
        ("async def f(): pass", "def f(): pass"),
        ("class A:\n    x: int = 1", "class A:\n    x: str = 1"),
        ("import a", "import a as b"),
        ("from . import a", "from .. import a"),
        ("def f():\n    return 'doc'", "def f():\n    'doc'"),
    ],
)
def test_what_runs_differently_differs(one, other):
    assert digest(one) != digest(other)


@settings(deadline=None)
@given(st.lists(st.text(max_size=3), min_size=2, max_size=2))
def test_texts_are_told_apart(texts):
    first, second = (
        ast.Tuple([ast.Constant(one) for one in part]) for part in (texts, texts[::-1])
    )

    assert (texts == texts[::-1]) == (syntax.encode(first) == syntax.encode(second))


@settings(deadline=None)
@given(st.one_of(st.integers(), st.floats(allow_nan=False), st.text(), st.binary(), st.none()))
def test_constants_are_told_apart_from_their_text(value):
    assert syntax.encode(ast.Constant(value)) != syntax.encode(ast.Constant(f"{value!r}!"))


def test_a_sum_of_many_terms_is_walked():
    assert digest("x = " + " + ".join("a" * 900)) != digest("x = " + " + ".join("a" * 901))


def test_an_integer_of_many_digits_is_walked():
    assert digest("x = 0x" + "f" * 9999) != digest("x = 0x" + "e" * 9999)


def test_every_node_of_this_python_is_walked():
    for path in Path(ast.__file__).parent.glob("[a-d]*.py"):
        tree = ast.parse(path.read_bytes())
        syntax.prune(tree, is_ours=lambda _: False)

        assert syntax.encode(tree).count(b"(") > 1, path


def test_decorators_of_ours_are_taken_out():
    tree = ast.parse("@ours\n@theirs\ndef f(): pass")
    syntax.prune(tree, is_ours=lambda one: one.id == "ours")

    assert b"theirs" in syntax.encode(tree)
    assert b"ours" not in syntax.encode(tree).replace(b"theirs", b"")


def test_the_annotation_of_a_variable_in_a_method_does_not_count():
    plain = "class A:\n    def m(self):\n        x = 5\n        return x\n"

    assert digest(plain) == digest(plain.replace("x = 5", "x: int = 5"))
    assert digest("class A:\n    x = 5\n") != digest("class A:\n    x: int = 5\n")
