"""Route templates of HTTP functions, as far as calling one function takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from ..errors import InvocationError

if TYPE_CHECKING:
    from ..app.loader import LoadedApp, LoadedFunction

# An ASP.NET route parameter: {id}, {id:int}, {id?}, {id=7}, {*rest}. A constraint may hold {{ }}.
_PARAMETER = re.compile(
    r"\{(?P<rest>\*{0,2})(?P<name>\w+)(?::(?:[^{}=?]|\{\{|\}\})*)?"
    r"(?:=(?P<default>[^{}]*))?(?P<optional>\?)?\}"
)


def route_of(app: LoadedApp, function: LoadedFunction) -> str:
    """Give the route template of an HTTP function, route prefix included."""
    record = function.trigger.get_dict_repr() if function.trigger else {}
    route = record.get("route")
    parts = (app.host.route_prefix, function.name if route is None else route)
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))


def fill(template: str, values: Mapping[str, str]) -> str:
    """Make the path for some route parameters.

    Raises:
        InvocationError: a parameter that is not optional has no value, or a value has no parameter.
    """
    unknown = values.keys() - {found["name"] for found in _PARAMETER.finditer(template)}
    if unknown:
        raise InvocationError(f"route {template} has no parameter {', '.join(sorted(unknown))}")

    def filled(found: re.Match[str]) -> str:
        value: str | None = values.get(found["name"], found["default"])
        if value is None and not _may_be_absent(found):
            raise InvocationError(f"route {template}: give --route-param {found['name']}=VALUE")
        return quote(value or "", safe="/" if found["rest"] else "")

    return _PARAMETER.sub(filled, template).rstrip("/") or "/"


def match(template: str, path: str) -> dict[str, str]:
    """Read the route parameters from a path.

    Raises:
        InvocationError: the path does not have the template's form.
    """
    pattern, position = "", 0
    for found in _PARAMETER.finditer(template):
        before = re.escape(template[position : found.start()])
        group = f"(?P<{found['name']}>{'.*' if found['rest'] else '[^/]+'})"
        if _may_be_absent(found) and before.endswith("/"):
            pattern += f"{before[:-1]}(?:/{group})?"
        else:
            pattern += before + group
        position = found.end()
    matched = re.fullmatch(pattern + re.escape(template[position:]), path, re.IGNORECASE)
    if matched is None:
        raise InvocationError(f"the path {path} does not have the form of the route {template}")
    return {name: unquote(text) for name, text in matched.groupdict().items() if text is not None}


def defaults(template: str) -> dict[str, str]:
    """Give the values that the template itself holds, as ``{id=7}`` does."""
    return {
        found["name"]: found["default"]
        for found in _PARAMETER.finditer(template)
        if found["default"] is not None
    }


def _may_be_absent(found: re.Match[str]) -> bool:
    return bool(found["rest"] or found["optional"] or found["default"] is not None)
