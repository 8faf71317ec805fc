"""The digests of code that stand in journals: a change here makes earlier entries unrecognised.

They were taken with Python 3.13, and are the same under each version that can read the source.
"""

from __future__ import annotations

import re
import sys

import pytest

from gitlab_journal.identity.source import code_of

SOURCE = r"""
=== plain
def train(x):
    return x + 1
=== constant
RATE = 0.1
def train(x):
    return x * RATE
=== constants
A, *B = 1, 2.5, 3j, 'é', b'\x00', None, True, ..., 10**400
def train():
    return A, B, -0.0, 1_000, 0xFF, 1e-300
=== helper
def train(x):
    return clean(x)
def clean(x, by=2):
    return x ** by
=== module
import helpers
def train(x):
    return helpers.clean(x)
=== from
from helpers import clean as tidy
def train(x):
    return tidy(x)
=== star
from helpers import *
def train(x):
    return clean(x)
=== lazy
def train(x):
    from helpers import clean
    return clean(x)
=== try_import
try:
    import absent as backend
except ImportError:
    import helpers as backend
def train(x):
    return backend.clean(x)
=== type_checking
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import helpers
def train(x: 'helpers.Table') -> 'helpers.Table':
    y: helpers.Table = x
    return y
=== class
class Base:
    size = 3
class Net(Base):
    '''Doc.'''
    def fit(self, x):
        return super().fit(x) * self.size
def train(x):
    return Net().fit(x)
=== methods
class Net:
    @property
    def size(self): return 1
    @classmethod
    def of(cls): return cls()
    @staticmethod
    def half(x): return x / 2
    def __call__(self, /, x, *, y=1, **z): return x
def train(x):
    return Net.of()(x), Net.half(x)
=== dataclass
from dataclasses import dataclass, field
@dataclass(frozen=True)
class Options:
    rate: float = 0.1
    sizes: list[int] = field(default_factory=list)
def train():
    return Options().rate
=== enum
import enum
class Kind(enum.Enum):
    A = 1
def train():
    return Kind.A
=== decorated
import functools
def twice(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return f(*a, **k) + f(*a, **k)
    return inner
@twice
def train(x):
    return x
=== stacked
import functools
def by(n):
    return lambda f: f
@by(1)
@functools.lru_cache(maxsize=2)
@by(n=2)
def train(x):
    return x
=== singledispatch
import functools
@functools.singledispatch
def show(x): return 1
@show.register(int)
def _(x): return 2
@show.register
def _(x: str): return 3
def train(x):
    return show(x)
=== nested
def train(x):
    total = 0
    def add(y):
        nonlocal total
        total += y
        return total
    return add(x)
=== lambda
scale = lambda x, *, by=2: x * by
def train(x):
    return scale(x, by=3)
=== comprehensions
def train(x):
    return [i for i in x if i], {i for i in x}, {i: j for i, j in x}, sum(i for i in x for i in i)
=== walrus
def train(x):
    if (n := len(x)) > 1 and [m := i for i in x]:
        return n, m
=== match
def train(x):
    match x:
        case [1, *rest] | (2, rest): return rest
        case {'a': 1, **other} if other: return other
        case complex(real=0, imag=y) as z: return y, z
        case None | True | 'a' | -1: return 0
        case _: return 1
=== loops
def train(x):
    for i, (j, *k) in enumerate(x):
        if i: continue
        else: break
    else:
        pass
    while x:
        x -= 1
    else:
        return 1
=== try
def train(x):
    try:
        x = int(x)
    except (ValueError, TypeError) as e:
        raise RuntimeError from e
    else:
        assert x, 'no'
    finally:
        del x
=== groups
def train(x):
    try:
        x()
    except* ValueError as e:
        x = e
    return x
=== with
def train(x):
    with (open(x) as f, open(x) as (g, h), open(x)):
        return f, g, h
=== async
async def load(x):
    async with x as y:
        async for z in y:
            await z
            yield [w async for w in z]
def train(x):
    return load(x)
=== generators
def walk(x):
    y = yield x
    yield from walk(y)
def train(x):
    return [*walk(x)]
=== strings
def train(x):
    return f'{x!r:>{x}}' f'{x=}' 'a' r'\n' f'{{}}' f'{x:%Y}' + '''b
c''' % x
=== operators
def train(x, y):
    return (
        x @ y // 2 % 3 << 1 >> 1 & 3 | 4 ^ 5, ~x, not y, +x, x if y else -x,
        x < y <= 3 != x is not y, x in y, x[1:2, ::3, ...], [*x, *y], {**x, 'a': y},
    )
=== arguments
def train(a, b=1, /, c=2, *d, e, f=3, **g):
    return a, b, c, d, e, f, g
=== globals
COUNT = 0
def train():
    global COUNT
    COUNT += 1
    return COUNT
=== changed
CONFIG = {'a': 1}
CONFIG['b'] = 2
CONFIG.update(c=3)
CONFIG['a'] += 1
def train():
    return CONFIG
=== alias_of_a_type
Row = dict[str, int]
def train(x: Row) -> Row:
    return Row(x)
=== annotations
from __future__ import annotations
X: int
Y: float = 2.0
def train(x: 'a b' = 1) -> 1 / 0:
    z: list[int] = []
    w: str
    return x, Y, z
=== script
RATE = 2
def train(x):
    return x * RATE
if __name__ == '__main__':
    RATE = 3
    train(1)
=== pep_695
type Pair[T] = tuple[T, T]
class Box[T: int]:
    item = 1
    def get[U](self, x: U) -> T:
        return x
def train[T](x: T) -> T:
    return Box().get(x), Pair
=== pep_701
def train(x):
    return f'{'a' if x else "b"}{x['k']:{'>'}{10}}{
        x  # why
    }'
"""
HELPERS = "def clean(x): return x * _by\n_by = 2\nclass Table: pass\n"

