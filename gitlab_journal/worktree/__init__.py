"""The user's working tree, read without touching it."""

from __future__ import annotations

from gitlab_journal.worktree.captured import Capture, capture

__all__ = ["Capture", "capture"]
