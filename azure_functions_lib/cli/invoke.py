"""``azfl invoke [APP] FUNCTION``."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlencode, urlsplit

import click

from ..app.problem import Problem
from ..bindings import binding_type
from ..delivery import recorded
from ..delivery.front import Front, Reply, Request
from ..delivery.occasions import with_captures
from ..delivery.payloads import (
    example,
    message_payload,
    metadata_payload,
    trigger_event,
    written_event,
)
from ..delivery.routes import http_trigger, methods_of, route_of
from ..delivery.routing import Template
from ..errors import AppError, AzureFunctionsError, InvocationError
from ..http import HTTP_TRIGGER
from ..runtime.runtime import Runtime
from ..wire.datum import Datum
from .common import Wrong, app_path, content, header, output_option, pair, printable, url
from .opening import opened
from .report import print_failure, print_invocation, save_output

if TYPE_CHECKING:
    from ..app.loader import LoadedApp, LoadedFunction
    from ..delivery.recorded import RecordedPayload
    from ..runtime.runtime import Invocation
    from ..wire.declaration import Binding


class _Call(NamedTuple):
    """The options, as given."""

    method: str | None
    url: str | None
    query: tuple[tuple[str, str], ...]
    route_param: tuple[tuple[str, str], ...]
    header: tuple[tuple[str, str], ...]
    data: bytes | None
    json: bytes | None
    metadata: tuple[tuple[str, str], ...]
    input: tuple[tuple[str, str], ...]
    payload: Path | None


_HTTP_OPTIONS = ("method", "url", "query", "route_param", "header", "json")
_CONTENT = "TEXT|@FILE|-"
_F = TypeVar("_F", bound=Callable[..., Any])


def _repeatable(*names: str, help: str, **settings: Any) -> Callable[[_F], _F]:
    options = {"type": pair, "metavar": "NAME=VALUE", **settings}
    return click.option(*names, multiple=True, help=f"{help} Repeatable.", **options)


@click.command("invoke")
@click.argument("names", nargs=-1, metavar="[APP] FUNCTION")
@click.option("-X", "--method", help="HTTP: the method.  [default: POST with a body, else GET]")
@click.option(
    "--url",
    type=url,
    metavar="URL",
    help="HTTP: the URL.  [default: that of the function on http://localhost:7071]",
)
@_repeatable("--query", help="HTTP: a query parameter.")
@_repeatable("--route-param", help="HTTP: a route parameter.")
@_repeatable("-H", "--header", type=header, metavar="NAME:VALUE", help="HTTP: a header.")
@click.option(
    "-d",
    "--data",
    type=content,
    metavar=_CONTENT,
    help="The trigger's payload; for HTTP the request's body.",
)
@click.option(
    "--json",
    type=content,
    metavar=_CONTENT,
    help="HTTP: the body, and application/json as its type.",
)
@_repeatable("--metadata", help="A trigger metadata field. A value that is JSON is sent as JSON.")
@_repeatable("--input", metavar=f"NAME={_CONTENT}", help="The payload of an input binding.")
@click.option(
    "--payload",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a recorded wire payload, in place of --data and the HTTP options.",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error", "critical"], case_sensitive=False),
    help="Show logs from this level on.  [default: what the app lets pass, or info]",
)
@click.option(
    "--output-file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the body of the response, or the first output, to this file as it is.",
)
@output_option
def command(
    names: tuple[str, ...],
    log_level: str | None,
    output_file: Path | None,
    output: str,
    **options: Any,
) -> None:
    """Run FUNCTION of APP once, as a worker would, and print what it produced.

    APP is the current folder unless it is given. Settings come from the environment and from
    local.settings.json. Logs, and what the function prints, go to stderr.
    """
    call = _Call(**options)
    app, function = _named(names)
    with opened(app, output) as loaded:
        found = _function(loaded, function, output)
        try:
            payload = _payload(loaded, found, call)
            invocation = _run(loaded, found, payload, log_level)
        except AzureFunctionsError as error:
            raise Wrong([_problem(found, str(error))], output) from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # from a hook of the app, or sys.exit() anywhere
            print_failure(error, loaded.root, output)
            raise click.exceptions.Exit(1) from None
        print_invocation(invocation, found, payload, loaded.root, output)
        if output_file is not None:
            save_output(invocation, found, output_file)
    if not invocation.ok:
        raise click.exceptions.Exit(1)


def _named(names: tuple[str, ...]) -> tuple[Path, str]:
    *apps, function = names or ("",)
    if len(apps) > 1:
        raise click.UsageError(f"Got unexpected extra argument ({names[2]})")
    if not function or (not apps and Path(function).name != function):  # a path is no function
        raise click.UsageError("Missing argument 'FUNCTION'.")
    app: Path = app_path(apps[0] if apps else ".")
    return app, function


def _function(app: LoadedApp, name: str, output: str) -> LoadedFunction:
    if app.app_problems and not app.functions:
        raise Wrong(app.app_problems, output)
    try:
        found = app.function(name)
    except AppError as error:
        raise Wrong([*app.app_problems, _problem(None, str(error))], output) from None
    if not found.ok:
        raise Wrong(found.problems, output)
    for problem in app.app_problems:  # such as settings that cannot be read: the function may run
        click.echo(f"{click.style('warning', fg='yellow')}: {printable(problem)}", err=True)
    return found


def _problem(function: LoadedFunction | None, cause: str) -> Problem:
    return Problem(function.name if function else None, None, cause, "see azfl invoke --help")


class _Printable(logging.Formatter):
    """Formats log records as a terminal can show them."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def _run(
    app: LoadedApp, function: LoadedFunction, payload: RecordedPayload, log_level: str | None
) -> Invocation:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Printable("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with redirect_stdout(sys.stderr), Runtime(app) as runtime:
            if log_level is not None:
                handler.setLevel(log_level.upper())
                root.setLevel(min(root.level, handler.level))
            return runtime.run(
                function.name,
                payload.data,
                metadata=payload.metadata,
                inputs=payload.inputs,
            )
    finally:
        root.removeHandler(handler)


def _payload(app: LoadedApp, function: LoadedFunction, call: _Call) -> RecordedPayload:
    trigger = function.trigger
    assert trigger is not None  # a function without one has a problem
    if call.payload is not None:
        _refuse(call, ("data", *_HTTP_OPTIONS), "--payload brings the payload itself")
        with call.payload.open("rb") as file:  # of which no more is read than can be taken
            base = trigger_event(trigger, recorded.loads(file.read(recorded.LIMIT + 1)))
    elif trigger.type == HTTP_TRIGGER:
        base = recorded.RecordedPayload(_request(app, function, trigger, call))
    else:
        _refuse(call, _HTTP_OPTIONS, f"{function.name} has a {trigger.type}")
        base = _message(trigger, call.data)
    bindings = {binding.name: binding for binding in function.inputs}
    nothing = Datum(None, None)
    given = {name: base.inputs.get(name, nothing) for name in (*bindings, *base.inputs)}
    for name, text in call.input:
        if name not in bindings:
            known = ", ".join(bindings) or "none"
            raise InvocationError(
                f"--input {name}: no such input binding; {function.name} has: {known}"
            )
        given[name] = message_payload(bindings[name], content(text))
    metadata = {name: metadata_payload(text) for name, text in call.metadata}
    made = base._replace(metadata={**base.metadata, **metadata}, inputs=given)
    return made if call.payload is not None else with_captures(trigger, made, os.environ)


def _refuse(call: _Call, names: tuple[str, ...], reason: str) -> None:
    given = [f"--{name.replace('_', '-')}" for name in names if getattr(call, name)]
    if given:
        raise InvocationError(f"{', '.join(given)} cannot be given: {reason}")


def _message(trigger: Binding, data: bytes | None) -> RecordedPayload:
    if data is not None:
        return written_event(trigger, data)
    if not binding_type(trigger.type).occurs:
        raise InvocationError(f"{trigger.type} {trigger.name!r}: give its payload with --data")
    return example(trigger)


def _request(app: LoadedApp, function: LoadedFunction, trigger: Binding, call: _Call) -> Datum:
    if call.data is not None and call.json is not None:
        raise InvocationError("--data and --json cannot both be given: a request has one body")
    if call.url is not None and call.route_param:
        raise InvocationError("--route-param and --url cannot both be given: the URL says all")
    body = call.json or call.data or b""
    methods = sorted(methods_of(trigger))
    method = (call.method or _default_method(methods, body)).upper()
    url = call.url
    if url is None:
        template, values = Template(route_of(app, function)), dict(call.route_param)
        try:
            url = template.path(values)
        except InvocationError as error:
            missing = [name for name in template.required if name not in values]
            remedy = "".join(f"; give --route-param {name}=VALUE" for name in missing)
            raise InvocationError(f"{error}{remedy}") from None
    if call.query:
        url += ("&" if urlsplit(url).query else "?") + urlencode(call.query)
    headers = list(call.header)
    names = {name.lower() for name, _ in headers}
    if body and "content-length" not in names:
        headers.append(("content-length", str(len(body))))
    if call.json is not None and "content-type" not in names:
        headers.append(("content-type", "application/json"))
    # A function that is disabled is no less the one that is asked for.
    served = [each for each in app.functions.values() if not each.disabled or each is function]
    front = Front(app, functions=served, base_url=f"http://localhost:{app.local.port}")
    received = front.receive(Request(method, url, headers, body))
    if isinstance(received, Reply):
        raise InvocationError(_unreached(app, function, method, url, received.status))
    if received.function is not function:
        raise InvocationError(
            f"{method} {url} calls {received.function.name!r}, whose route is the more specific "
            f"one. Invoke that, or give another URL for {function.name!r}"
        )
    return received.call.payloads[trigger.name]


def _unreached(app: LoadedApp, function: LoadedFunction, method: str, url: str, status: int) -> str:
    trigger = http_trigger(function)
    methods = methods_of(trigger) if trigger is not None else frozenset()
    if status == 405:
        return f"{function.name} does not take {method}; it takes: {', '.join(sorted(methods))}"
    return f"{url} does not have the form of the route {route_of(app, function)}"


def _default_method(methods: list[str], body: bytes) -> str:
    wanted = "POST" if body else "GET"
    return methods[0] if methods and wanted not in methods else wanted
