"""Runs of one configuration, as far as it takes to tell how another run stands to them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class Alike:
    """A run with the configuration and data asked for.

    `date` is text whose order is that of time; `function` names what ran, None where the page does
    not say; `fresh` says whether its state is that of networks before any optimizer step.
    """

    path: str
    blob: str
    id: str
    date: str | None
    status: str | None
    params_hash: str | None
    config_hash: str | None
    data_hash: str | None
    state_hash: str | None
    code_hash: str | None
    function: str | None
    fresh: bool


_COLUMNS = ", ".join(field.name for field in fields(Alike))


def alike(
    database: sqlite3.Connection, *, config_hash: str | None, data_hash: str | None
) -> list[Alike]:
    """Return the runs that were done, failed or are running, newest first, without grids' pages.

    Reads no page: what is asked of thousands of replicates must not take thousands of reads.
    """
    found = database.execute(
        f"SELECT {_COLUMNS} FROM pages "  # noqa: S608 - names of ours
        "WHERE config_hash IS ? AND data_hash IS ? AND (grid IS NULL OR grid != id) "
        "AND status IN ('done', 'failed', 'running') ORDER BY date DESC, id DESC",
        (config_hash, data_hash),
    )
    return [Alike(*values) for values in found]
