"""What a run ran with: Python, the libraries that are loaded, the device."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from gitlab_journal.identity.source import whole_version

if TYPE_CHECKING:
    from collections.abc import Mapping

LIBRARIES = {
    "numpy": "numpy",
    "scipy": "scipy",
    "pandas": "pandas",
    "polars": "polars",
    "scikit-learn": "sklearn",
    "keras": "keras",
    "tensorflow": "tensorflow",
    "torch": "torch",
    "jax": "jax",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
}


def describe_environment(libraries: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return versions of Python and of the loaded libraries, the Keras backend, the device.

    `libraries` are those that the code reaches besides, by distribution. Reads only modules that
    the program has loaded itself, and what is installed.
    """
    found = {"python": platform.python_version(), "platform": _platform()}
    for name, module in LIBRARIES.items():
        version = getattr(sys.modules.get(module), "__version__", None)
        if isinstance(version, str):
            found[name] = version
    if "keras" in found and hasattr(sys.modules["keras"], "config"):
        found["backend"] = sys.modules["keras"].config.backend()
    if "tensorflow" in found:
        gpus = sys.modules["tensorflow"].config.list_physical_devices("GPU")
        found["device"] = "gpu" if gpus else "cpu"
    for name, version in (libraries or {}).items():
        if name not in found:
            found[name] = whole_version(name, otherwise=version)
    return found


def _platform() -> str:
    return f"{platform.system()} {platform.machine()}"
