"""``azfl blob``: the blobs of a host's store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import app_argument, content, output_option, print_json, print_table
from .state import state_option, with_state

if TYPE_CHECKING:
    from ..delivery.storage import BlobProperties
    from ..host.storage.embedded import EmbeddedStorage


def _path(argument: str) -> tuple[str, str]:
    container, slash, name = argument.partition("/")
    if not (slash and name):
        raise click.BadParameter(f"{argument!r} is not CONTAINER/NAME")
    return container, name


_path_argument = click.argument("path", type=_path, metavar="CONTAINER/NAME")


@click.group("blob")
def command() -> None:
    """Look at blobs and write them, whether a host runs or not."""


@command.command("list")
@app_argument
@click.option("--prefix", default="", metavar="CONTAINER[/NAME]", help="What the paths begin with.")
@state_option
@output_option
def list_(app: Path, prefix: str, state: Path | None, output: str) -> None:
    """Print the blobs of APP."""
    first, slash, rest = prefix.partition("/")

    async def blobs(storage: EmbeddedStorage) -> list[BlobProperties]:
        containers = await storage.blobs.containers(first)
        return [
            blob
            for container in containers
            if not slash or container == first
            async for blob in storage.blobs.list(container, rest)
        ]

    found = with_state(app, state, output, blobs)
    if output == "json":
        print_json(
            [
                {
                    "path": f"{blob.container}/{blob.name}",
                    "size": blob.size,
                    "content_type": blob.content_type,
                    "last_modified": blob.last_modified.isoformat(),
                    "etag": blob.etag,
                    "metadata": dict(blob.metadata),
                }
                for blob in found
            ]
        )
        return
    rows = (
        (
            f"{blob.container}/{blob.name}",
            f"{blob.size:,}",
            blob.content_type,
            f"{blob.last_modified:%Y-%m-%d %H:%M:%S}",
        )
        for blob in found
    )
    print_table(("blob", "bytes", "type", "modified"), rows)


@command.command("put")
@_path_argument
@click.argument("data", type=content, metavar="TEXT|@FILE|-")
@app_argument
@click.option("--content-type", help="The media type.")
@state_option
def put(
    path: tuple[str, str], data: bytes, app: Path, content_type: str | None, state: Path | None
) -> None:
    """Write a blob, in a container that is made if it is missing."""

    async def write(storage: EmbeddedStorage) -> None:
        await storage.blobs.create(path[0])
        await storage.blobs.write(*path, data, content_type=content_type)

    with_state(app, state, "text", write, make=True)


@command.command("get")
@_path_argument
@app_argument
@state_option
def get(path: tuple[str, str], app: Path, state: Path | None) -> None:
    """Print the content of a blob as it is."""
    blob = with_state(app, state, "text", lambda storage: storage.blobs.read(*path))
    click.echo(blob.content, nl=False)


@command.command("rm")
@_path_argument
@app_argument
@state_option
def rm(path: tuple[str, str], app: Path, state: Path | None) -> None:
    """Delete a blob."""
    with_state(app, state, "text", lambda storage: storage.blobs.delete(*path))
