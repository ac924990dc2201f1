"""The tables of a state file."""

from __future__ import annotations

__all__ = ["ADDED", "APPLICATION_ID", "SCHEMA", "VERSION"]

APPLICATION_ID = 0x617A666C  # "azfl"
VERSION = 2
"""The form of the file: a new number with every change of the tables."""

ADDED = (("messages", "cause"), ("events", "cause"))
"""Columns of text that a file of form 1 may lack: those of form 1 are with and without them."""

SCHEMA = f"""
CREATE TABLE queues (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (service, name)
);
CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    queue INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    dequeue_count INTEGER NOT NULL DEFAULT 0,
    inserted INTEGER NOT NULL,
    expires INTEGER,
    visible INTEGER NOT NULL,
    pop_receipt TEXT NOT NULL,
    owner TEXT,
    text TEXT NOT NULL,
    cause TEXT,
    failure TEXT
);
CREATE INDEX messages_by_turn ON messages (queue, visible, number);
CREATE INDEX messages_by_end ON messages (expires);
CREATE INDEX messages_by_owner ON messages (owner) WHERE owner IS NOT NULL;

CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last INTEGER NOT NULL);
CREATE TABLE events (
    stream INTEGER NOT NULL,
    position INTEGER NOT NULL,
    enqueued INTEGER NOT NULL,
    text TEXT NOT NULL,
    cause TEXT,
    PRIMARY KEY (stream, position)
) WITHOUT ROWID;
CREATE TABLE checkpoints (
    stream TEXT NOT NULL,
    reader TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (stream, reader)
) WITHOUT ROWID;

CREATE TABLE containers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE blobs (
    id INTEGER PRIMARY KEY,
    container INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified INTEGER NOT NULL,
    created INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    content_md5 BLOB NOT NULL,
    metadata TEXT NOT NULL,
    lease_id TEXT,
    lease_seconds INTEGER,
    lease_ends INTEGER,
    lease_owner TEXT,
    UNIQUE (container, name)
);
CREATE INDEX leases_by_owner ON blobs (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE TABLE contents (blob INTEGER PRIMARY KEY, content BLOB NOT NULL);

CREATE TABLE tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
CREATE TABLE entities (
    "table" INTEGER NOT NULL,
    partition_key TEXT NOT NULL,
    row_key TEXT NOT NULL,
    etag TEXT NOT NULL,
    modified INTEGER NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY ("table", partition_key, row_key)
) WITHOUT ROWID;

CREATE TABLE invocations (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    function TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    started INTEGER NOT NULL,
    duration REAL NOT NULL,
    failure TEXT,
    attempt INTEGER NOT NULL,
    cause TEXT,
    total INTEGER NOT NULL,
    record TEXT
);
CREATE INDEX invocations_by_id ON invocations (id);
CREATE INDEX invocations_by_total ON invocations (total);

CREATE TABLE clock (offset INTEGER NOT NULL);
INSERT INTO clock VALUES (0);

PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
"""
"""All tables; times are microseconds since 1970. The last two lines mark the file as a state file,
so they are written with the tables or not at all."""
