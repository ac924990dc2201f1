"""What an app is configured with: ``host.json`` and ``local.settings.json``."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from .._log import warn
from ..errors import preview
from . import rules
from .json_lines import place_in
from .problem import Problem
from .rules import Rule

__all__ = [
    "HostSettings",
    "LocalSettings",
    "in_any_case",
    "is_disabled",
    "is_file",
    "is_true",
    "parse_settings_json",
    "read_host_settings",
    "read_local_settings",
]

_ROUTE_PREFIX = ("extensions", "http", "routePrefix")
_ROUTE_PREFIX_VARIABLE = "__".join(("AzureFunctionsJobHost", *_ROUTE_PREFIX)).lower()
_LOCAL_SETTINGS = "local.settings.json"
_LEAST_HOST = '{"version": "2.0"}'
_LEAST_LOCAL_SETTINGS = '{"IsEncrypted": false, "Values": {}}'

# Each alternative matches to the end of the text if need be, so that no part is looked at twice.
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"?'
_COMMENT = re.compile(rf"({_STRING})|//[^\r\n]*|/\*.*?\*/|(/\*.*)", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)

NESTING = 64
"""How deep settings may nest; that is as deep as the host reads JSON."""
_TOO_DEEP = f"it nests deeper than {NESTING} levels, which is as deep as the host reads"


def parse_settings_json(data: bytes, **options: Any) -> Any:
    """Parse a settings file as the host does: with comments, trailing commas and a BOM allowed.

    Args:
        data: the file's content, UTF-8.
        options: passed on to :func:`json.loads`.

    Raises:
        ValueError: it is not JSON, or nests too deeply.
    """
    text = data.decode("utf-8-sig")
    try:
        value = _parse(text, options)
    except ValueError:
        text = _COMMENT.sub(lambda match: match[1] or match[2] or " ", text)
        text = _TRAILING_COMMA.sub(lambda match: match[1] or "", text)
        value = _parse(text, options)
    return value


def _parse(text: str, options: Mapping[str, Any]) -> Any:
    try:
        value = json.loads(text, **options)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    level: list[Any] = [[value]]
    for _ in range(NESTING + 1):
        level = [
            item
            for each in level
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return value
    raise ValueError(_TOO_DEEP)


def is_file(path: Path) -> bool:
    """Whether there is such a file; no name is too long, or too strange, to ask."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_true(value: str | None) -> bool:
    """Whether an application setting switches something on, as a worker reads it."""
    return value is not None and value.strip().lower() in ("1", "true", "t", "yes", "y")


def in_any_case(table: Any, name: str) -> Any:
    """Give what a table has under a name in any letter case; None for nothing, or no table."""
    items = table.items() if isinstance(table, Mapping) else ()
    return next((value for each, value in items if each.lower() == name.lower()), None)


def is_disabled(function: str) -> bool:
    """Whether an application setting tells the host not to run a function.

    It is ``AzureWebJobs.NAME.Disabled``, or with underscores for shells that allow no dots, in any
    letter case.
    """
    name = function.lower()
    names = (f"azurewebjobs.{name}.disabled", f"azurewebjobs_{name}_disabled")
    return any(
        value.lower() in ("1", "true")
        for each, value in os.environ.items()
        if each.lower() in names
    )


@dataclass(frozen=True)
class HostSettings:
    """What ``host.json`` says.

    Attributes:
        data: its content; empty when there is no such file.
        problems: what is wrong with it.
        route_prefix: what stands between the host and the route of an HTTP function. The variable
            ``AzureFunctionsJobHost__extensions__http__routePrefix`` overrides the file.
    """

    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()
    route_prefix: str = "api"


def read_host_settings(root: Path) -> HostSettings:
    """Read an app's ``host.json``; what is wrong with it is in the result's ``problems``."""
    path = root / "host.json"
    data, problems = _host_json(path)
    prefix: Any = data
    for name in _ROUTE_PREFIX:
        prefix = in_any_case(prefix, name)
    if prefix is not None and not isinstance(prefix, str):
        problems.append(_problem(rules.ROUTE_PREFIX, path, [*_ROUTE_PREFIX], value=preview(prefix)))
        prefix = None
    variable = in_any_case(os.environ, _ROUTE_PREFIX_VARIABLE)
    given = prefix if variable is None else variable
    return HostSettings(
        data, tuple(problems), HostSettings.route_prefix if given is None else given.strip("/")
    )


def _host_json(path: Path) -> tuple[Mapping[str, Any], list[Problem]]:
    """Give the content of a file, empty if there is none, and what is wrong with it."""
    if not is_file(path):
        return {}, []
    try:
        data = parse_settings_json(path.read_bytes())
    except (OSError, ValueError) as error:
        return {}, [_unreadable(path, error)]
    if not isinstance(data, dict):
        value = preview(data)
        return {}, [_problem(rules.SETTINGS_NO_OBJECT, path, [], value=value, least=_LEAST_HOST)]
    version = in_any_case(data, "version")
    if version == "2.0":
        return data, []
    return data, [_problem(rules.HOST_VERSION, path, ["version"], value=preview(version))]


