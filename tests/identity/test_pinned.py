from __future__ import annotations

import functools
import math
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from gitlab_journal.identity import data_hash, params_hash

# A digest that changes makes every earlier entry of every journal a stranger: a changed scheme
# needs a prefix of its own.
PARAMS = [
    (None, "24360496de4aa9721a51c81c62bc9066"),
    (True, "14c6638d9803184f7afdfae34ad03257"),
    (1, "db5c8b37dc230a4072f9aee6a9de2054"),
    (0.1, "52119ba5f14cbf936c57c766fabf22aa"),
    (-0.0, "20621132fad7601edcffac3ee09dfbc7"),
    (float("nan"), "d8fbcb974a166bfd7c1b01b553590ac0"),
    (float("-inf"), "d9c3e0dd0fe6a90ca0e53f0ff7423045"),
    (2**2000, "3f544a5e089221f498299a002650eb96"),
    (1e300, "4c029cd6f839e70874b9bb05ae9077b2"),
    (1 + 2j, "e468d47870adcf53a4dd2671bfe97c8e"),
    ("text", "8a75f959d931bf1bd1d6a75e8b4004d2"),
    ("\ud800 \u00e9 \0", "21bc75617618fb746043c43cd90e422f"),
    (b"bytes", "9d50c50ae25a1cc255a6c831bf660ff0"),
    ([], "54f272cd44bf2ed2af475377ed581b01"),
    ([1, [2.5, None], "a"], "ad87437d1b08adb3f6e0cd47903c664e"),
    ({"b": 1, "a": {"c": [True]}}, "64d6bb035f658cc4ffefd01c2c030ea8"),
    ({1: "a", "b": 2}, "e709cd6f4f117a33b9a834672059c7d7"),
    ({"$set": [1]}, "cc32fd1f4bb7b37e3513c0764c65cc47"),
    ({3, 1, 2}, "202bce209757267058bfeb1501853a98"),
    (frozenset({"b", "a"}), "7d7b13ab1c0383581ea31999bdd78bf8"),
    (Decimal("1.50"), "30361fa41eef7ac605551d555b3afffa"),
    (Fraction(1, 3), "314e2748f50982f219f4dc50fc5f61e5"),
    (PurePosixPath("data/a.csv"), "fa80e1de915fb40ff1d1696b453618d0"),
    (range(0, 10, 3), "657d9e1662b2ba10ca8309d166893e68"),
    (slice(1, None), "b083e29f1198e9143a87c5cbaae2b26a"),
    (date(2026, 3, 1), "48e4fa5dfd7876a2799a2df3ec7b3544"),
    (datetime(2026, 3, 1, 18, 43, 7), "8f3ef823df0845c73ea23f65771a04d0"),  # noqa: DTZ001 - naive
    (datetime(2026, 3, 1, 18, 43, 7, tzinfo=UTC), "8a4384910fe78bcf4a3de613966cc5de"),
    (time(18, 43), "89e29643fcfc772a8c2ee6da369f57ae"),
    (timedelta(days=1, microseconds=5), "59a417ce0c930277d038aa1559aef157"),
    (uuid.UUID(int=7), "205daa792ed456e1453d4f22c86e835e"),
    (..., "8c1b4815f74796b8271b144b67307926"),
    (len, "3207c6f0af1a36a93660bb02b907eeeb"),
    (math.sqrt, "2b445cffde3e57a5aa4ff9f9a5c4460c"),
    (np.tanh, "72f8d48951d33cb4136941d93622e821"),
    (np.float32, "f248008a357080b0d5b2e60f0abf5b8b"),
    (np.dtype("f4"), "e0f7b6eab8becb4e49676c6f389b2265"),
    (np.datetime64("2026-03-01"), "48e4fa5dfd7876a2799a2df3ec7b3544"),
    (functools.partial(math.pow, 2, y=3), "5ed4f0c05cad7fb633aaf1ec29a4a164"),
    (math, "1917359e0414393af2675f57f789364b"),
    (np.arange(3), "fe821e3d0126fc2a6a01a381edc2583b"),
    ([np.zeros((2, 2)), "mixed"], "288919b563e4563474d5224177757c03"),
    (StandardScaler(), "eeecd5977cfd3a092f12ac636364ca5b"),
    (StandardScaler(with_mean=False), "89b14d8135bb92fc86368723620e82e3"),
    (KFold(3, shuffle=True, random_state=0), "55669e0c715f02726e7cfdc03f7d8a68"),
]
DATA = [
    (np.arange(6.0).reshape(2, 3), "7d7b7a983b97a1e9cfb20a87f80d04f7"),
    (np.arange(6, dtype="i4"), "3a3baa7629d789e3800d729e3bc5b8e5"),
    (np.array([True, False]), "89a083b84ecccf4b513401466e7b4b24"),
    (np.array([1 + 2j]), "2e42037c4ca217ebe83b6a45ba786192"),
    (np.array(["a", "bc"]), "0940600485a2246dc268f38c20d129cc"),
    (np.array([b"a", b"bc"]), "6ff7d70a664410a585d06ee9803f53d3"),
    (np.array(["2026-03-01", "NaT"], "M8[D]"), "dc9198fd99ab20a1aa519916e402f0a6"),
    (np.array([(1, 2.5)], [("a", "i4"), ("b", "f8")]), "a1091cd9be11ad983a6c87da85ca75e8"),
    (np.array(["a", None, 1.5, "\\"], object), "87f240f63cc4227c0ff6d099576b1c96"),
    (np.zeros((0, 3)), "6aaf7659f7932123d79ed814af1acfe6"),
    (np.ma.masked_array([1.0, 2.0], [False, True]), "2090c60bd65731777493c659d41b5b9d"),
    (pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan]}), "e91bd22945fad355cef0325f96f50381"),
    (
        pd.DataFrame({"a": pd.array(["x", None], "string")}, index=["r", "s"]),
        "db56efe850957c77f6b66c849cf94843",
    ),
    (pd.Series([1, None], dtype="Int64", name="n"), "bc06a46bb06c6788f3f54fce2e30841e"),
    (
        pd.Series(["a", "b", "a"], dtype=pd.CategoricalDtype(pd.Index(["a", "b"], dtype=object))),
        "35b4dd5736b2310a4599fde868508447",
    ),
    (
        pd.Series(np.array(["2026-03-01"], "M8[ns]")).dt.tz_localize("UTC"),
        "2ce39a82271885cbc8e677e7477e5e1f",
    ),
    (pd.Index([1, 2, 3]), "317e3fec318f1487df4805d23139bff6"),
    (sp.csr_matrix([[0.0, 1.5], [2.0, 0.0]]), "b92a90c3134bbf361d53e12d95e8ea7c"),
    ([np.zeros(2), np.ones(2)], "5e3201e678a1af1c12e4020e6a9f16e4"),
    ([1, 2.5, "a"], "fbe77648d809825a0469aabe484e897a"),
    ({"X": np.zeros((2, 2)), "y": np.zeros(2)}, "8dd3b85fe6dc06a171622c783bc518cf"),
    ({"x_train": np.zeros((2, 2)), "other": 3}, "431de8888c55ce62221cbc8e44ef0b67"),
]


@pytest.mark.parametrize(("value", "pinned"), PARAMS)
def test_the_digest_of_a_parameter_is_what_it_always_was(value, pinned):
    assert f"xxh3_128:{pinned}" == params_hash({"value": value})


@pytest.mark.parametrize(("value", "pinned"), DATA)
def test_the_digest_of_data_is_what_it_always_was(value, pinned):
    assert f"xxh3_128:{pinned}" == data_hash(value)


def test_the_digest_of_a_file_is_what_it_always_was(tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n")

    assert "xxh3_128:47320f0d1735bcdc5c47de626d46d918" == data_hash(tmp_path / "a.csv")
    assert "xxh3_128:c68ff3f5b669fdeb3c0f693000ea949b" == data_hash(tmp_path)


def test_the_digest_of_several_parameters_is_what_it_always_was():
    params = {"width": 64, "rate": 0.1, "layers": (1, 2), "n_jobs": 2}

    assert "xxh3_128:03640947a97b216ab2840b20b35a445b" == params_hash(params)
