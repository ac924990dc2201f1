"""What the functions of an app are to each other, and what Azure makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..app import rules
from ..app.check import located
from ..app.json_lines import place_in
from ..app.settings import is_disabled
from ..bindings import Channel, binding_type
from ..delivery import routes as delivered
from ..delivery.options import read_host_options
from ..delivery.routes import http_trigger
from .places import place

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..app.problem import Problem
    from . import Subject

__all__ = ["base64", "bodies", "competing", "disabled", "routes", "shadowed_routes", "warmups"]


def routes(app: LoadedApp) -> Iterator[Problem]:
    """Find the routes that the host does not take, and those that say the prefix again."""
    for problem in delivered.route_problems(app):
        yield located(problem, app.functions[problem.function or ""])
    prefix = app.host.route_prefix.strip("/")
    for function in app.functions.values():
        trigger = http_trigger(function)
        route = None if trigger is None else trigger.get_dict_repr().get("route")
        if trigger is None or not isinstance(route, str) or not prefix:
            continue
        if f"{route.strip('/')}/".lower().startswith(f"{prefix}/".lower()):
            problem = rules.ROUTE_PREFIX_TWICE(
                function.name,
                trigger.name,
                key="route",
                route=route,
                prefix=prefix,
                url=delivered.route_of(app, function),
            )
            yield located(problem, function)


def competing(app: LoadedApp) -> Iterator[Problem]:
    """Find functions that take messages from one another."""
    seen: dict[tuple[str | None, ...], str] = {}
    for function in app.functions.values():
        trigger = function.trigger
        if trigger is None:
            continue
        kind, record = binding_type(trigger.type), trigger.get_dict_repr()
        if kind.channel not in (Channel.QUEUE, Channel.SERVICE_BUS):
            continue
        key, source = place(trigger)
        if not source:
            continue
        reader = str(record.get(kind.reader)) if kind.reader else None
        connection = str(record.get("connection"))
        other = seen.setdefault(
            (kind.channel.value, key, source.lower(), reader, connection), function.name
        )
        if other != function.name:
            problem = rules.COMPETING(
                function.name, trigger.name, key=key, other=other, place=source
            )
            yield located(problem, function)


def warmups(app: LoadedApp) -> Iterator[Problem]:
    """Find a second function that warms the app up."""
    first = None
    for function in app.functions.values():
        trigger = function.trigger
        if trigger is None or binding_type(trigger.type).event != "warmup":
            continue
        if first is not None:
            problem = rules.WARMUP_TWICE(
                function.name, trigger.name, type=trigger.type, other=first.name
            )
            yield located(problem, function)
        first = first or function


# -- In Azure


def shadowed_routes(subject: Subject) -> Iterator[Problem]:
    """Tell which functions Azure does not reach for some paths."""
    for problem in delivered.shadowed_routes(subject.app):
        yield located(problem, subject.app.functions[problem.function or ""])


_BODY = frozenset({"get_body", "get_json", "form", "files"})
"""What reads the body of a request."""


def bodies(subject: Subject) -> Iterator[Problem]:
    """Tell that a chunked body does not reach functions, if one reads a body."""
    for function in subject.app.functions.values():
        names = getattr(getattr(function.function, "__code__", None), "co_names", ())
        if http_trigger(function) is not None and not _BODY.isdisjoint(names):
            yield located(rules.AZURE_CHUNKED(function.name), function)
            return


def base64(subject: Subject) -> Iterator[Problem]:
    """Tell that queue messages must be base64, if a queue triggers a function."""
    app = subject.app
    for function in app.functions.values():
        trigger = function.trigger
        if trigger is None or binding_type(trigger.type).channel is not Channel.QUEUE:
            continue
        if read_host_options(app.host.data, subject.settings).queues.is_base64:
            yield located(rules.AZURE_BASE64(function.name, trigger.name), function)
        return


def disabled(subject: Subject) -> Iterator[Problem]:
    """Tell that ``disabled`` in function.json disables nothing."""
    for function in subject.app.functions.values():
        json_says_so = function.disabled and not is_disabled(function.name)
        if json_says_so and function.json_file is not None:
            file, line = place_in(function.json_file, ["disabled"])
            yield rules.AZURE_DISABLED(
                function.name, "disabled", file=file, line=line, name=function.name
            )
