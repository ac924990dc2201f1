"""Tables and their rows."""

from __future__ import annotations

import dataclasses
import json
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

from ....delivery.storage import (
    ConflictError,
    Entity,
    NotFoundError,
    PreconditionError,
)
from .database import Database, names
from .names import check_key, check_properties, check_table
from .times import from_micros

__all__ = ["EmbeddedTables"]

_PAGE = 500  # rows of an answer read at a time, so that nobody waits for a long one


class EmbeddedTables:
    """The tables of a state file; see :class:`azure_functions_lib.delivery.storage.Tables`."""

    def __init__(self, database: Database, now: Callable[[], int]) -> None:
        self._database = database
        self._now = now

    async def create(self, table: str) -> bool:
        check_table(table)

        def create(connection: sqlite3.Connection) -> bool:
            sql = "INSERT OR IGNORE INTO tables (name) VALUES (?)"
            return connection.execute(sql, (table,)).rowcount == 1

        return await self._database.submit(create)

    async def names(self, prefix: str = "") -> list[str]:
        return await self._database.submit(
            lambda connection: names(connection, "tables", prefix), durable=False
        )

    async def count(self, table: str) -> int:
        """Give the number of rows."""

        def count(connection: sqlite3.Connection) -> int:
            sql = 'SELECT count(*) FROM entities WHERE "table" = ?'
            (number,) = connection.execute(sql, (_key(connection, table),)).fetchone()
            return int(number)

        return await self._database.submit(count, durable=False)

    async def get(self, table: str, partition_key: str, row_key: str) -> Entity:
        def get(connection: sqlite3.Connection) -> Entity:
            found = _find(connection, _key(connection, table), partition_key, row_key)
            if found is None:
                raise _no_row(table, partition_key, row_key)
            return found

        return await self._database.submit(get, durable=False)

    async def query(
        self,
        table: str,
        *,
        partition_key: str | None = None,
        filter: str | None = None,
        take: int | None = None,
    ) -> AsyncIterator[Entity]:
        """Give the rows that fit, by partition key and row key.

        Args:
            table: the table.
            partition_key: the partition; all if None.
            filter: an OData filter; see :mod:`azure_functions_lib.delivery.odata`.
            take: how many rows at most.

        Raises:
            InvalidRequestError: the filter cannot be read (``InvalidInput``).
        """
        from ....delivery.odata import Filter

        wanted = Filter(filter) if filter and not filter.isspace() else None
        if wanted is not None and partition_key is None:
            partition_key = wanted.key("PartitionKey")
        after: tuple[str, str] = ("" if partition_key is None else partition_key, "")
        first = True

        def page(connection: sqlite3.Connection) -> list[Entity]:
            rows = connection.execute(
                "SELECT partition_key, row_key, properties, etag, modified FROM entities"
                f' WHERE "table" = ? AND (partition_key, row_key) {">=" if first else ">"} (?, ?)'
                f" {'' if partition_key is None else 'AND partition_key = ?'}"
                " ORDER BY partition_key, row_key LIMIT ?",
                (
                    _key(connection, table),
                    *after,
                    *([] if partition_key is None else [partition_key]),
                    _PAGE,
                ),
            )
            return [_entity(*row) for row in rows]

        given = 0
        while given != take and (found := await self._database.submit(page, durable=False)):
            for entity in found:
                if wanted is None or wanted.matches(entity):
                    yield entity
                    given += 1
                    if given == take:
                        return
            after, first = (found[-1].partition_key, found[-1].row_key), False

    async def insert(self, table: str, entity: Entity) -> Entity:
        _check(entity)

        def insert(connection: sqlite3.Connection) -> Entity:
            key = _key(connection, table)
            if _find(connection, key, entity.partition_key, entity.row_key) is not None:
                raise ConflictError(
                    "EntityAlreadyExists",
                    f"table {table!r} has a row {entity.partition_key!r}, {entity.row_key!r}",
                )
            return self._write(connection, key, entity)

        return await self._database.submit(insert)

    async def upsert(
        self, table: str, entity: Entity, *, merge: bool = False, if_match: str | None = None
    ) -> Entity:
        """Add a row or replace the one with its keys; ``merge`` keeps properties not given.

        Args:
            table: the table.
            entity: the row.
            merge: whether properties of the row that is there are kept unless they are given.
            if_match: the ETag that the row must have; ``"*"`` means that it must exist.

        Raises:
            PreconditionError: ``UpdateConditionNotSatisfied``.
            NotFoundError: ``ResourceNotFound``: there is no row, with ``if_match`` given.
        """
        _check(entity)

        def upsert(connection: sqlite3.Connection) -> Entity:
            key = _key(connection, table)
            old = _find(connection, key, entity.partition_key, entity.row_key)
            _check_condition(table, entity, old, if_match)
            new = entity
            if merge and old is not None:
                new = dataclasses.replace(entity, properties=_merged(old, entity))
                _check(new)
            return self._write(connection, key, new)

        return await self._database.submit(upsert)

    async def delete(
        self, table: str, partition_key: str, row_key: str, *, if_match: str | None = None
    ) -> None:
        def delete(connection: sqlite3.Connection) -> None:
            key = _key(connection, table)
            row = Entity(partition_key, row_key)
            _check_condition(table, row, _find(connection, key, *_keys(row)), if_match or "*")
            connection.execute(
                'DELETE FROM entities WHERE "table" = ? AND partition_key = ? AND row_key = ?',
                (key, partition_key, row_key),
            )

        await self._database.submit(delete)

    def _write(self, connection: sqlite3.Connection, table: int, entity: Entity) -> Entity:
        now = self._now()
        kept = {name: value for name, value in entity.properties.items() if value is not None}
        row = (*_keys(entity), json.dumps(kept), _etag(), now)
        connection.execute(
            'INSERT OR REPLACE INTO entities ("table", partition_key, row_key, properties, etag,'
            " modified) VALUES (?, ?, ?, ?, ?, ?)",
            (table, *row),
        )
        return _entity(*row)


