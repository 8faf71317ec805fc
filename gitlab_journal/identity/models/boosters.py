"""Boosted trees of XGBoost, LightGBM and CatBoost, by the text or bytes that they save."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import xxhash

from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

_XGBOOST_VERSION = re.compile(rb',?"version":\[[\d,]*\]')
# The parameters of LightGBM, among them threads, machines and paths, close the text.
_LIGHTGBM_PARAMETERS = re.compile(r"\nparameters:.*?end of parameters\n", re.DOTALL)
# When, where and by which build: the rest of a CatBoost model's remarks says what it learnt.
_CATBOOST_REMARKS = (
    *("train_finish_time", "model_guid", "catboost_version_info", "output_options", "params"),
    "training",
)


def is_booster(value: object) -> bool:
    """Tell whether a value is a raw booster of XGBoost's or LightGBM's. Imports nothing."""
    return any(_is_of(value, library, "Booster") for library in ("xgboost", "lightgbm"))


def describe_booster(value: Any, place: Place) -> Tree:
    """Return the tree of a raw booster or a matrix of XGBoost's, else None.

    A booster stands by its class, what it has learnt is state. Raises DescriptionError for a
    data set of LightGBM's.
    """
    if is_booster(value):
        tree: dict[str, Tree] = {**describe_class(type(value), place)}
        return tree | {"$state": booster_state(value, place)} if place.with_state else tree
    if _is_of(value, "xgboost", "DMatrix"):
        return _matrix(value, place)
    if _is_of(value, "lightgbm", "Dataset"):
        raise place.refusal(
            "a lightgbm.Dataset gives back no data once it is built; pass the arrays it is made "
            "from, or name it in ignore"
        )
    return None


def booster_state(booster: Any, _place: Place) -> Tree:
    """Return the digest of a booster's trees as it saves them, less versions and settings."""
    if _is_of(booster, "lightgbm", "Booster"):
        text = _LIGHTGBM_PARAMETERS.sub("\n", booster.model_to_string(num_iteration=-1))
        return _bytes(text.encode())
    return _bytes(_XGBOOST_VERSION.sub(b"", bytes(booster.save_raw("json"))))


def learnt_by_catboost(value: Any, place: Place) -> dict[str, Tree] | None:
    """Return what an estimator of CatBoost's has learnt; None for another or an unfitted one."""
    if not _is_of(value, "catboost", "CatBoost") or not value.is_fitted():
        return None
    copy = value.copy()
    remarks = copy.get_metadata()
    for name in _CATBOOST_REMARKS:
        if name in remarks.keys():  # noqa: SIM118 - it cannot be asked otherwise
            del remarks[name]
    names = place.describe(value.feature_names_)
    return {"$names": names, **_bytes(copy._serialize_model())}  # noqa: SLF001 - save_model writes a file


def _matrix(matrix: Any, place: Place) -> Tree:
    """Return all that a matrix holds: a value left out is missing there, which a zero is not."""
    values = matrix.get_data()
    fields = {name: getattr(values, name) for name in ("indptr", "indices", "data")}
    fields |= {
        name: matrix.get_float_info(name)
        for name in ("label", "weight", "base_margin", "label_lower_bound", "label_upper_bound")
    }
    fields["group_ptr"] = matrix.get_uint_info("group_ptr")
    fields |= {"names": matrix.feature_names, "types": matrix.feature_types}
    shape = [matrix.num_row(), matrix.num_col()]
    return {
        **describe_class(type(matrix), place),
        "$shape": shape,
        "$fields": place.describe_entries(fields),
        "#shown": f"DMatrix({shape[0]}, {shape[1]})",
    }


def _bytes(content: bytes) -> dict[str, Tree]:
    return {"$model": [len(content), xxhash.xxh3_128_hexdigest(content)]}


def _is_of(value: object, library: str, name: str) -> bool:
    kind = getattr(sys.modules.get(library), name, None)
    return isinstance(kind, type) and isinstance(value, kind)
