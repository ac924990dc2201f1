"""``azfl queue``: the queues of a host's store."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import app_argument, content, output_option, print_json, print_table, printable
from .state import state_option, with_state, wrong

if TYPE_CHECKING:
    from ..host.storage.embedded import EmbeddedStorage


@click.group("queue")
def command() -> None:
    """Look at queues and put messages into them, whether a host runs or not."""


@command.command("list")
@app_argument
@state_option
@output_option
def list_(app: Path, state: Path | None, output: str) -> None:
    """Print the queues of APP and how many messages they hold."""

    async def counts(storage: EmbeddedStorage) -> dict[str, int]:
        return {name: await storage.queues.count(name) for name in await storage.queues.names()}

    found = with_state(app, state, output, counts)
    if output == "json":
        print_json([{"queue": name, "messages": number} for name, number in found.items()])
        return
    print_table(("queue", "messages"), ((name, str(number)) for name, number in found.items()))


@command.command("put")
@click.argument("queue")
@click.argument("text", type=content, metavar="TEXT|@FILE|-")
@app_argument
@click.option("--raw", is_flag=True, help="Put the text as it is, not as host.json says.")
@state_option
def put(queue: str, text: bytes, app: Path, raw: bool, state: Path | None) -> None:
    """Put a message into QUEUE, which is made if it is missing.

    It is kept as base64, unless host.json of APP has a messageEncoding of none.
    """
    if raw or not _is_base64(app):
        try:
            kept = text.decode()
        except UnicodeDecodeError:
            raise wrong("the message is no UTF-8 text", "Keep it as base64", "text") from None
    else:
        kept = b64encode(text).decode()

    async def store(storage: EmbeddedStorage) -> str:
        await storage.queues.create(queue)
        return (await storage.queues.put(queue, kept)).id

    click.echo(with_state(app, state, "text", store, make=True))


@command.command("peek")
@click.argument("queue")
@app_argument
@click.option("--count", type=click.IntRange(1, 32), default=1, show_default=True)
@state_option
@output_option
def peek(queue: str, app: Path, count: int, state: Path | None, output: str) -> None:
    """Print the next messages of QUEUE, which stay there, and why those of a poison queue failed.

    Messages that are taken, or not visible yet, are not shown.
    """

    async def look(storage: EmbeddedStorage) -> list[dict[str, Any]]:
        return [
            {
                "id": message.id,
                "text": _decoded(message.text) if is_base64 else message.text,
                "dequeue_count": message.dequeue_count,
                "inserted_on": message.inserted_on.isoformat(),
                "expires_on": message.expires_on and message.expires_on.isoformat(),
                "failure": message.failure,
            }
            for message in await storage.queues.peek(queue, count=count)
        ]

    is_base64 = _is_base64(app)
    found = with_state(app, state, output, look)
    if output == "json":
        print_json(found)
        return
    for message in found:
        head = f"{message['id']}, put {message['inserted_on']}, taken {message['dequeue_count']}x"
        click.echo(click.style(head, bold=True))
        click.echo(printable(message["text"]))
        if message["failure"] is not None:
            click.echo(click.style(printable(message["failure"]).rstrip(), fg="red"))


@command.command("clear")
@click.argument("queue")
@app_argument
@state_option
def clear(queue: str, app: Path, state: Path | None) -> None:
    """Delete all messages of QUEUE."""
    with_state(app, state, "text", lambda storage: storage.queues.clear(queue))


@command.command("requeue-poison")
@click.argument("queue")
@app_argument
@state_option
def requeue_poison(queue: str, app: Path, state: Path | None) -> None:
    """Put the messages of QUEUE-poison into QUEUE again, and print how many there were."""

    async def move(storage: EmbeddedStorage) -> int:
        await storage.queues.create(target)
        moved = 0
        while messages := await storage.queues.get(poison, count=32):
            for message in messages:
                await storage.queues.put(target, message.text)
                await storage.queues.delete(poison, message.id, message.pop_receipt)
                moved += 1
        return moved

    target = queue.removesuffix("-poison")
    poison = f"{target}-poison"
    click.echo(with_state(app, state, "text", move))


def _is_base64(app: Path) -> bool:
    from ..app.settings import read_host_settings
    from ..delivery.options import read_host_options
    from ..host.settings import read_settings

    options = read_host_options(read_host_settings(app).data, read_settings(app))
    return options.queues.is_base64


def _decoded(text: str) -> str:
    """Show what a function is given; a text that is no base64 is given as it is."""
    try:
        return b64decode(text, validate=True).decode("utf-8", "backslashreplace")
    except ValueError:
        return text
