"""``azfl event KIND``."""

from __future__ import annotations

from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

import click

from ..bindings import binding_type
from ..delivery.events import KINDS
from ..delivery.payloads import metadata_payload
from ..delivery.recorded import dumps
from ..errors import AzureFunctionsError, InvocationError, preview
from ..wire.jsontext import parse_json
from .common import content, pair

if TYPE_CHECKING:
    from ..delivery.recorded import RecordedPayload


@click.command("event")
@click.argument("kind", required=False)
@click.option(
    "-d",
    "--data",
    type=content,
    metavar="TEXT|@FILE|-",
    help="The message, the document, the event's data. A batch is a JSON array.",
)
@click.option(
    "--set",
    "changes",
    type=pair,
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field of the event, such as dequeue_count=3, or of its trigger metadata, such as "
    "DequeueCount=3. A value that is JSON is one. Repeatable.",
)
@click.option("--list", "listed", is_flag=True, help="Print the kinds instead.")
def command(
    kind: str | None, data: bytes | None, changes: tuple[tuple[str, str], ...], listed: bool
) -> None:
    """Print a trigger's payload to edit, for azfl invoke --payload.

    KIND is one of those that --list prints, such as queue or service-bus-batch, or the type of a
    trigger, such as queueTrigger.
    """
    if listed:
        click.echo("\n".join(KINDS))
        return
    name = _listed(kind or "")
    if name not in KINDS:
        came = f"{kind!r} is none" if kind else "there is none"
        raise click.UsageError(f"give a kind of event: {came}. There are: {', '.join(KINDS)}")
    try:
        click.echo(dumps(_made(name, data, changes)))
    except AzureFunctionsError as error:
        raise click.UsageError(f"no event {name} can be made: {error}") from None


def _listed(kind: str) -> str:
    """Write a kind as the list does: ``service-bus`` for service_bus and serviceBusTrigger."""
    name = binding_type(kind).event if kind.lower().endswith("trigger") else kind
    return name.replace("_", "-").lower()


def _made(name: str, data: bytes | None, changes: tuple[tuple[str, str], ...]) -> RecordedPayload:
    """Make an event of what a person has written.

    A field that the builder has no argument for is one of the trigger metadata.

    Raises:
        InvocationError: it has no such field, or no data, or cannot be made of these.
    """
    parameters = signature(KINDS[name]).parameters
    takes_any = any(each.kind is Parameter.VAR_KEYWORD for each in parameters.values())
    fields: dict[str, Any] = {}
    metadata = {}
    for field, text in changes:
        if field in parameters or (takes_any and field.islower()):
            fields[field] = _value(text)
        else:
            metadata[field] = metadata_payload(text)
    body = next((each for each in _BODIES if each in parameters), None)
    if data is not None and body is None:
        raise InvocationError("it takes no --data")
    if body is not None:
        fields.update(_body(body, parameters[body].default, data))
    try:
        made = KINDS[name](**fields)
    except AzureFunctionsError:
        raise
    except (AttributeError, TypeError, ValueError) as error:
        given = ", ".join(f"{field}={preview(value)}" for field, value in fields.items())
        raise InvocationError(f"got {given}, of which it cannot be made ({error})") from None
    if metadata and not made.metadata:
        known = ", ".join(parameters) or "none"
        raise InvocationError(f"it has no field {next(iter(metadata))!r}; it has: {known}")
    return made._replace(metadata={**made.metadata, **metadata})


_BODIES = (
    "input",
    "body",
    "content",
    "messages",
    "events",
    "data",
    "event",
    "documents",
    "changes",
    "rows",
    "arguments",
    "uri",
)
"""What the builders call the argument that --data is for."""

_VERBATIM = ("body", "content", "uri")


def _body(name: str, default: Any, data: bytes | None) -> dict[str, Any]:
    """Give a builder's body: as it was written, or JSON where handlers expect some."""
    if data is None:
        if name == "body" and isinstance(default, str):
            return {name: {"number": 1}}
        is_batch = isinstance(default, tuple) and isinstance(default[0], str)
        return {name: [{"number": 1 + index} for index in range(len(default))]} if is_batch else {}
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {name: data}
    return {name: text if name in _VERBATIM else _value(text)}


def _value(text: str) -> Any:
    """Read a value: JSON, or else the text itself."""
    try:
        return parse_json(text)
    except ValueError:
        return text
