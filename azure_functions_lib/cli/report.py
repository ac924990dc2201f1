"""What an invocation produced, for people or as JSON."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..delivery.channels import place_of
from ..delivery.expressions import BindingData
from ..delivery.front import Reply, reply_of
from ..delivery.recorded_calls import outcome_to_json
from ..errors import AzureFunctionsError, error_text
from ..http import HTTP_OUTPUT
from ..wire.declaration import RETURN
from .common import print_json, printable

if TYPE_CHECKING:
    from ..app.loader import LoadedFunction
    from ..delivery.recorded import RecordedPayload
    from ..runtime.runtime import Invocation
    from ..wire.datum import Datum


def print_invocation(
    invocation: Invocation,
    function: LoadedFunction,
    payload: RecordedPayload,
    root: Path,
    output: str,
) -> None:
    """Print the result on stdout; for people, the traceback of what was raised on stderr."""
    payloads = _payloads(invocation)
    error = invocation.exception
    if output == "json":
        outcome = invocation.outcome()
        if error is not None and outcome.exception is not None:
            own = reduced_traceback(error, root)
            outcome.exception = outcome.exception._replace(traceback=own)
        print_json(outcome_to_json(outcome, {name: _type_of(function, name) for name in payloads}))
        return
    if error is not None:
        print_failure(error, root, output)
    elif not payloads:
        took = invocation.outcome().duration * 1000
        click.echo(printable(f"{function.name} succeeded in {took:,.0f} ms and sent nothing"))
    print_payloads(
        {name: (_type_of(function, name), datum) for name, datum in payloads.items()},
        {name: _place(name, function, payload) for name in payloads},
    )


def print_payloads(
    payloads: Mapping[str, tuple[str, Datum]], places: Mapping[str, str | None] | None = None
) -> None:
    """Print for people what was sent.

    Args:
        payloads: the binding's type and the payload, by the binding's name.
        places: where each goes, such as ``queue orders``, if that is known.
    """
    for index, (name, (kind, datum)) in enumerate(payloads.items()):
        if index:
            click.echo()
        _print_payload(name, kind, datum, (places or {}).get(name))


def save_output(invocation: Invocation, function: LoadedFunction, file: Path) -> None:
    """Write the first payload that was sent, of a response its body, to a file."""
    for name, datum in _payloads(invocation).items():
        if _type_of(function, name) == HTTP_OUTPUT:
            content = reply_of(datum).body
        else:
            content = datum.value if datum.value is not None else b""
        data = content if isinstance(content, bytes) else str(content).encode()
        try:
            file.write_bytes(data)
        except OSError as error:
            raise click.FileError(str(file), error.strerror) from None
        click.echo(printable(f"{name}: {len(data)} bytes -> {file}"), err=True)
        return


def print_failure(error: BaseException, root: Path, output: str) -> None:
    """Print an exception of the user's code: on stderr for people, else as the JSON document."""
    if output == "json":
        print_json({"exception": _error_json(error, root)})
    else:
        text = printable(reduced_traceback(error, root))
        click.echo(click.style(text, fg="red"), err=True, nl=False)


def _error_json(error: BaseException, root: Path) -> dict[str, str]:
    return {
        "type": type(error).__name__,
        "message": error_text(error),
        "traceback": reduced_traceback(error, root),
    }


def _payloads(invocation: Invocation) -> dict[str, Datum]:
    payloads: dict[str, Datum] = {}
    if invocation.return_value is not None:
        payloads[RETURN] = invocation.return_value
    return {**payloads, **invocation.outputs}


def _type_of(function: LoadedFunction, name: str) -> str:
    for binding in function.bindings:
        if binding.name == name:
            return binding.type
    return function.trigger.type if function.trigger else ""  # its implicit answer


def _print_payload(name: str, kind: str, datum: Datum, place: str | None) -> None:
    if kind == HTTP_OUTPUT:
        _print_reply(reply_of(datum))
        return
    title = f"{name} -> {place}" if place else f"{name} ({kind}, {datum.type})"
    click.echo(click.style(printable(title), bold=True))
    if datum.type is not None:
        _print_content(datum.value)


def _place(name: str, function: LoadedFunction, payload: RecordedPayload) -> str | None:
    """Say where an output goes: ``queue orders``; None if it names no place."""
    for binding in function.bindings:
        if binding.name == name:
            try:
                place = place_of(binding, os.environ, partial(_data, function, payload))
            except AzureFunctionsError:  # of a setting or a field that is not there
                return None
            return f"{binding.type} {place.name}" if place is not None else None
    return None


def _data(function: LoadedFunction, payload: RecordedPayload) -> BindingData:
    now = datetime.now(timezone.utc)
    return BindingData.of(function.name, now, payload.data, payload.metadata, function.trigger)


def _print_reply(reply: Reply) -> None:
    title = f"HTTP {reply.status} {_phrase(reply.status)}".rstrip()
    click.echo(click.style(printable(title), bold=True))
    for name, value in reply.headers:
        click.echo(f"{click.style(printable(name), fg='cyan')}: {printable(value)}")
    if reply.body:
        click.echo()
        _print_content(reply.body)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _print_content(content: Any) -> None:
    if isinstance(content, (bytes, bytearray)):
        try:
            content = content.decode()
        except UnicodeDecodeError:
            content = f"<{len(content)} bytes that are no UTF-8 text>"
    click.echo(printable(content))


def reduced_traceback(error: BaseException, root: Path) -> str:
    """Format an exception with the frames below ``root`` only; installed packages there are none.

    An exception that no code of the app had a part in has no frames left.
    """
    report = traceback.TracebackException.from_exception(error)
    for part in _chain(report):
        own = [frame for frame in part.stack if _is_own(frame.filename, root)]
        part.stack = traceback.StackSummary.from_list(own)
    return "".join(report.format())


def _chain(report: traceback.TracebackException) -> Iterator[traceback.TracebackException]:
    yield report
    inner = [report.__cause__, report.__context__, *(getattr(report, "exceptions", None) or ())]
    for part in inner:
        if part is not None:
            yield from _chain(part)


def _is_own(filename: str, root: Path) -> bool:
    path = Path(filename)
    return path.is_relative_to(root) and "site-packages" not in path.relative_to(root).parts
