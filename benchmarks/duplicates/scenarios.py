"""All scenarios."""

from __future__ import annotations

from duplicates import around_code, in_code, in_files, in_memory, networks, parameters

SCENARIOS = (
    *in_memory.SCENARIOS,
    *in_files.SCENARIOS,
    *parameters.SCENARIOS,
    *networks.SCENARIOS,
    *in_code.SCENARIOS,
    *around_code.SCENARIOS,
)
