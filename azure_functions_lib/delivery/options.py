"""What host.json says to the host: its values with their defaults, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ..app.problem import Problem
from ..app.settings import in_any_case
from ..errors import DeclarationError, preview
from .retries import RetryPolicy
from .timespan import parse_time_span

__all__ = ["BlobOptions", "HostOptions", "HttpOptions", "QueueOptions", "read_host_options"]

_VARIABLE = "azurefunctionsjobhost__"
_NO_LIMIT = -1


@dataclass(frozen=True)
class QueueOptions:
    """``extensions.queues``.

    Attributes:
        batch_size: how many messages are fetched at once.
        new_batch_threshold: how many may still run when the next ones are fetched.
        max_polling_interval: the longest wait between two looks into an empty queue.
        visibility_timeout: how long a message is invisible after a failure.
        max_dequeue_count: how often a message is tried before it goes to the poison queue.
        is_base64: whether messages are base64 in the queue.
    """

    batch_size: int = 16
    new_batch_threshold: int = 8
    max_polling_interval: timedelta = timedelta(seconds=2)
    visibility_timeout: timedelta = timedelta(0)
    max_dequeue_count: int = 5
    is_base64: bool = True


@dataclass(frozen=True)
class BlobOptions:
    """``extensions.blobs``.

    Attributes:
        max_degree_of_parallelism: how many blobs are worked on at a time.
        poison_blob_threshold: how often a blob is tried.
    """

    max_degree_of_parallelism: int = 8
    poison_blob_threshold: int = 5


@dataclass(frozen=True)
class HttpOptions:
    """``extensions.http``, apart from the route prefix.

    Attributes:
        max_outstanding_requests: how many requests may wait or run; None for no limit.
        max_concurrent_requests: how many may run; None for no limit.
        custom_headers: what every response gets that has no such header.
        hsts: the value of ``Strict-Transport-Security``; None for no such header.
        hsts_excluded_hosts: host names whose responses do not get it.
    """

    max_outstanding_requests: int | None = None
    max_concurrent_requests: int | None = None
    custom_headers: Mapping[str, str] = field(default_factory=dict)
    hsts: str | None = None
    hsts_excluded_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class HostOptions:
    """What host.json says to the host.

    Attributes:
        queues: ``extensions.queues``.
        blobs: ``extensions.blobs``.
        http: ``extensions.http``.
        function_timeout: how long an invocation may take; None for no limit.
        retry: the policy of functions without one of their own.
        functions: the names of the functions that are loaded; None for all.
        problems: what is wrong; a wrong value is replaced by its default.
    """

    queues: QueueOptions = QueueOptions()
    blobs: BlobOptions = BlobOptions()
    http: HttpOptions = HttpOptions()
    function_timeout: timedelta | None = timedelta(minutes=30)
    retry: RetryPolicy | None = None
    functions: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()


def read_host_options(
    data: Mapping[str, Any], settings: Mapping[str, str] | None = None, *, cpu_count: int = 1
) -> HostOptions:
    """Read what host.json says; names are found in any letter case.

    Args:
        data: the parsed file.
        settings: the application settings, of which ``AzureFunctionsJobHost__a__b`` overrides
            ``a.b`` of the file.
        cpu_count: how many processors there are, by which some defaults grow.
    """
    root = _Section(_overridden(data, settings or {}), "", [])
    extensions = root.section("extensions")
    queues = extensions.section("queues")
    blobs = extensions.section("blobs")
    batch_size = queues.number("batchSize", 16, at_least=1, at_most=32)
    return HostOptions(
        QueueOptions(
            batch_size,
            queues.number("newBatchThreshold", batch_size // 2 * cpu_count, at_least=0),
            queues.span("maxPollingInterval", timedelta(seconds=2), timedelta(milliseconds=100)),
            queues.span("visibilityTimeout", timedelta(0), timedelta(0)),
            queues.number("maxDequeueCount", 5, at_least=1),
            queues.choice("messageEncoding", ("base64", "none")) == "base64",
        ),
        BlobOptions(
            blobs.number("maxDegreeOfParallelism", 8 * cpu_count, at_least=1),
            blobs.number("poisonBlobThreshold", 5, at_least=1),
        ),
        _http(extensions.section("http")),
        _function_timeout(root),
        _retry(root),
        _functions(root),
        tuple(root.problems),
    )


def _http(http: _Section) -> HttpOptions:
    headers = http.section("customHeaders")
    hsts = http.section("hsts")
    excluded = hsts.texts("excludedHosts")
    return HttpOptions(
        http.limit("maxOutstandingRequests"),
        http.limit("maxConcurrentRequests"),
        {name: headers.text(name) for name in headers.data},
        _hsts(hsts) if hsts.flag("isEnabled") else None,
        HttpOptions.hsts_excluded_hosts if excluded is None else excluded,
    )


def _hsts(hsts: _Section) -> str:
    """The header of RFC 6797; the default age is the one of ASP.NET."""
    age = hsts.span("maxAge", timedelta(days=30), timedelta(0)) // timedelta(seconds=1)
    subdomains = "; includeSubDomains" if hsts.flag("includeSubDomains") else ""
    return f"max-age={age}{subdomains}{'; preload' if hsts.flag('preload') else ''}"


def _function_timeout(root: _Section) -> timedelta | None:
    if root.get("functionTimeout") == str(_NO_LIMIT):
        return None
    return root.span("functionTimeout", timedelta(minutes=30), timedelta(seconds=1))


def _retry(root: _Section) -> RetryPolicy | None:
    retry = root.section("retry").data
    try:
        return RetryPolicy.of(retry) if retry else None
    except DeclarationError as error:
        root.problem("retry", f"it cannot be used ({error})", "Correct it")
        return None


def _functions(root: _Section) -> frozenset[str] | None:
    names = root.texts("functions")
    return None if names is None else frozenset(name.lower() for name in names)


def _overridden(data: Mapping[str, Any], settings: Mapping[str, str]) -> Mapping[str, Any]:
    merged = dict(data)
    for name, value in settings.items():
        if name.lower().startswith(_VARIABLE):
            place = merged
            *path, last = name[len(_VARIABLE) :].split("__")
            for key in path:
                inner = in_any_case(place, key)
                copy = dict(inner) if isinstance(inner, dict) else {}
                _put(place, key, copy)
                place = copy
            _put(place, last, _Setting(value))
    return merged


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    for key in [key for key in data if key.lower() == name.lower()]:
        del data[key]
    data[name] = value


class _Setting(str):
    """The value of an application setting, which is never shown."""

    __slots__ = ()


class _Section:
    """An object of host.json; a value of the wrong kind becomes a problem and its default."""

    def __init__(self, data: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self.data = data
        self.path = path
        self.problems = problems

    def get(self, name: str) -> Any:
        return in_any_case(self.data, name)

    def problem(self, name: str, cause: str, remedy: str) -> None:
        self.problems.append(Problem(None, f"host.json: {self.path}{name}", cause, remedy))

    def _refused(self, name: str, value: object, remedy: str) -> None:
        came = (
            "a setting gives it another value"
            if isinstance(value, _Setting)
            else f"it is {preview(value)}"
        )
        self.problem(name, came, remedy)

    def section(self, name: str) -> _Section:
        value = self.get(name)
        if value is not None and not isinstance(value, dict):
            self._refused(name, value, "Write an object")
            value = None
        return _Section(value or {}, f"{self.path}{name}.", self.problems)

    def number(self, name: str, default: int, *, at_least: int, at_most: int | None = None) -> int:
        value = self.get(name)
        if value is None:
            return default
        try:
            number = None if isinstance(value, (bool, float)) else int(value)
        except (TypeError, ValueError):
            number = None
        if number is None or number < at_least or (at_most is not None and number > at_most):
            limit = f"from {at_least} on" if at_most is None else f"from {at_least} to {at_most}"
            self._refused(name, value, f"Write a whole number {limit}")
            return default
        return number

    def limit(self, name: str) -> int | None:
        limit = self.number(name, _NO_LIMIT, at_least=_NO_LIMIT)
        return None if limit == _NO_LIMIT else limit

    def span(self, name: str, default: timedelta, at_least: timedelta) -> timedelta:
        value = self.get(name)
        if value is None:
            return default
        span = parse_time_span(value) if isinstance(value, str) else None
        if span is None or span < at_least:
            self._refused(name, value, f"Write hh:mm:ss, at least {at_least}")
            return default
        return span

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of several words, in any letter case; the first is the default."""
        value = self.get(name)
        if value is not None and str(value).lower() not in choices:
            self._refused(name, value, f"Write {' or '.join(choices)}")
            value = None
        return choices[0] if value is None else str(value).lower()

    def flag(self, name: str) -> bool:
        return self.choice(name, ("false", "true")) == "true"

    def text(self, name: str) -> str:
        value = self.get(name)
        if not isinstance(value, str):
            self._refused(name, value, "Write text")
            return ""
        return value

    def texts(self, name: str) -> tuple[str, ...] | None:
        value = self.get(name)
        if isinstance(value, dict):  # settings give the items of an array by their numbers
            value = list(value.values())
        if value is not None and not (
            isinstance(value, list) and all(isinstance(each, str) for each in value)
        ):
            self._refused(name, value, "Write an array of texts")
            value = None
        return None if value is None else tuple(value)
