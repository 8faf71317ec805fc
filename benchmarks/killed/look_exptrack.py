"""Print as JSON what exptrack's store says: C, status, result, number of points."""

from __future__ import annotations

import json
import sqlite3

store = sqlite3.connect(".exptrack/experiments.db")
found = []
for identifier, status in store.execute("SELECT id, status FROM experiments").fetchall():
    number = store.execute(
        "SELECT value FROM params WHERE exp_id = ? AND key = 'C'", (identifier,)
    ).fetchone()
    values = "SELECT value FROM metrics WHERE exp_id = ? AND key = ?"
    result = store.execute(values, (identifier, "result")).fetchone()
    points = store.execute(values, (identifier, "loss")).fetchall()
    found.append((int(json.loads(number[0])), status, result and result[0], len(points)))
whole = store.execute("PRAGMA integrity_check").fetchone()[0]
print(json.dumps(found) if whole == "ok" else whole)
