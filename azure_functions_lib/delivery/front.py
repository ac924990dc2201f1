"""The host's HTTP front: a request becomes a call, and what comes of it a reply.

The rules are those of the host of Functions 4. It differs in two ways, both as people expect:
routes are tried by how specific they are, not in the alphabetical order of function names; and a
method that no function of a path answers gives 405 with ``Allow``, not 404.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..errors import DeclarationError, InvalidValueError
from ..http import HTTP_OUTPUT
from ..http.query import joined, query_params
from ..http.response import HttpResponse
from ..wire.datum import Datum
from ..wire.declaration import RETURN
from ..wire.jsontext import dump_json, parse_json
from .call import Call
from .cors import Cors, Headers
from .options import HttpOptions, read_host_options
from .routes import http_trigger, level_of, methods_of, route_of
from .routing import Route, Router, Template

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction

__all__ = [
    "Accepted",
    "Answered",
    "Front",
    "Gate",
    "Reply",
    "Request",
    "morsels",
    "reply_of",
    "texts",
]


class Request(NamedTuple):
    """A request as it was received.

    Attributes:
        method: the method.
        url: the absolute URL, or path and query, percent-encoded.
        headers: names and values; a name may occur several times.
        body: the body.
    """

    method: str
    url: str
    headers: Iterable[tuple[str, str]] = ()
    body: bytes = b""


class Reply(NamedTuple):
    """What is sent back.

    Attributes:
        status: the status code.
        headers: names and values, with one ``Set-Cookie`` for each cookie.
        body: the body.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


class Accepted(NamedTuple):
    """A request that calls a function.

    Attributes:
        call: the call. It lacks the payloads of further inputs that the function has.
        function: the function.
        origin: scheme and host of the request.
        granted: what the reply tells a browser about cross-origin requests.
    """

    call: Call
    function: LoadedFunction
    origin: str
    granted: Headers = ()

    def give_body(self, body: bytes) -> None:
        """Give the call its body, for a host that reads it once it knows who takes it."""
        trigger = self.function.trigger
        assert trigger is not None
        self.call.payloads[trigger.name].value["body"] = Datum(body, "bytes")


class Answered(Protocol):
    """What a reply is made of: an Outcome, or what a runtime gives."""

    @property
    def outputs(self) -> Mapping[str, Datum]:
        """The payloads of the output bindings."""
        ...

    @property
    def return_value(self) -> Datum | None:
        """The payload of the return value."""

    @property
    def exception(self) -> Any:
        """What was raised; None for nothing."""


class Gate(Protocol):
    """Knows the access keys; see :class:`.keys.Keys`."""

    def allow(self, function: str, level: str, presented: str | None) -> bool:
        """Whether a request with a key may call a function of a level."""
        ...


class _Served(NamedTuple):
    """How an HTTP function is reached, which binding answers, by which status if it is not set."""

    function: LoadedFunction
    trigger: str
    level: str
    answer: str
    silence: int


