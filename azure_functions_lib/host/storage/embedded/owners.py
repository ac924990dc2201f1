"""Which processes hold messages and leases, so that those of a dead one are freed."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from .files import beside, hold, is_held

__all__ = ["Owner"]

_SECONDS_BETWEEN_LOOKS = 1.0


class Owner:
    """The process itself, as the holder of what it takes from a state file.

    Its sign of life is the lock of a file, which the system drops when the process ends: no
    heartbeat can be late, no process id be somebody else's, no clock be wrong.

    Args:
        path: the state file; None for one in memory, where nothing outlives its owner.
        now: tells the time, in microseconds since 1970.
    """

    def __init__(self, path: Path | None, now: Callable[[], int]) -> None:
        self.id = secrets.token_hex(8)
        self._path = path
        self._now = now
        self._descriptor: int | None = None
        self._next_look = 0.0

    def take(self, connection: sqlite3.Connection) -> str:
        """Give the id to mark with what is about to be taken; frees what dead owners hold."""
        if self._path is not None:
            if self._descriptor is None:
                for sign in self._path.parent.glob(beside(self._path, "owner-*").name):
                    is_held(sign)  # removes those of dead owners that held nothing
                self._descriptor = hold(beside(self._path, f"owner-{self.id}"))
            if time.monotonic() >= self._next_look:
                self._free_dead(connection, self._path)
                self._next_look = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        return self.id

    def leave(self, connection: sqlite3.Connection) -> None:
        """Free what this process holds."""
        self._free(connection, self.id)

    def close(self) -> None:
        """Give up the sign of life."""
        if self._descriptor is not None and self._path is not None:
            os.close(self._descriptor)
            is_held(beside(self._path, f"owner-{self.id}"))

    def _free_dead(self, connection: sqlite3.Connection, path: Path) -> None:
        holders = connection.execute(
            "SELECT owner FROM messages WHERE owner IS NOT NULL"
            " UNION SELECT lease_owner FROM blobs WHERE lease_owner IS NOT NULL"
        ).fetchall()
        for (holder,) in holders:
            if holder != self.id and not is_held(beside(path, f"owner-{holder}")):
                self._free(connection, holder)

    def _free(self, connection: sqlite3.Connection, owner: str) -> None:
        connection.execute(
            "UPDATE messages SET owner = NULL, visible = min(visible, ?) WHERE owner = ?",
            (self._now(), owner),
        )
        connection.execute(
            "UPDATE blobs SET lease_id = NULL, lease_ends = NULL, lease_owner = NULL"
            " WHERE lease_owner = ?",
            (owner,),
        )
