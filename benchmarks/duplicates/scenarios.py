"""All scenarios."""

from __future__ import annotations

from duplicates import (
    around_code,
    estimators,
    in_code,
    in_files,
    in_memory,
    in_text,
    networks,
    parameters,
)

SCENARIOS = (
    *in_memory.SCENARIOS,
    *in_files.SCENARIOS,
    *parameters.SCENARIOS,
    *estimators.SCENARIOS,
    *networks.SCENARIOS,
    *in_code.SCENARIOS,
    *in_text.SCENARIOS,
    *around_code.SCENARIOS,
)
