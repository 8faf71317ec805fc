"""Scenarios whose data change in memory, where no file tells of it."""

from __future__ import annotations

from duplicates.scenario import DIFFERENT, SAME, SMALL, Scenario, in_memory

LARGE = "import numpy as np\n\nX = np.random.default_rng(0).random((20_000, 4))\n"
FRAME = """import numpy as np
import pandas as pd

X = pd.DataFrame(
    {"age": np.arange(200), "height": np.linspace(1.5, 2, 200), "city": ["Bern", "Rome"] * 100}
)
"""
CATEGORIES = """import pandas as pd

X = pd.DataFrame({"size": pd.Categorical(["S", "L"] * 100, categories=["S", "L"])})
"""
SPARSE = """import numpy as np
import scipy.sparse as sp

X = sp.csr_array(np.eye(200, 6))
"""
TIMES = """import pandas as pd

X = pd.DataFrame({"at": pd.date_range("2026-01-01", periods=200, freq="h", tz="UTC")})
"""

SCENARIOS: tuple[Scenario, ...] = (
    in_memory(
        "same array, fresh process",
        SMALL,
        SMALL,
        truth=SAME,
        reason="Nothing changed.",
    ),
    in_memory(
        "other array in memory",
        SMALL,
        SMALL.replace("rng(0)", "rng(1)"),
        truth=DIFFERENT,
        reason="All values changed.",
    ),
    in_memory(
        "one value changed at row 15,000 of 20,000",
        LARGE,
        LARGE + "X[15_000, 2] += 1\n",
        truth=DIFFERENT,
        reason="One sample changed.",
    ),
    in_memory(
        "one value changed in the last row",
        LARGE,
        LARGE + "X[-1, -1] += 1e-9\n",
        truth=DIFFERENT,
        reason="One sample changed, if little.",
    ),
    in_memory(
        "two rows swapped",
        LARGE,
        LARGE + "X[[17_000, 18_000]] = X[[18_000, 17_000]]\n",
        truth=DIFFERENT,
        reason="Batches and folds follow the order of the rows.",
    ),
    in_memory(
        "reshaped",
        SMALL,
        SMALL + "X = X.reshape(100, 8)\n",
        truth=DIFFERENT,
        reason="Other samples from the same bytes.",
    ),
    in_memory(
        "Fortran order",
        SMALL,
        SMALL + "X = np.asfortranarray(X)\n",
        truth=SAME,
        reason="Equal values; only their places in memory differ.",
    ),
    in_memory(
        "strided view",
        SMALL,
        SMALL + "X = np.repeat(X, 2, axis=1)[:, ::2]\n",
        truth=SAME,
        reason="Equal values; only their places in memory differ.",
    ),
    in_memory(
        "byte order swapped",
        SMALL,
        SMALL + "X = X.astype(X.dtype.newbyteorder())\n",
        truth=SAME,
        reason="Equal numbers, as a file of another machine holds them.",
    ),
    in_memory(
        "float32 for float64",
        SMALL + "X = X.round()\n",
        SMALL + "X = X.round().astype('f4')\n",
        truth=DIFFERENT,
        reason="Equal values now, but all that is computed has other precision.",
    ),
    in_memory(
        "a read-only copy",
        SMALL,
        SMALL + "X = X.copy()\nX.flags.writeable = False\n",
        truth=SAME,
        reason="Equal values; only the permission to write differs.",
    ),
    in_memory(
        "array with NaN, fresh process",
        SMALL + "X[3, 1] = np.nan\n",
        SMALL + "X[3, 1] = float('nan')\n",
        truth=SAME,
        reason="The same values, NaN in the same place.",
    ),
    in_memory(
        "words of another array",
        "import numpy as np\n\nX = np.array([['a', 'b']] * 9, object)\n",
        "import numpy as np\n\nX = np.array([['a', 'c']] * 9, object)\n",
        truth=DIFFERENT,
        reason="Half of the words changed.",
    ),
    in_memory(
        "equal words, one object or many",
        "import numpy as np\n\nX = np.array([['red', 'blue']] * 9, object)\n",
        "import numpy as np\n\nX = np.array([[''.join('red'), ''.join('blue')] for _ in range(9)],"
        " object)\n",
        truth=SAME,
        reason="Equal values; how often they lie in memory is no value.",
    ),
    in_memory(
        "mask of a masked array changed",
        SMALL + "X = np.ma.array(X, mask=X > 0.8)\n",
        SMALL + "X = np.ma.array(X, mask=X > 0.7)\n",
        truth=DIFFERENT,
        reason="Other values are missing.",
    ),
    in_memory(
        "same frame, fresh process",
        FRAME,
        FRAME,
        truth=SAME,
        reason="Nothing changed.",
    ),
    in_memory(
        "columns in another order",
        FRAME,
        FRAME + "X = X[['height', 'age', 'city']]\n",
        truth=DIFFERENT,
        reason="Trees and random projections depend on the order of features.",
    ),
    in_memory(
        "column renamed",
        FRAME,
        FRAME + "X = X.rename(columns={'age': 'years'})\n",
        truth=DIFFERENT,
        reason="A pipeline picks columns by name.",
    ),
    in_memory(
        "other index",
        FRAME,
        FRAME + "X.index = X.index[::-1]\n",
        truth=DIFFERENT,
        reason="pandas aligns by index.",
    ),
    in_memory(
        "other dtype of a column",
        FRAME,
        FRAME + "X['age'] = X['age'].astype('float64')\n",
        truth=DIFFERENT,
        reason="Whole numbers and floats take other paths.",
    ),
    in_memory(
        "one word of a frame changed",
        FRAME,
        FRAME + "X.loc[150, 'city'] = 'Oslo'\n",
        truth=DIFFERENT,
        reason="One sample changed.",
    ),
    in_memory(
        "frame laid out in other blocks",
        FRAME,
        FRAME + "X = X[['age']].join(X[['height', 'city']])\n",
        truth=SAME,
        reason="The same table; only its blocks in memory differ.",
    ),
    in_memory(
        "categories in another order",
        CATEGORIES,
        CATEGORIES.replace('categories=["S", "L"]', 'categories=["L", "S"]'),
        truth=DIFFERENT,
        reason="An ordinal encoding follows the categories' order.",
    ),
    in_memory(
        "words as a categorical",
        CATEGORIES,
        CATEGORIES + "X['size'] = X['size'].astype(object)\n",
        truth=DIFFERENT,
        reason="Estimators treat categoricals and words differently.",
    ),
    in_memory(
        "one category changed",
        CATEGORIES,
        CATEGORIES + "X.loc[7, 'size'] = 'S'\n",
        truth=DIFFERENT,
        reason="One sample changed.",
    ),
    in_memory(
        "times in another zone",
        TIMES,
        TIMES + "X['at'] = X['at'].dt.tz_convert('Asia/Tokyo')\n",
        truth=DIFFERENT,
        reason="The same instants, but another hour of the day.",
    ),
    in_memory(
        "one time changed",
        TIMES,
        TIMES + "X.loc[150, 'at'] += pd.Timedelta(seconds=1)\n",
        truth=DIFFERENT,
        reason="One sample changed.",
    ),
    in_memory(
        "sparse matrix, fresh process",
        SPARSE,
        SPARSE,
        truth=SAME,
        reason="Nothing changed.",
    ),
    in_memory(
        "one value of a sparse matrix changed",
        SPARSE,
        SPARSE + "X.data[3] = 2\n",
        truth=DIFFERENT,
        reason="One value changed.",
    ),
    in_memory(
        "csc for csr",
        SPARSE,
        SPARSE + "X = X.tocsc()\n",
        truth=SAME,
        reason="Equal values; the format is a layout, although some code asks for it.",
    ).as_debatable(),
)
