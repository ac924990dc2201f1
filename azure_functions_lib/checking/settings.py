"""What is wrong with an app's settings and settings files, and with what needs them.

No value of a setting is shown.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..app import rules
from ..app.check import located
from ..app.json_lines import place_in
from ..app.settings import parse_settings_json
from ..app.spelling import meant
from ..bindings import binding_type, binding_types
from ..delivery.expressions import resolve_settings
from ..delivery.options import read_host_options
from ..delivery.schedule import parse_schedule
from ..errors import DeclarationError, preview
from .bindings import is_connection
from .places import parted

if TYPE_CHECKING:
    from pathlib import Path

    from ..app.problem import Problem
    from . import Subject

__all__ = [
    "cors",
    "host_json",
    "host_keys",
    "host_options",
    "listed_functions",
    "local_keys",
    "log_levels",
    "missing",
    "runtime",
    "schedules",
]

_HOST_JSON = "host.json"
_LOCAL_SETTINGS = "local.settings.json"
_SCHEDULE = "schedule"
_RESOLVED = ("consumerGroup", "databaseName", "leaseContainerName", "leaseCollectionName")
"""Keys besides those of places in which the host puts settings for ``%NAME%``."""


def schedules(subject: Subject) -> Iterator[Problem]:
    """Find schedules that are none, and those that hardly mean what they seem to."""
    for function in subject.app.functions.values():
        for binding in function.bindings:
            text = binding.get_dict_repr().get(_SCHEDULE)
            if _SCHEDULE not in binding_type(binding.type).place or not isinstance(text, str):
                continue
            try:
                resolved = resolve_settings(text, subject.settings)
            except DeclarationError:
                continue  # another rule tells of the setting
            secret = resolved != text
            try:
                schedule = parse_schedule(resolved)
            except DeclarationError as error:
                cause, remedy = parted(error)
                if secret:
                    cause = f"the setting in schedule {text!r} holds no schedule"
                problem = rules.SCHEDULE(
                    function.name, binding.name, key=_SCHEDULE, cause=cause, remedy=remedy
                )
                yield located(problem, function)
                continue
            for note in () if secret else schedule.notes:
                problem = rules.SCHEDULE_MEANING(
                    function.name, binding.name, key=_SCHEDULE, schedule=text, note=note
                )
                yield located(problem, function)


def missing(subject: Subject) -> Iterator[Problem]:
    """Find settings that bindings name and nobody gives, each once.

    Connections are looked for where there is a local.settings.json: without one, this is no place
    where the app is run.
    """
    run_here = (subject.app.root / _LOCAL_SETTINGS).is_file()
    known = {_plain(name) for name in (*subject.settings, *subject.app.local.connection_strings)}
    sections = {name[: index.start()] for name in known for index in re.finditer(":", name)}
    told: set[str] = set()
    for function in subject.app.functions.values():
        for binding in function.bindings:
            for key, name in _named_settings(binding.type, binding.get_dict_repr()):
                plain = _plain(name)
                is_expression = key.startswith("%")
                given = known if is_expression else known | sections
                wanted = is_expression or run_here
                if not wanted or plain in told or given & {plain, f"azurewebjobs{plain}"}:
                    continue
                told.add(plain)
                problem = rules.SETTING_MISSING(
                    function.name, binding.name, key=key.strip("%"), name=name
                )
                yield located(problem, function)


def _named_settings(kind: str, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the settings that a binding names, with the key that does; ``%`` marks expressions."""
    row = binding_type(kind)
    for key, value in record.items():
        if is_connection(key, value):
            if "=" not in value and "%" not in value and "://" not in value:
                yield key, value
        elif isinstance(value, str) and key in (*row.place, row.reader, *_RESOLVED):
            for name in re.findall("%([^%]+)%", value):
                yield f"%{key}", name


def _plain(name: str) -> str:
    return name.replace("__", ":").lower()


def runtime(subject: Subject) -> Iterator[Problem]:
    """Find a worker of another language."""
    name = "FUNCTIONS_WORKER_RUNTIME"
    language = subject.settings.get(name)
    if language and language.strip().lower() != "python":
        file, line = None, None
        if name in subject.app.local.values:
            file, line = place_in(subject.app.root / _LOCAL_SETTINGS, ["Values", name])
        yield rules.WORKER_RUNTIME(None, name, file=file, line=line)


_LOCAL_KEYS = {
    (): ("IsEncrypted", "Values", "ConnectionStrings", "Host"),
    ("Host",): ("LocalHttpPort", "LocalHttpAddress", "CORS", "CORSCredentials"),
}


def local_keys(subject: Subject) -> Iterator[Problem]:
    """Find keys of local.settings.json that are nearly known ones, or belong into Values."""
    path = subject.app.root / _LOCAL_SETTINGS
    try:
        data = parse_settings_json(path.read_bytes())
    except (OSError, ValueError):
        return  # no such file, or a problem of its own
    for keys, known in _LOCAL_KEYS.items():
        section: Any = data
        for key in keys:
            section = section.get(key) if isinstance(section, dict) else None
        for key in section if isinstance(section, dict) else ():
            if key in known:
                continue
            found = meant(key, known) or _short_key(key, known)
            file, line = place_in(path, [*keys, key])
            place: Any = {"key": key, "file": file, "line": line, "name": key}
            if found is not None:
                yield rules.LOCAL_KEY(None, _LOCAL_SETTINGS, **place, meant=found)
            elif not keys and "Values" not in section:
                yield rules.LOCAL_KEY_OUTSIDE(None, _LOCAL_SETTINGS, **place)


