"""Containers, their blobs, and the leases of these."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from ....delivery.storage import (
    Blob,
    BlobProperties,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PreconditionError,
)
from .database import Database, names
from .names import check_blob, check_container, check_metadata
from .owners import Owner
from .times import from_micros, micros

__all__ = ["EmbeddedBlobs"]

LARGEST_CONTENT = 500 * 2**20  # bytes; SQLite keeps up to 1,000,000,000 in one value
SHORTEST_LEASE, LONGEST_LEASE = timedelta(seconds=15), timedelta(seconds=60)

_PAGE = 500  # blobs of a list read at a time, so that nobody waits for a long list
_COLUMNS = "name, size, etag, modified, created, content_type, content_md5, metadata"


class _Row(NamedTuple):
    """What decides whether a blob may be changed."""

    id: int
    etag: str
    created: int
    lease_id: str | None
    lease_seconds: int | None
    lease_ends: int | None
    """When the lease ends; None for never."""


class EmbeddedBlobs:
    """The containers of a state file; see :class:`azure_functions_lib.delivery.storage.Blobs`."""

    def __init__(self, database: Database, owner: Owner, now: Callable[[], int]) -> None:
        self._database = database
        self._owner = owner
        self._now = now

    async def create(self, container: str) -> bool:
        check_container(container)

        def create(connection: sqlite3.Connection) -> bool:
            sql = "INSERT OR IGNORE INTO containers (name) VALUES (?)"
            return connection.execute(sql, (container,)).rowcount == 1

        return await self._database.submit(create)

    async def containers(self, prefix: str = "") -> list[str]:
        return await self._database.submit(
            lambda connection: names(connection, "containers", prefix), durable=False
        )

    async def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobProperties]:
        def page(connection: sqlite3.Connection) -> list[BlobProperties]:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM blobs WHERE container = ? AND name > ? AND name >= ?"
                " AND substr(name, 1, ?) = ? ORDER BY name LIMIT ?",
                (_key(connection, container), after, prefix, len(prefix), prefix, _PAGE),
            )
            return [_properties(container, *row) for row in rows]

        after = ""
        while found := await self._database.submit(page, durable=False):
            for properties in found:
                yield properties
            after = found[-1].name

    async def read(self, container: str, name: str) -> Blob:
        def read(connection: sqlite3.Connection) -> Blob:
            properties = _look(connection, container, name)
            sql = (
                "SELECT content FROM contents WHERE blob ="
                " (SELECT id FROM blobs WHERE container = ? AND name = ?)"
            )
            (content,) = connection.execute(sql, (_key(connection, container), name)).fetchone()
            return Blob(properties, content)

        return await self._database.submit(read, durable=False)

    async def properties(self, container: str, name: str) -> BlobProperties:
        return await self._database.submit(
            lambda connection: _look(connection, container, name), durable=False
        )

    async def write(
        self,
        container: str,
        name: str,
        content: bytes,
        *,
        content_type: str | None = None,
        metadata: Mapping[str, str] | None = None,
        if_match: str | None = None,
        if_none_match: str | None = None,
        lease_id: str | None = None,
    ) -> BlobProperties:
        """Make a block blob or replace the one of that name.

        Args:
            container: the container, which must exist.
            name: the blob.
            content: the whole content, up to 500 MiB.
            content_type: the media type; the service's default if None.
            metadata: what is stored with it; none if None.
            if_match: the ETag that the blob must have; ``"*"`` means that it must exist.
            if_none_match: the ETag that it must not have; ``"*"`` means that it must not exist.
            lease_id: the lease under which it is written.

        Raises:
            ConflictError: ``BlobAlreadyExists``.
            PreconditionError: ``ConditionNotMet``, or one of the lease codes.
        """
        check_blob(name)
        given = dict(metadata or {})
        check_metadata(given)
        if len(content) > LARGEST_CONTENT:
            raise InvalidRequestError(
                "RequestBodyTooLarge",
                f"blob {container}/{name}: {len(content):,} bytes, over {LARGEST_CONTENT:,}",
            )
        md5 = hashlib.md5(content, usedforsecurity=False).digest()
        media_type = content_type or "application/octet-stream"

        def write(connection: sqlite3.Connection) -> BlobProperties:
            now = self._now()
            key = _key(connection, container)
            old = _find(connection, key, name)
            where = f"blob {container}/{name}"
            if if_none_match == "*" and old is not None:
                raise ConflictError("BlobAlreadyExists", f"{where} exists already")
            _check_conditions(where, old, if_match, if_none_match)
            _check_lease(where, old, lease_id, now)
            row = (
                name,
                len(content),
                _etag(),
                now,
                now if old is None else old.created,
                media_type,
                md5,
                json.dumps(given),
            )
            marks = ", ".join("?" * len(row))
            if old is None:
                sql = f"INSERT INTO blobs ({_COLUMNS}, container) VALUES ({marks}, ?)"
                number = connection.execute(sql, (*row, key)).lastrowid
            else:
                sql = f"UPDATE blobs SET ({_COLUMNS}) = ({marks}) WHERE id = ?"
                connection.execute(sql, (*row, old.id))
                number = old.id
                if not _is_leased(old, now):  # what has ended cannot be renewed after a write
                    self._set_lease(connection, number, None, None)
            connection.execute("INSERT OR REPLACE INTO contents VALUES (?, ?)", (number, content))
            return _properties(container, *row)

        return await self._database.submit(write)

    async def delete(self, container: str, name: str, *, lease_id: str | None = None) -> None:
        def delete(connection: sqlite3.Connection) -> None:
            blob = self._found(connection, container, name)
            _check_lease(f"blob {container}/{name}", blob, lease_id, self._now())
            connection.execute("DELETE FROM contents WHERE blob = ?", (blob.id,))
            connection.execute("DELETE FROM blobs WHERE id = ?", (blob.id,))

        await self._database.submit(delete)

    # -- Leases --

    async def acquire_lease(self, container: str, name: str, duration: timedelta | None) -> str:
        """Take the lease of a blob, for 15 to 60 seconds or, by None, until it is released.

        It ends with this process at the latest.

        Raises:
            ConflictError: ``LeaseAlreadyPresent``.
        """
        if duration is not None and not SHORTEST_LEASE <= duration <= LONGEST_LEASE:
            raise InvalidRequestError(
                "InvalidHeaderValue", f"a lease of {duration}; it is 15 to 60 seconds, or None"
            )

        def acquire(connection: sqlite3.Connection) -> str:
            owner = self._owner.take(connection)
            blob = self._found(connection, container, name)
            if _is_leased(blob, self._now()):
                raise ConflictError(
                    "LeaseAlreadyPresent", f"blob {container}/{name} is leased by somebody else"
                )
            lease_id = str(uuid.uuid4())
            self._set_lease(connection, blob.id, lease_id, owner, duration)
            return lease_id

        return await self._database.submit(acquire, durable=False)

    async def renew_lease(self, container: str, name: str, lease_id: str) -> None:
        """Hold a lease for its duration again, counted from now.

        One that has ended can be renewed until the blob is written, or leased by somebody else.

        Raises:
            ConflictError: ``LeaseIdMismatchWithLeaseOperation``.
        """

        def renew(connection: sqlite3.Connection) -> None:
            owner = self._owner.take(connection)
            blob = self._found(connection, container, name, lease_id)
            seconds = blob.lease_seconds
            duration = None if seconds is None else timedelta(seconds=seconds)
            self._set_lease(connection, blob.id, lease_id, owner, duration)

        await self._database.submit(renew, durable=False)

    async def release_lease(self, container: str, name: str, lease_id: str) -> None:
        def release(connection: sqlite3.Connection) -> None:
            blob = self._found(connection, container, name, lease_id)
            self._set_lease(connection, blob.id, None, None)

        await self._database.submit(release, durable=False)

    def _set_lease(
        self,
        connection: sqlite3.Connection,
        number: int | None,
        lease_id: str | None,
        owner: str | None,
        duration: timedelta | None = None,
    ) -> None:
        connection.execute(
            "UPDATE blobs SET lease_id = ?, lease_owner = ?, lease_seconds = ?, lease_ends = ?"
            " WHERE id = ?",
            (
                lease_id,
                owner,
                None if duration is None else round(duration.total_seconds()),
                None if duration is None else self._now() + micros(duration),
                number,
            ),
        )

    def _found(
        self,
        connection: sqlite3.Connection,
        container: str,
        name: str,
        lease_id: str | None = None,
    ) -> _Row:
        """Find a blob that exists; with a lease id, one that has this lease."""
        blob = _find(connection, _key(connection, container), name)
        if blob is None:
            raise _no_blob(container, name)
        if lease_id is not None and blob.lease_id != lease_id:
            raise ConflictError(
                "LeaseIdMismatchWithLeaseOperation",
                f"blob {container}/{name} has another lease than {lease_id}, or none",
            )
        return blob


def _key(connection: sqlite3.Connection, container: str) -> int:
    check_container(container)
    row = connection.execute("SELECT id FROM containers WHERE name = ?", (container,)).fetchone()
    if row is None:
        raise NotFoundError("ContainerNotFound", f"there is no container {container!r}")
    return int(row[0])


def _find(connection: sqlite3.Connection, container: int, name: str) -> _Row | None:
    check_blob(name)
    row = connection.execute(
        "SELECT id, etag, created, lease_id, lease_seconds, lease_ends FROM blobs"
        " WHERE container = ? AND name = ?",
        (container, name),
    ).fetchone()
    return row and _Row(*row)


def _look(connection: sqlite3.Connection, container: str, name: str) -> BlobProperties:
    check_blob(name)
    sql = f"SELECT {_COLUMNS} FROM blobs WHERE container = ? AND name = ?"
    row = connection.execute(sql, (_key(connection, container), name)).fetchone()
    if row is None:
        raise _no_blob(container, name)
    return _properties(container, *row)


def _properties(
    container: str,
    name: str,
    size: int,
    etag: str,
    modified: int,
    created: int,
    content_type: str,
    content_md5: bytes,
    metadata: str,
) -> BlobProperties:
    return BlobProperties(
        container,
        name,
        size,
        etag,
        from_micros(modified),
        from_micros(created),
        content_type,
        content_md5,
        json.loads(metadata),
    )


def _no_blob(container: str, name: str) -> NotFoundError:
    return NotFoundError("BlobNotFound", f"container {container!r} has no blob {name!r}")


def _etag() -> str:
    return f'"0x{secrets.token_hex(8).upper()}"'


def _check_conditions(
    where: str, blob: _Row | None, if_match: str | None, if_none_match: str | None
) -> None:
    etag = None if blob is None else blob.etag
    met = if_match is None or (etag is not None and if_match in ("*", etag))
    if not met or (if_none_match is not None and if_none_match == etag):
        came = "does not exist" if etag is None else f"has the ETag {etag}"
        raise PreconditionError("ConditionNotMet", f"{where} {came}")


def _is_leased(blob: _Row, now: int) -> bool:
    return blob.lease_id is not None and (blob.lease_ends is None or blob.lease_ends > now)


def _check_lease(where: str, blob: _Row | None, lease_id: str | None, now: int) -> None:
    if blob is not None and _is_leased(blob, now):
        if lease_id is None:
            raise PreconditionError("LeaseIdMissing", f"{where} is leased by somebody else")
        if lease_id != blob.lease_id:
            raise PreconditionError(
                "LeaseIdMismatchWithBlobOperation", f"{where} is leased by somebody else"
            )
    elif lease_id is not None:
        raise PreconditionError(
            "LeaseNotPresentWithBlobOperation", f"{where} has no lease, {lease_id} has ended"
        )
