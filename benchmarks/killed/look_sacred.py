"""Print as JSON what Sacred's folder of runs says: C, status, result, number of points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """Return what a file holds; one that is missing is no damage."""
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


shown = []
for folder in sorted(Path("runs").glob("[0-9]*")):
    config, run, metrics = (read(folder / f"{name}.json") for name in ("config", "run", "metrics"))
    points = len(metrics.get("loss", {}).get("values", ()))
    shown.append((config.get("C", 0), run.get("status"), run.get("result"), points))
print(json.dumps(shown))
