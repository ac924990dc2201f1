"""What an invocation produced, for people or as JSON."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..delivery.recorded import outcome_to_json
from ..errors import error_text
from ..wire.declaration import RETURN
from .common import print_json, printable

if TYPE_CHECKING:
    from ..app.loader import LoadedFunction
    from ..runtime.runtime import Invocation
    from ..wire.datum import DatumLike


def print_invocation(
    invocation: Invocation, function: LoadedFunction, root: Path, output: str
) -> None:
    """Print the result on stdout; for people, the traceback of what was raised on stderr."""
    payloads = {
        name: (_type_of(function, name), datum) for name, datum in _payloads(invocation).items()
    }
    error = invocation.exception
    if output == "json":
        outcome = invocation.outcome()
        if error is not None and outcome.exception is not None:
            own = reduced_traceback(error, root)
            outcome.exception = outcome.exception._replace(traceback=own)
        print_json(outcome_to_json(outcome, {name: kind for name, (kind, _) in payloads.items()}))
        return
    if error is not None:
        print_failure(error, root, output)
    print_payloads(payloads)


def print_payloads(payloads: Mapping[str, tuple[str, DatumLike]]) -> None:
    """Print for people what was sent, each with its binding's type, by its name."""
    for index, (name, (kind, datum)) in enumerate(payloads.items()):
        if index:
            click.echo()
        _print_payload(name, kind, datum)


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


def _payloads(invocation: Invocation) -> dict[str, DatumLike]:
    payloads: dict[str, DatumLike] = {}
    if invocation.return_value is not None:
        payloads[RETURN] = invocation.return_value
    return {**payloads, **invocation.outputs}


def _type_of(function: LoadedFunction, name: str) -> str:
    for binding in function.bindings:
        if binding.name == name:
            return binding.type
    return function.trigger.type if function.trigger else ""  # its implicit answer


def _print_payload(name: str, kind: str, datum: DatumLike) -> None:
    if datum.type == "http":
        _print_response(datum.value)
        return
    title = printable(f"{name} ({kind}, {datum.type or 'nothing'})")
    click.echo(click.style(title, bold=True))
    if datum.type is not None:
        _print_content(datum.value)


def _print_response(response: dict[str, Any]) -> None:
    status = response["status_code"].value
    click.echo(click.style(printable(f"HTTP {status} {_phrase(status)}".rstrip()), bold=True))
    headers = [(name, header.value) for name, header in response["headers"].items()]
    for cookie in response.get("cookies") or ():
        headers.append(("set-cookie", cookie.output(header="").strip()))
    for name, value in headers:
        click.echo(f"{click.style(printable(name), fg='cyan')}: {printable(value)}")
    body = response.get("body")
    if body is not None and body.value:
        click.echo()
        _print_content(body.value)


def _phrase(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
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
