"""A user's use of MLflow: log the parameters and the data of each call, compare with earlier runs.

Lies on the path of the scenarios' projects, in MLflow's environment.
"""

from __future__ import annotations

import functools
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable


def recorded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Log each call of a function as a run; print whether a finished one is the same."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        params = dict(bound.arguments)
        data = params.pop(next(iter(params)))
        with mlflow.start_run() as run:
            unable = _log(params, data)
            if unable:
                print(f"mlflow unable: {unable}")
            else:
                print(f"mlflow {'same' if _is_known(run.info.run_id) else 'different'}:")
            return function(*args, **kwargs)

    return call


def _log(params: dict[str, Any], data: Any) -> str:
    """Log the parameters and the data; returns why it cannot, or nothing."""
    if any(callable(value) and not hasattr(value, "get_config") for value in params.values()):
        return "logs no functions"
    if any(type(value).__repr__ is object.__repr__ for value in params.values()):
        return "logs an object by its address"
    if isinstance(data, Path) and data.is_dir():
        return "has no digest of folders"
    if isinstance(data, Path):
        mlflow.log_input(mlflow.data.from_pandas(pd.read_csv(data), source=str(data)))
    elif isinstance(data, pd.DataFrame):
        mlflow.log_input(mlflow.data.from_pandas(data))
    elif isinstance(data, np.ndarray):
        mlflow.log_input(mlflow.data.from_numpy(data))
    else:
        return f"has no digest of a {type(data).__name__}"
    mlflow.log_params(dict(_rows(params)))
    return ""


def _rows(params: dict[str, Any], above: str = "") -> Any:
    """Yield parameters as autologging does: an estimator's own, the optimizer's of a network."""
    for name, value in params.items():
        if hasattr(value, "get_params"):
            yield f"{above}{name}", type(value).__name__
            yield from _rows(_plain(value.get_params()), f"{above}{name}.")
        elif hasattr(value, "optimizer"):
            yield f"{above}{name}.optimizer", type(value.optimizer).__name__
            yield from _rows(value.optimizer.get_config(), f"{above}{name}.optimizer.")
        elif isinstance(value, dict):
            yield from _rows(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    """Leave out what holds estimators: their parameters are there by themselves."""
    return {
        name: value
        for name, value in params.items()
        if not hasattr(value, "get_params") and not isinstance(value, list)
    }


def _is_known(run_id: str) -> bool:
    """Tell whether a finished run has these parameters and digests."""
    this = mlflow.get_run(run_id)
    earlier = mlflow.search_runs(
        filter_string="attributes.status = 'FINISHED'", output_format="list"
    )
    return any(_identity(run) == _identity(this) for run in earlier)


def _identity(run: Any) -> tuple[dict[str, str], list[str]]:
    return run.data.params, [item.dataset.digest for item in run.inputs.dataset_inputs]
