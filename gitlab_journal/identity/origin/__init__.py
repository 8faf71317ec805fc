"""Where data come from, by the code that loads them.

A data set is named after the call of a loader, or the file that it is told, which is found by
following the assignments in the user's code. Nothing is imported, run or read but source.
"""

from gitlab_journal.identity.origin.guess import guess_names

__all__ = ["guess_names"]
