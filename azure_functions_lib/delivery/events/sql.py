"""Changes of SQL and MySQL tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..recorded import RecordedPayload
from .common import as_list, rows_event


def sql(
    changes: Mapping[str, Any] | Iterable[Mapping[str, Any]] = ({"Id": 1},),
    *,
    operation: int = 0,
) -> RecordedPayload:
    """Make changed rows of an SQL table.

    Args:
        changes: one row or several; one with ``Operation`` and ``Item`` goes as it is.
        operation: what happened to the rows: 0 insert, 1 update, 2 delete.
    """
    return rows_event(
        [
            row if set(row) == {"Operation", "Item"} else {"Operation": operation, "Item": row}
            for row in as_list(changes)
        ],
        "sql",
    )


def mysql(
    rows: Mapping[str, Any] | Iterable[Mapping[str, Any]] = ({"Id": 1},),
) -> RecordedPayload:
    """Make changed rows of a MySQL table.

    Args:
        rows: one row or several.
    """
    return rows_event(rows, "mysql")
