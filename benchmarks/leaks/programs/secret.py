"""What each program passes on to its tracker."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path


def stands(place: str) -> dict[str, str]:
    """Return the word and the secret of a place."""
    return json.loads(Path(os.environ["HIDDEN"]).read_text())[place]


def parameters() -> dict[str, str]:
    """Return what the program gives as parameters."""
    return {"note": stands("parameter")["word"], "api_key": stands("parameter")["secret"]}


def text(place: str) -> str:
    """Return the word and the secret of a place in one line."""
    return " ".join(stands(place).values())


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--remark")
    parser.add_argument("--token")
    return parser.parse_args()


def work(*_used: str) -> float:
    """Print a line with a key; the second run raises an error with another one, besides."""
    print("signing in:", text("print"), flush=True)
    time.sleep(0.5)  # a tracker may read what was printed from time to time
    if "FAILS" in os.environ:
        raise ConnectionError(f"refused: {text('traceback')}")
    return 0.5