class Front:
    """Finds the functions of requests, makes their calls, and replies of what comes of them.

    Args:
        app: the app.
        functions: those that are served; by default all that are not disabled. One whose route
            the host refuses is not served.
        keys: the access keys; None lets everyone in, as the local host does.
        cors: whose pages may call the app.
        options: what host.json says of HTTP; by default that of the app's file and settings.
        base_url: scheme and host of requests that tell none.
    """

    def __init__(
        self,
        app: LoadedApp,
        *,
        functions: Iterable[LoadedFunction] | None = None,
        keys: Gate | None = None,
        cors: Cors | None = None,
        options: HttpOptions | None = None,
        base_url: str = "http://localhost:7071",
    ) -> None:
        self._base_url = base_url
        self._scheme = base_url.partition("://")[0]
        self._keys = keys
        self._cors = cors or Cors()
        self._options = options or read_host_options(app.host.data, os.environ).http
        self._served: dict[str, _Served] = {}
        if functions is None:
            functions = (each for each in app.functions.values() if not each.disabled)
        routes = []
        for function in functions:
            trigger = http_trigger(function)
            if trigger is None:
                continue
            try:
                template = Template(route_of(app, function))
            except DeclarationError:
                continue
            routes.append(Route(function.name, template, methods_of(trigger)))
            answers = [each.name for each in function.bindings if each.type == HTTP_OUTPUT]
            answer, silence = (answers[0], 200) if answers else (RETURN, 204)
            self._served[function.name] = _Served(
                function, trigger.name, level_of(trigger), answer, silence
            )
        self._router = Router(routes)

    def receive(self, request: Request) -> Accepted | Reply:
        """Make the call that a request is for, or the reply where it calls no function."""
        method, url, pairs, body = request
        headers = joined([(name.lower(), value) for name, value in pairs])
        return self.find(method.upper(), url, texts(headers), body)

    def find(
        self, method: str, url: str, headers: dict[str, Datum], body: bytes
    ) -> Accepted | Reply:
        """Do what :meth:`receive` does, of a request whose parts are in the call's form already.

        Args:
            method: the method, in upper case.
            url: the absolute URL, or path and query, percent-encoded.
            headers: the headers as payloads, by names in lower case. The host is added.
            body: the body.
        """
        host = headers.get("host")
        origin, target = self._split(url, host)
        granted: Headers = ()
        if self._cors.origins:
            sent = {name: datum.value for name, datum in headers.items()}
            preflight = self._cors.preflight(method, sent)
            if preflight is not None:
                return Reply(204, self._completed(preflight, origin))
            granted = self._cors.granted(sent)
        path, _, query = target.partition("?")
        name, params, allowed = self._router.find(method, path)
        if name is None:
            allow = (("Allow", ", ".join(allowed)),) if allowed else ()
            return Reply(405 if allowed else 404, self._completed((*allow, *granted), origin))
        served = self._served[name]
        if self._keys is not None:
            given = headers.get("x-functions-key")
            key = (given and given.value) or query_params(target).get("code")
            if not self._keys.allow(name, served.level, key):
                return Reply(401, self._completed(granted, origin))
        if host is None:
            headers["host"] = Datum(origin.partition("://")[2], "string")
        payload = {
            "method": Datum(method, "string"),
            "url": Datum(origin + target, "string"),
            "headers": headers,
            "query": texts(query_params(target)) if query else {},
            "params": texts(params),
            "body": Datum(body, "bytes"),
        }
        call = Call(name, {served.trigger: Datum(payload, "http")})
        return Accepted(call, served.function, origin, granted)

    def reply(self, accepted: Accepted, answered: Answered) -> Reply:
        """Make the reply of what came of a call; of a failed one it is 500 and empty."""
        if answered.exception is not None:
            return Reply(500, self._completed(accepted.granted, accepted.origin))
        silence = self._served[accepted.call.function].silence
        status, headers, body = reply_of(self.answer(accepted, answered), silence)
        return Reply(status, self.completed(accepted, headers), body)

    def completed(
        self, accepted: Accepted, headers: Iterable[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Add to a response's headers those that the host sends with every one."""
        return self._completed((*headers, *accepted.granted), accepted.origin)

    def answer(self, accepted: Accepted, answered: Answered) -> Datum | None:
        """Give the payload that the response is made of, among those that a function has sent."""
        name = self._served[accepted.call.function].answer
        return answered.return_value if name == RETURN else answered.outputs.get(name)

    def _split(self, url: str, host: Datum | None) -> tuple[str, str]:
        """Split a URL before its path; what names no host is a path."""
        url = url.partition("#")[0]
        if url[:1] != "/":
            scheme, separator, rest = url.partition("://")
            if separator and "?" not in scheme and "/" not in scheme:
                name = rest.partition("?")[0].partition("/")[0]
                target = rest[len(name) :]
                return f"{scheme}://{name}", target if target[:1] == "/" else f"/{target}"
            url = f"/{url}"
        if host is None or not host.value:
            return self._base_url, url
        return f"{self._scheme}://{host.value}", url

    def _completed(self, headers: Iterable[tuple[str, str]], origin: str) -> list[tuple[str, str]]:
        """Add the headers that host.json asks for, where the response has none of the name."""
        completed = list(headers)
        added = [each for each in self._options.custom_headers.items() if each[1]]
        if self._options.hsts is not None and self._is_hsts_host(origin):
            added.append(("Strict-Transport-Security", self._options.hsts))
        if added:
            names = {name.lower() for name, _ in completed}
            completed += [(name, value) for name, value in added if name.lower() not in names]
        return completed

    def _is_hsts_host(self, origin: str) -> bool:
        """Whether a request gets HSTS (RFC 6797): one over TLS, to a host that is not excluded."""
        scheme, _, host = origin.lower().partition("://")
        excluded = {name.lower() for name in self._options.hsts_excluded_hosts}
        return scheme == "https" and _without_port(host) not in excluded


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def reply_of(datum: Datum | None, silence: int = 204) -> Reply:
    """Make a reply of the payload that a function has sent as its response.

    What is no response becomes the body of one. But a JSON object with a ``body`` describes one to
    the host, by its ``headers`` and ``status``, as functions in other languages do it.

    Args:
        datum: the payload.
        silence: the status where there is none.
    """
    if datum is None or datum.type is None:
        return Reply(silence, [])
    value = datum.value
    if datum.type != "http":
        kind = _TEXT if datum.type == "string" else _JSON
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            described = _described(value)
            if described is not None:
                return described
        body = value if isinstance(value, bytes) else str(value).encode()
        return Reply(200, [("content-type", kind)], body)
    headers = [(name, item.value) for name, item in value["headers"].items()]
    headers += [("Set-Cookie", morsel.OutputString()) for morsel in morsels(datum)]
    return Reply(int(value["status_code"].value), headers, value["body"].value)


_TEXT, _JSON = "text/plain; charset=utf-8", "application/json"


def _described(text: str) -> Reply | None:
    """Read the response that a JSON object describes; None if it describes none."""
    if '"body"' not in text.lower():
        return None
    try:
        parsed = parse_json(text)
    except ValueError:
        return None
    parts = {name.lower(): value for name, value in parsed.items()}
    if "body" not in parts:
        return None
    body, headers = parts["body"], parts.get("headers")
    status = str(parts.get("statuscode", parts.get("status")))
    pairs = headers.items() if isinstance(headers, dict) else ()
    try:
        response = HttpResponse(
            body if body is None or isinstance(body, str) else dump_json(body),
            status_code=int(status) if len(status) == 3 and status.isdecimal() else 200,
            headers=[(name, str(value)) for name, value in pairs if value is not None],
        )
    except InvalidValueError:
        return None  # a header or status that cannot be sent
    if "content-type" not in response.headers:
        response.headers["content-type"] = _JSON if isinstance(body, (dict, list)) else _TEXT
    return Reply(response.status_code, list(response.headers), response.get_body())


def morsels(datum: Datum | None) -> list[Any]:
    """Give the cookies of a response's payload, as ``http.cookies`` holds them."""
    if datum is None or datum.type != "http":
        return []
    return [morsel for cookie in datum.value.get("cookies") or () for morsel in cookie.values()]


def texts(values: Mapping[str, str]) -> dict[str, Datum]:
    """Make a payload of each of some texts."""
    return {name: Datum(value, "string") for name, value in values.items()}
