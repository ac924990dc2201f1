"""``azfl table``: the tables of a host's store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..delivery.storage import Entity
from ..wire.jsontext import parse_json
from .common import app_argument, content, output_option, print_json, print_table
from .state import state_option, with_state, wrong

if TYPE_CHECKING:
    from ..host.storage.embedded import EmbeddedStorage


@click.group("table")
def command() -> None:
    """Look at tables and write rows, whether a host runs or not."""


@command.command("list")
@app_argument
@state_option
@output_option
def list_(app: Path, state: Path | None, output: str) -> None:
    """Print the tables of APP and how many rows they have."""

    async def counts(storage: EmbeddedStorage) -> dict[str, int]:
        return {name: await storage.tables.count(name) for name in await storage.tables.names()}

    found = with_state(app, state, output, counts)
    if output == "json":
        print_json([{"table": name, "rows": number} for name, number in found.items()])
        return
    print_table(("table", "rows"), ((name, str(number)) for name, number in found.items()))


@command.command("get")
@click.argument("table")
@app_argument
@click.option("--filter", help="OData, such as \"PartitionKey eq 'drinks' and Price gt 3\".")
@click.option("--take", type=click.IntRange(0), help="How many rows at most.")
@state_option
@output_option
def get(
    table: str, app: Path, filter: str | None, take: int | None, state: Path | None, output: str
) -> None:
    """Print the rows of TABLE, each a line of JSON."""

    async def query(storage: EmbeddedStorage) -> list[dict[str, Any]]:
        rows = storage.tables.query(table, filter=filter, take=take)
        return [_document(row) async for row in rows]

    found = with_state(app, state, output, query)
    if output == "json":
        print_json(found)
    else:
        for row in found:
            click.echo(json.dumps(row))


@command.command("put")
@click.argument("table")
@click.argument("rows", type=content, metavar="JSON|@FILE|-")
@app_argument
@click.option("--merge", is_flag=True, help="Keep the properties that are not given.")
@state_option
def put(table: str, rows: bytes, app: Path, merge: bool, state: Path | None) -> None:
    """Write a row, or an array of rows, into TABLE, which is made if it is missing.

    A row is a JSON object with PartitionKey and RowKey; a row with these keys is replaced.
    """
    try:
        given = parse_json(rows)
        documents = given if isinstance(given, list) else [given]
        entities = [
            Entity(
                document["PartitionKey"],
                document["RowKey"],
                {name: value for name, value in document.items() if name not in _KEYS},
            )
            for document in documents
        ]
        if not all(
            isinstance(key, str) for row in entities for key in (row.partition_key, row.row_key)
        ):
            raise TypeError
    except (KeyError, TypeError, ValueError):
        raise wrong(
            "what is to be written is no row",
            'Give a JSON object with the texts "PartitionKey" and "RowKey", or an array of these',
            "text",
        ) from None

    async def write(storage: EmbeddedStorage) -> None:
        await storage.tables.create(table)
        for entity in entities:
            await storage.tables.upsert(table, entity, merge=merge)

    with_state(app, state, "text", write, make=True)


_KEYS = ("PartitionKey", "RowKey", "Timestamp", "odata.etag")


def _document(row: Entity) -> dict[str, Any]:
    return {"PartitionKey": row.partition_key, "RowKey": row.row_key, **row.properties}