SOURCES = dict(re.findall(r"=== (\w+)\n(.*?)(?==== |\Z)", SOURCE, re.DOTALL))

# Syntax that this Python cannot read.
NEWER = {"pep_695", "pep_701"} if sys.version_info < (3, 12) else set()

PINNED = {
    "plain": "xxh3_128:3624a183e247eaf44b529ca7263df2e0",
    "constant": "xxh3_128:5e9d28322b475b8ff7ab88b0be208cf4",
    "constants": "xxh3_128:f603fd45a9c5f267dfe71e7fa5c8c066",
    "helper": "xxh3_128:31cb229ed0ff2fccc67d86a69ea3f7cf",
    "module": "xxh3_128:e17b4bccc7a007494a6b7cf94ba6163f",
    "from": "xxh3_128:e4e9bcbdecb96e7654ba4b7d966f3a14",
    "star": "xxh3_128:c9fa28376d961e7aa9d4d3b7512dac4f",
    "lazy": "xxh3_128:4f44dcf391717ba62081076fc9040ad8",
    "try_import": "xxh3_128:16899323692da0fcdbd8b63358aca7a7",
    "type_checking": "xxh3_128:deda3b33791ec4e68d73b1ecafba0261",
    "class": "xxh3_128:c6e5fdaf85b4d5a83c3d72ebfd46b282",
    "methods": "xxh3_128:f18069880806e8f073144853967f4f23",
    "dataclass": "xxh3_128:80ca084b2de9cfebff7c0fe51e35e0a0",
    "enum": "xxh3_128:61360b6035f9310db58ae2b0b4a7320c",
    "decorated": "xxh3_128:277be24d04931a9f1d21fa5c04c207e8",
    "stacked": "xxh3_128:5f96228896e55ceab936571782aa914a",
    "singledispatch": "xxh3_128:ac4768b75a27646921ec9414a6d8b396",
    "nested": "xxh3_128:b6f3a0bcc55c49fc0e1be43dc5c85fde",
    "lambda": "xxh3_128:5e17e8433a736d69394ec511bf4759ee",
    "comprehensions": "xxh3_128:54436b520ad4e8391332f4732919f714",
    "walrus": "xxh3_128:19706789fe1af9b32f8cd0c1943cac66",
    "match": "xxh3_128:76319b0dc3fafcdbcf59aa6cdae70454",
    "loops": "xxh3_128:479137249b7486bbbd10dd1a8c987f83",
    "try": "xxh3_128:b51bd9272dfc25ca2664ffbba68554b6",
    "groups": "xxh3_128:435333f23bd2286caf5db195a8bc4eef",
    "with": "xxh3_128:7469e4bc3529078fd78de231616c8d8d",
    "async": "xxh3_128:e7a9fbc488bceb1d548c2f0c04ac1a74",
    "generators": "xxh3_128:92bc8129a7899f79c0f334901cc9eb99",
    "strings": "xxh3_128:b7b058cf249715684faad02c8c8e842b",
    "operators": "xxh3_128:7318259f605ffecdfc554e31f04b9b4a",
    "arguments": "xxh3_128:496da4cd74d27764e3cd59682d0fa89f",
    "globals": "xxh3_128:a83718b19ead616fda2fbc11c1cf9ff4",
    "changed": "xxh3_128:e2c818a3e9a690807976fe1102a51789",
    "alias_of_a_type": "xxh3_128:e7d86569fe7ae054721b104d3ec17c8a",
    "annotations": "xxh3_128:2b69d4fe828ca7b5ab2c44a95641b8fe",
    "script": "xxh3_128:24cc53e277d30d82c46bf9fd36df498c",
    "pep_695": "xxh3_128:da4536bcb7b86eaaac972af6d9a5b267",
    "pep_701": "xxh3_128:8d184ee42058473b8b5054dab73c27a0",
}


@pytest.mark.parametrize("name", sorted(SOURCES.keys() - NEWER))
def test_the_digest_is_what_it_was(modules, name):
    code = code_of(modules(helpers=HELPERS, train=SOURCES[name]).train)

    assert (PINNED[name], {}) == (code.code_hash, code.libraries)


def test_every_source_has_a_digest_of_its_own():
    assert SOURCES.keys() == PINNED.keys()
    assert len(PINNED) == len(set(PINNED.values()))


def test_a_library_joins_by_its_minor_version(modules, monkeypatch):
    numpy = pytest.importorskip("numpy")
    monkeypatch.setattr(numpy, "__version__", "2.4.6")
    from gitlab_journal.identity.source import libraries

    libraries._library.cache_clear()
    code = code_of(modules(train="import numpy as np\ndef train(x): return np.mean(x)\n").train)
    libraries._library.cache_clear()

    assert {"numpy": "2.4"} == code.libraries
    assert "xxh3_128:98f95319ca8441dc329985db72d81578" == code.code_hash
    assert "xxh3_128:d5b09e6db76020024f120d183dcbaf14" == code.definitions_hash
