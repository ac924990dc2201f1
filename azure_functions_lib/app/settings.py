"""What an app is configured with: ``host.json``, ``local.settings.json``, the environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import preview
from .problem import Problem

__all__ = [
    "HostSettings",
    "LocalSettings",
    "environment",
    "is_true",
    "parse_settings_json",
    "read_host_settings",
    "read_local_settings",
]

_ROUTE_PREFIX_VARIABLE = "AzureFunctionsJobHost__extensions__http__routePrefix"
_LOCAL_SETTINGS = "local.settings.json"

_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\r\n]*|/\*.*?\*/', re.DOTALL)
_STRING_OR_TRAILING_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')


def parse_settings_json(data: bytes, **options: Any) -> Any:
    """Parse a settings file as the host does: with comments, trailing commas and a BOM allowed.

    Args:
        data: the file's content, UTF-8.
        options: passed on to :func:`json.loads`.

    Raises:
        ValueError: it is not JSON.
    """
    text = data.decode("utf-8-sig")
    try:
        return json.loads(text, **options)
    except ValueError:
        for pattern in (_STRING_OR_COMMENT, _STRING_OR_TRAILING_COMMA):
            text = pattern.sub(lambda match: match[1] or "", text)
        return json.loads(text, **options)


def is_true(value: str | None) -> bool:
    """Whether an application setting switches something on, as a worker reads it."""
    return value is not None and value.strip().lower() in ("1", "true", "t", "yes", "y")


@contextmanager
def environment(*layers: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, and put the whole environment back afterwards.

    Args:
        layers: the variables; a later layer wins over an earlier one.
    """
    this = object()
    _open.append(this)
    _before.append(dict(os.environ))
    try:
        for layer in layers:
            os.environ.update(layer)
        yield
    finally:
        index = _open.index(this)
        del _open[index]
        if index < len(_open):
            # One opened later is still in use: it puts back what was before this one.
            del _before[index + 1]
        else:
            _put_back(_before.pop())


_open: list[object] = []
_before: list[dict[str, str]] = []


def _put_back(before: dict[str, str]) -> None:
    if dict(os.environ) != before:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


@dataclass(frozen=True)
class HostSettings:
    """What ``host.json`` says.

    Attributes:
        data: its content; empty when there is no such file.
        problems: what is wrong with it.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def route_prefix(self) -> str:
        """What stands between the host and the route of an HTTP function; ``"api"`` by default.

        The variable ``AzureFunctionsJobHost__extensions__http__routePrefix`` overrides the file.
        """
        prefix: Any = os.environ.get(_ROUTE_PREFIX_VARIABLE)
        if prefix is None:
            http = _table(_table(self.data.get("extensions")).get("http"))
            prefix = http.get("routePrefix")
        return prefix.strip("/") if isinstance(prefix, str) else "api"


def read_host_settings(root: Path) -> HostSettings:
    """Read an app's ``host.json``; what is wrong with it is in the result's ``problems``."""
    path = root / "host.json"
    if not path.is_file():
        return HostSettings()
    try:
        data = parse_settings_json(path.read_bytes())
    except (OSError, ValueError) as error:
        return HostSettings(problems=(_unreadable("host.json", error),))
    problems = []
    if not isinstance(data, dict):
        cause = f"holds {preview(data)}, not an object"
        remedy = 'Write at least {"version": "2.0"}'
        return HostSettings(problems=(Problem(None, "host.json", cause, remedy),))
    if data.get("version") != "2.0":
        cause = f'"version" is {data.get("version")!r}'
        problems.append(Problem(None, "host.json", cause, 'Write "version": "2.0"'))
    prefix = _table(_table(data.get("extensions")).get("http")).get("routePrefix", "")
    if not isinstance(prefix, str):
        cause = f"extensions.http.routePrefix is {preview(prefix)}"
        problems.append(Problem(None, "host.json", cause, 'Write a string, "" for no prefix'))
    return HostSettings(data, tuple(problems))


@dataclass(frozen=True)
class LocalSettings:
    """What ``local.settings.json`` says, which stands in for application settings locally.

    Attributes:
        values: the application settings, which become environment variables.
        connection_strings: the section ``ConnectionStrings``.
        port: where the local host listens.
        cors: the origins whose pages may call the app from a browser; ``"*"`` for all.
        cors_credentials: whether such a page may send cookies and the like.
        problems: what is wrong with the file.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    connection_strings: Mapping[str, Any] = field(default_factory=dict)
    port: int = 7071
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
                _warn("%s: %s is not used, since the environment has this variable", name)
        return effective


