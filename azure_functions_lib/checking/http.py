"""What is wrong with one HTTP function."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_origin

from ..app import rules
from ..app.check import shown
from ..app.signature import read_signature
from ..delivery.routes import http_trigger, level_of, methods_of
from ..enums import AuthLevel, HttpMethod
from ..errors import preview

if TYPE_CHECKING:
    from ..app.loaded import LoadedFunction
    from ..app.problem import Problem

__all__ = ["level", "methods", "result", "route", "web_application"]

# Those of the registry of HTTP methods (RFC 9110, section 16.1.1) that are not of everyday use.
_OTHER_METHODS = """
ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY LABEL LINK LOCK MERGE MKACTIVITY
MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PRI PROPFIND PROPPATCH QUERY REBIND
REPORT SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL
"""
_METHODS = tuple(each.name for each in HttpMethod)
_LEVELS = tuple(each.name.lower() for each in AuthLevel)


def methods(function: LoadedFunction) -> Iterator[Problem]:
    """Find methods that no request has."""
    trigger = http_trigger(function)
    if trigger is None:
        return
    for method in sorted(methods_of(trigger).difference(_METHODS, _OTHER_METHODS.split())):
        yield rules.METHOD_UNKNOWN(
            function.name, trigger.name, key="methods", value=method, methods=", ".join(_METHODS)
        )
    if trigger.get_dict_repr().get("methods") == []:
        yield rules.NO_METHODS(function.name, trigger.name, key="methods")


def level(function: LoadedFunction) -> Iterator[Problem]:
    """Find authorization levels that there are not."""
    trigger = http_trigger(function)
    if trigger is not None and level_of(trigger) not in _LEVELS:
        value = preview(trigger.get_dict_repr().get("authLevel"))
        levels = ", ".join(_LEVELS)
        yield rules.LEVEL_UNKNOWN(
            function.name, trigger.name, key="authLevel", value=value, levels=levels
        )


def route(function: LoadedFunction) -> Iterator[Problem]:
    """Find URLs, queries, and parameters of other frameworks in a route."""
    trigger = http_trigger(function)
    text = None if trigger is None else trigger.get_dict_repr().get("route")
    if trigger is None or not isinstance(text, str):
        return
    outside = "".join(part.rpartition("}")[2] for part in text.split("{"))
    for sign, part in (("://", "a host"), ("?", "a query"), ("#", "a fragment")):
        if sign in outside:
            yield rules.ROUTE_URL(function.name, trigger.name, key="route", route=text, part=part)
            return
    for segment in text.split("/"):
        found = re.fullmatch(r":(\w+)|<(?:\w+:)?(\w+)>", segment)
        if found is not None:
            yield rules.ROUTE_STYLE(
                function.name,
                trigger.name,
                key="route",
                route=text,
                segment=segment,
                name=found[1] or found[2],
            )


def result(function: LoadedFunction) -> Iterator[Problem]:
    """Find results that other frameworks send in another way."""
    if http_trigger(function) is None or function.function is None:
        return
    if inspect.isgeneratorfunction(function.function):
        yield rules.HTTP_GENERATOR(function.name)
    try:
        hint = read_signature(function.function).hints.get("return")
    except (TypeError, ValueError):
        return  # a problem of its own
    if hint is tuple or get_origin(hint) is tuple:
        yield rules.HTTP_TUPLE(function.name, shown=shown(hint))


def web_application(function: LoadedFunction) -> Iterator[Problem]:
    """Find WSGI applications behind the adapter of ASGI, and the other way round."""
    if function.http_type not in ("asgi", "wsgi"):
        return
    cells = getattr(function.function, "__closure__", None) or ()
    for cell in cells:
        adapter = cell.cell_contents
        application = getattr(adapter, "_app", None)
        if application is None:
            continue
        takes = _parameters(application)
        wanted = {"asgi": 3, "wsgi": 2}[function.http_type]
        if takes is not None and takes != wanted and takes in (2, 3):
            asgi, wsgi = "AsgiFunctionApp", "WsgiFunctionApp"
            is_asgi = function.http_type == "asgi"
            yield rules.WRONG_SERVER_APP(
                None,
                function.name,
                adapter=asgi if is_asgi else wsgi,
                framework=type(application).__module__.partition(".")[0],
                kind="WSGI" if is_asgi else "ASGI",
                other=wsgi if is_asgi else asgi,
            )


def _parameters(application: Any) -> int | None:
    """How many arguments an application takes; None if that cannot be told, or may vary."""
    try:
        parameters = inspect.signature(application).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD) for each in parameters):
        return None
    return sum(each.default is each.empty for each in parameters)