@dataclass(frozen=True)
class LocalSettings:
    """What ``local.settings.json`` says, which stands in for application settings locally.

    Attributes:
        values: the application settings, which become environment variables.
        connection_strings: the section ``ConnectionStrings``.
        port: where the local host listens.
        address: of which IP address of this machine.
        cors: the origins whose pages may call the app from a browser; ``"*"`` for all.
        cors_credentials: whether such a page may send cookies and the like.
        problems: what is wrong with the file.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    connection_strings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    port: int = 7071
    address: str = "127.0.0.1"
    cors: tuple[str, ...] = ()
    cors_credentials: bool = False
    problems: tuple[Problem, ...] = ()

    def effective_values(self) -> dict[str, str]:
        """The values that take effect: those whose variable is not set to something already."""
        effective = {}
        for name, value in self.values.items():
            given = os.environ.get(name)
            if not given:
                effective[name] = value
            elif given != value:
                warn(
                    "%s: %s is not used, since the environment has this variable",
                    _LOCAL_SETTINGS,
                    name,
                )
        return effective


def read_local_settings(root: Path) -> LocalSettings:
    """Read an app's ``local.settings.json`` the way the local host does.

    A missing ``IsEncrypted`` means true. A value that is null and a value without a name are
    skipped with a warning. A nested value makes all values unreadable.
    """
    path = root / _LOCAL_SETTINGS
    if not is_file(path):
        return LocalSettings()
    try:
        # Settings are text: numbers stay as they are written.
        data = parse_settings_json(path.read_bytes(), parse_int=str, parse_float=str)
    except (OSError, ValueError) as error:
        return LocalSettings(problems=(_unreadable(path, error),))
    if not isinstance(data, dict):
        value = type(data).__name__  # the text may be a secret
        problem = _problem(
            rules.SETTINGS_NO_OBJECT, path, [], value=value, least=_LEAST_LOCAL_SETTINGS
        )
        return LocalSettings(problems=(problem,))

    problems: list[Problem] = []
    host = _table(data.get("Host"))
    port = str(host.get("LocalHttpPort", LocalSettings.port))
    if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        keys = ["Host", "LocalHttpPort"]
        problems.append(_problem(rules.LOCAL_PORT, path, keys, value=preview(port)))
        port = str(LocalSettings.port)
    address = host.get("LocalHttpAddress") or LocalSettings.address
    if not _is_address(address):
        keys = ["Host", "LocalHttpAddress"]
        problems.append(_problem(rules.LOCAL_ADDRESS, path, keys, value=preview(address)))
        address = LocalSettings.address
    cors = host.get("CORS") or ""
    if not isinstance(cors, str):
        keys = ["Host", "CORS"]
        problems.append(_problem(rules.CORS_NO_TEXT, path, keys, value=preview(cors)))
        cors = ""
    return LocalSettings(
        _values(data, path, problems),
        _table(data.get("ConnectionStrings")),
        int(port),
        address,
        tuple(origin.strip().rstrip("/") for origin in cors.split(",") if origin.strip()),
        str(host.get("CORSCredentials")).lower() == "true",
        tuple(problems),
    )


def _is_address(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(ip_address(value))
    except ValueError:
        return False


def _values(data: Mapping[str, Any], path: Path, problems: list[Problem]) -> dict[str, str]:
    given = data.get("Values") or {}
    if not isinstance(given, dict):
        value = type(given).__name__
        problems.append(_problem(rules.VALUES_NO_OBJECT, path, ["Values"], value=value))
        return {}
    if given and data.get("IsEncrypted", True) is not False:
        missing = "IsEncrypted" not in data
        cause = "the values are encrypted"
        if missing:
            cause = "IsEncrypted is missing, which means true"
        more = "" if missing else " and the values in clear; 'func settings decrypt' does that"
        keys = ["Values" if missing else "IsEncrypted"]
        problems.append(_problem(rules.VALUES_ENCRYPTED, path, keys, cause=cause, more=more))
        return {}
    values, nested = {}, False
    for name, value in given.items():
        if isinstance(value, (dict, list)):
            nested = True
            problems.append(_problem(rules.VALUE_NESTED, path, ["Values", name], name=name))
        elif value is None or not name:
            cause = f"Values.{name} is null" if name else "a value of Values has no name"
            problems.append(_problem(rules.VALUE_SKIPPED, path, ["Values", name], cause=cause))
        elif not _is_variable(name, str(value)):
            cause = f"Values: {preview(name)} cannot be an environment variable, nor can its value"
            if _is_variable(name, ""):
                cause = f"the value of Values.{name} cannot be that of an environment variable"
            keys = ["Values", name]
            problems.append(_problem(rules.VALUE_NO_VARIABLE, path, keys, cause=cause))
        else:
            values[name] = value if isinstance(value, str) else str(value).lower()
    return {} if nested else values


def _is_variable(name: str, value: str) -> bool:
    try:
        encoded = os.fsencode(name) + os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return b"\0" not in encoded and "=" not in name


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _problem(rule: Rule, file: Path, keys: list[str], **values: Any) -> Problem:
    path, line = place_in(file, keys)
    return rule(None, file.name, key=".".join(keys) or None, file=path, line=line, **values)


def _unreadable(file: Path, error: Exception) -> Problem:
    line = getattr(error, "lineno", None)
    return rules.FILE_UNREADABLE(None, file.name, file=str(file), line=line, it="", error=error)
