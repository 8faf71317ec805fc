"""Say outside of any tracker what a program was told, on disk before it goes on."""

from __future__ import annotations

import os

STEPS = 10
PAUSE = 0.02  # seconds that a step of the training takes
CALLS = (1, 2, 3)


def say(*words: object) -> None:
    """Append a line to the file that the killer reads."""
    descriptor = os.open(os.environ["SAID"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, (" ".join(map(str, words)) + "\n").encode())
    os.close(descriptor)
