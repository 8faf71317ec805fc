"""The code of an experiment, by the definitions that it reaches by name."""

from __future__ import annotations

from gitlab_journal.identity.source.block import reads_of_block
from gitlab_journal.identity.source.code import (
    Code,
    code_of,
    code_of_module,
    hash_definitions,
    trace_of,
)
from gitlab_journal.identity.source.libraries import whole_version
from gitlab_journal.identity.source.project import file_of, is_of_project, project_root
from gitlab_journal.identity.source.reads import Read

__all__ = [
    "Code",
    "Read",
    "code_of",
    "code_of_module",
    "file_of",
    "hash_definitions",
    "is_of_project",
    "project_root",
    "reads_of_block",
    "trace_of",
    "whole_version",
]