def read_local_settings(root: Path) -> LocalSettings:
    """Read an app's ``local.settings.json`` the way the local host does.

    A missing ``IsEncrypted`` means true. A value that is null and a value without a name are
    skipped with a warning. A nested value makes all values unreadable.
    """
    path = root / _LOCAL_SETTINGS
    if not path.is_file():
        return LocalSettings()
    try:
        # Settings are text: numbers stay as they are written.
        data = parse_settings_json(path.read_bytes(), parse_int=str, parse_float=str)
    except (OSError, ValueError) as error:
        return LocalSettings(problems=(_unreadable(_LOCAL_SETTINGS, error),))
    if not isinstance(data, dict):
        cause = f"holds {preview(data)}, not an object"
        remedy = 'Write at least {"IsEncrypted": false, "Values": {}}'
        return LocalSettings(problems=(Problem(None, _LOCAL_SETTINGS, cause, remedy),))

    problems: list[Problem] = []
    host = _table(data.get("Host"))
    port = str(host.get("LocalHttpPort", LocalSettings.port))
    if not port.isdecimal() or not 0 <= int(port) < 65536:
        cause = f"Host.LocalHttpPort is {port!r}"
        problems.append(Problem(None, _LOCAL_SETTINGS, cause, "Write a port number, 0 to 65535"))
        port = str(LocalSettings.port)
    cors = str(host.get("CORS") or "")
    return LocalSettings(
        _values(data, problems),
        _table(data.get("ConnectionStrings")),
        int(port),
        tuple(origin.strip() for origin in cors.split(",") if origin.strip()),
        host.get("CORSCredentials") is True,
        tuple(problems),
    )


def _values(data: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    given = data.get("Values") or {}
    if not isinstance(given, dict):
        cause = f"Values is {preview(given)}"
        remedy = 'Write an object of texts, such as {"NAME": "value"}'
        problems.append(Problem(None, _LOCAL_SETTINGS, cause, remedy))
        return {}
    if given and data.get("IsEncrypted", True) is not False:
        missing = "IsEncrypted" not in data
        cause = "the values are encrypted"
        if missing:
            cause = "IsEncrypted is missing, which means true"
        remedy = 'Write "IsEncrypted": false' + (
            "" if missing else " and the values in clear; 'func settings decrypt' does that"
        )
        problems.append(Problem(None, _LOCAL_SETTINGS, cause, remedy))
        return {}
    values, nested = {}, False
    for name, value in given.items():
        if isinstance(value, (dict, list)):
            nested = True
            cause = f"Values.{name} is nested, which makes all values unreadable"
            remedy = f'Write it as text; a nested setting is named with "__", "{name}__key"'
            problems.append(Problem(None, _LOCAL_SETTINGS, cause, remedy))
        elif value is None:
            _warn("%s: %s is skipped, since its value is null", name)
        elif not name:
            _warn("%s: the value %r is skipped, since it has no name", value)
        else:
            values[name] = value if isinstance(value, str) else str(value).lower()
    return {} if nested else values


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _unreadable(name: str, error: Exception) -> Problem:
    return Problem(None, name, f"cannot be read: {error}", "Write valid JSON in UTF-8")


def _warn(message: str, value: Any) -> None:
    import logging

    logging.getLogger("azure_functions_lib").warning(message, _LOCAL_SETTINGS, value)
