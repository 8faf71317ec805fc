"""Text from a page, a path or a program that steers no terminal."""

from __future__ import annotations


def harmless(text: str) -> str:
    """Return `text` without what would steer a terminal: only what prints, lines and tabs stay.

    Escape sequences, carriage returns, backspaces, what turns the direction of text around, what
    shows nothing at all: each of their characters is a space.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text)


def one_line(text: str) -> str:
    """Return `text` harmless on one line, so that none of it passes for a line of ours."""
    return harmless(text).replace("\n", " ").replace("\t", " ")
