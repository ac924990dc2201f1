"""The routes of an app's HTTP functions, and what the host makes of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..app import rules
from ..errors import DeclarationError
from ..http import HTTP_TRIGGER
from .routing import Template

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction
    from ..app.problem import Problem
    from ..wire.declaration import Binding

__all__ = [
    "clashing_routes",
    "http_trigger",
    "level_of",
    "methods_of",
    "reserved_routes",
    "route_of",
    "route_problems",
    "shadowed_routes",
]


def http_trigger(function: LoadedFunction) -> Binding | None:
    """Give the trigger of a function if it is that of an HTTP function."""
    trigger = function.trigger
    return trigger if trigger is not None and trigger.type == HTTP_TRIGGER else None


def route_of(app: LoadedApp, function: LoadedFunction) -> str:
    """Give the route template of an HTTP function, with the app's route prefix."""
    parts = (app.host.route_prefix, _own_route(function))
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))


def _own_route(function: LoadedFunction) -> str:
    trigger = function.trigger
    route = None if trigger is None else trigger.get_dict_repr().get("route")
    return str(route) if route else function.name  # an empty one is none to the host


def methods_of(trigger: Binding) -> frozenset[str]:
    """Give the methods that an HTTP function answers, in upper case; none for all."""
    methods = trigger.get_dict_repr().get("methods")
    if not isinstance(methods, (list, tuple)):  # the app's check tells what is wrong with others
        return frozenset()
    return frozenset(_name(method).upper() for method in methods)


def level_of(trigger: Binding) -> str:
    """Give the authorization level that an HTTP function asks for, in lower case."""
    return _name(trigger.get_dict_repr().get("authLevel") or "function").lower()


def _name(value: Any) -> str:
    return str(getattr(value, "value", value))


def route_problems(app: LoadedApp) -> Iterator[Problem]:
    """Find the routes that the host does not take: broken ones, reserved ones, and clashes."""
    functions = [each for each in app.functions.values() if http_trigger(each) is not None]
    for function in functions:
        trigger = http_trigger(function)
        assert trigger is not None
        try:
            Template(route_of(app, function))
        except DeclarationError as error:
            yield rules.ROUTE_TEMPLATE(
                function.name, trigger.name, key="route", cause=error.cause, remedy=error.remedy
            )
    yield from reserved_routes(functions)
    yield from clashing_routes(functions)


def reserved_routes(functions: Iterable[LoadedFunction]) -> Iterator[Problem]:
    """Find routes that begin as those of the host itself do: with "admin" or "runtime"."""
    for function in functions:
        route = _own_route(function).strip("/")
        for word in ("admin", "runtime"):
            trigger = http_trigger(function)
            if trigger is not None and route.lower().startswith(word):
                yield rules.ROUTE_RESERVED(
                    function.name, trigger.name, key="route", route=route, word=word
                )


def clashing_routes(functions: Iterable[LoadedFunction]) -> Iterator[Problem]:
    """Find functions with the same route and a method in common.

    The host serves the first of them in the alphabetical order of names and refuses the others.
    """
    seen: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for function in sorted(functions, key=lambda each: each.name.lower()):
        trigger = http_trigger(function)
        if trigger is None:
            continue
        route, methods = _own_route(function).strip("/"), methods_of(trigger)
        others = seen.setdefault(route.lower(), [])
        for other, taken in others:
            if not methods or not taken or methods & taken:
                yield rules.ROUTE_TWICE(
                    function.name, trigger.name, key="route", other=other, route=route
                )
                break
        else:
            others.append((function.name, methods))


# Values that satisfy the constraints there are, apart from those of limits and expressions.
_SAMPLES = ("x", "1", "true", "2024-05-06", "a.txt", "cd2c1638-1638-72d5-1638-deadbeef1638")


def shadowed_routes(app: LoadedApp) -> Iterator[Problem]:
    """Find functions that Azure does not reach for some paths, though their route is more specific.

    The host tries routes in the alphabetical order of function names, whatever their letter case;
    here the more specific one is taken.
    """
    routes: list[tuple[str, Template, frozenset[str]]] = []
    for function in sorted(app.functions.values(), key=lambda each: each.name.lower()):
        trigger = http_trigger(function)
        if trigger is None:
            continue
        try:
            template = Template(route_of(app, function))
        except DeclarationError:
            continue
        path, methods = _example(template), methods_of(trigger)
        for name, earlier, taken in routes:
            answers = not methods or not taken or methods & taken
            less_specific = template.precedence < earlier.precedence
            if answers and less_specific and path and earlier.match(path) is not None:
                yield rules.ROUTE_SHADOWED(
                    function.name, trigger.name, key="route", earlier=name, path=path
                )
                break
        if "{" in template.text:  # one without parameters has no path but its own
            routes.append((function.name, template, methods))


def _example(template: Template) -> str | None:
    """Make a path that a template matches, of one sample value for all parameters."""
    for sample in _SAMPLES:
        try:
            path = template.path(dict.fromkeys(template.required, sample))
        except UnicodeEncodeError:  # a lone surrogate is in no URL
            return None
        if template.match(path) is not None:
            return path
    return None