def _check(entity: Entity) -> None:
    check_key("partition key", entity.partition_key)
    check_key("row key", entity.row_key)
    check_properties(entity.properties)


def _keys(entity: Entity) -> tuple[str, str]:
    return entity.partition_key, entity.row_key


def _key(connection: sqlite3.Connection, table: str) -> int:
    check_table(table)
    row = connection.execute("SELECT id FROM tables WHERE name = ?", (table,)).fetchone()
    if row is None:
        raise NotFoundError("TableNotFound", f"there is no table {table!r}")
    return int(row[0])


def _find(
    connection: sqlite3.Connection, table: int, partition_key: str, row_key: str
) -> Entity | None:
    check_key("partition key", partition_key)
    check_key("row key", row_key)
    row = connection.execute(
        "SELECT partition_key, row_key, properties, etag, modified FROM entities"
        ' WHERE "table" = ? AND partition_key = ? AND row_key = ?',
        (table, partition_key, row_key),
    ).fetchone()
    return row and _entity(*row)


def _entity(partition_key: str, row_key: str, properties: str, etag: str, modified: int) -> Entity:
    return Entity(partition_key, row_key, json.loads(properties), etag, from_micros(modified))


def _merged(old: Entity, new: Entity) -> dict[str, Any]:
    """Put the new properties over the old ones; a new value has its own type, or a plain one."""
    kept = {
        name: value
        for name, value in old.properties.items()
        if name.partition("@")[0] not in new.properties
    }
    return {**kept, **new.properties}


def _check_condition(table: str, row: Entity, old: Entity | None, if_match: str | None) -> None:
    if if_match is None:
        return
    if old is None:
        raise _no_row(table, *_keys(row))
    if if_match not in ("*", old.etag):
        raise PreconditionError(
            "UpdateConditionNotSatisfied",
            f"table {table!r}: row {_keys(row)} has the ETag {old.etag}, not {if_match}",
        )


def _no_row(table: str, partition_key: str, row_key: str) -> NotFoundError:
    return NotFoundError(
        "ResourceNotFound", f"table {table!r} has no row {partition_key!r}, {row_key!r}"
    )


def _etag() -> str:
    return f'W/"0x{secrets.token_hex(8).upper()}"'