def cors(subject: Subject) -> Iterator[Problem]:
    """Find a CORS of all origins together with credentials."""
    local = subject.app.local
    if local.cors_credentials and "*" in local.cors:
        keys = ["Host", "CORS"]
        file, line = place_in(subject.app.root / _LOCAL_SETTINGS, keys)
        yield rules.CORS_CREDENTIALS(None, _LOCAL_SETTINGS, file=file, line=line)


# -- host.json


def host_options(subject: Subject) -> Iterator[Problem]:
    """Find values of host.json that the host does not take."""
    for problem in read_host_options(subject.app.host.data, subject.settings).problems:
        path = (problem.parameter or "").partition(": ")[2]
        yield _in_host_json(
            subject.app.root,
            rules.HOST_OPTION,
            path.split("."),
            cause=f"{path}: {problem.cause}",
            remedy=problem.remedy,
        )


_KNOWN_KEYS: dict[tuple[str, ...], tuple[str, ...]] = {
    (): (
        "version",
        "aggregator",
        "applicationInsights",
        "concurrency",
        "customHandler",
        "extensionBundle",
        "extensions",
        "functionTimeout",
        "functions",
        "healthMonitor",
        "logging",
        "managedDependency",
        "retry",
        "singleton",
        "telemetryMode",
        "watchDirectories",
        "watchFiles",
    ),
    ("extensions",): ("blobs", "durableTask", "eventHubs", "http", "queues", "tables"),
    ("extensions", "http"): (
        "customHeaders",
        "dynamicThrottlesEnabled",
        "hsts",
        "maxConcurrentRequests",
        "maxOutstandingRequests",
        "routePrefix",
    ),
    ("extensions", "queues"): (
        "batchSize",
        "maxDequeueCount",
        "maxPollingInterval",
        "messageEncoding",
        "newBatchThreshold",
        "visibilityTimeout",
    ),
    ("extensionBundle",): ("id", "version"),
}
_MOVED = ("blobs", "eventHubs", "http", "queues")
"""What stood at the top before version 2.0."""
_LOG_LEVELS = ("Trace", "Debug", "Information", "Warning", "Error", "Critical", "None")


def host_keys(subject: Subject) -> Iterator[Problem]:
    """Find keys of host.json that are nearly known ones, or stand in the wrong place."""
    for path, names in _KNOWN_KEYS.items():
        known = {*names, *binding_types()} if path == ("extensions",) else names
        section: Any = subject.app.host.data
        for key in path:
            section = section.get(key) if isinstance(section, dict) else None
        for key in section if isinstance(section, dict) else ():
            found = None if key in known else meant(key, known) or _short_key(key, known)
            if found is not None and found.lower() == key.lower():
                found = None
            if not path and key in _MOVED:
                found = f"extensions.{key}"
            elif not path and found is None and key not in names:
                found = _deeper_key(key)
            elif path == ("extensions",) and f"{key}s" in names:
                found = f"{key}s"
            if found is not None:
                keys = [*path, key]
                yield _in_host_json(subject.app.root, rules.HOST_KEY, keys, meant=found)


def _deeper_key(key: str) -> str | None:
    """Find a key that stands at the top of host.json, but belongs into a section of extensions."""
    sections = (path for path, names in _KNOWN_KEYS.items() if len(path) > 1 and key in names)
    return next((".".join((*path, key)) for path in sections), None)


def log_levels(subject: Subject) -> Iterator[Problem]:
    """Find log levels of host.json that .NET does not have, with which the host does not start."""
    keys = ("logging", "logLevel")
    levels: Any = subject.app.host.data
    for key in keys:
        levels = levels.get(key) if isinstance(levels, dict) else None
    known = {level.lower() for level in _LOG_LEVELS}
    for name, level in levels.items() if isinstance(levels, dict) else ():
        if isinstance(level, str) and level.strip().lower() not in known and not level.isdecimal():
            path = [*keys, name]
            yield _in_host_json(
                subject.app.root,
                rules.HOST_OPTION,
                path,
                cause=f"{'.'.join(path)}: it is {preview(level)}",
                remedy=f"Write one of {', '.join(_LOG_LEVELS)}",
            )


def listed_functions(subject: Subject) -> Iterator[Problem]:
    """Find names in the host's list of functions that no function has."""
    listed = read_host_options(subject.app.host.data, {}).functions  # a setting is not shown
    functions = subject.app.functions
    for name in sorted((listed or frozenset()) - {each.lower() for each in functions}):
        names = ", ".join(map(repr, functions)) or "none"
        keys = ["functions"]
        yield _in_host_json(subject.app.root, rules.HOST_FUNCTIONS, keys, name=name, names=names)


def _short_key(key: str, known: Iterable[str]) -> str | None:
    """Find a key of few letters that another one is nearly."""
    return next(iter(difflib.get_close_matches(key, list(known), n=1, cutoff=0.75)), None)


def _in_host_json(root: Path, rule: rules.Rule, keys: list[str], **values: Any) -> Problem:
    file, line = place_in(root / _HOST_JSON, keys)
    return rule(None, _HOST_JSON, key=".".join(keys), file=file, line=line, **values)


def host_json(subject: Subject) -> Iterator[Problem]:
    """Find an app without host.json."""
    app = subject.app
    if not (app.root / _HOST_JSON).exists() and app.functions:
        yield rules.NO_HOST_JSON(None, _HOST_JSON, folder=app.root)
