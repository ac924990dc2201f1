"""HTTP requests of the test client: what the host's front end does before and after a function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..app.problem import Problem
from ..delivery.call import Call, input_datums
from ..delivery.routing import Route, Router, Template
from ..errors import DeclarationError, InvalidValueError, preview
from ..http import HTTP_OUTPUT, HTTP_TRIGGER
from ..http.headers import checked_pairs, source_pairs
from ..http.query import joined, query_params
from ..runtime.plan import Payload
from ..wire.datum import Datum
from ..wire.declaration import RETURN
from .result import ClientResponse, morsels

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction
    from ..context import TraceContext
    from ..http.headers import HeaderSource
    from ..runtime.invocation import Invocation
    from ..wire.declaration import Binding

__all__ = ["Requests", "route_problems"]

MASTER_KEY = "_master"
_HEADERS = {"accept": "*/*", "user-agent": "azure-functions-lib"}
_NO_BODY = Datum(b"", "bytes")
_METHODS = {name: Datum(name, "string") for name in ("GET", "POST", "PUT", "PATCH", "DELETE")}
_MAX_KEPT = 1024
_ABSENT: Any = object()


class _HttpFunction(NamedTuple):
    function: LoadedFunction
    trigger: str
    level: str
    answer: str
    has_inputs: bool


def _http_trigger(function: LoadedFunction) -> Binding | None:
    trigger = function.trigger
    return trigger if trigger is not None and trigger.type == HTTP_TRIGGER else None


def _template(app: LoadedApp, function: LoadedFunction, trigger: Binding) -> Template:
    route = trigger.get_dict_repr().get("route")
    parts = (app.host.route_prefix, function.name if route is None else str(route))
    return Template("/".join(part.strip("/") for part in parts if part.strip("/")))


def route_problems(app: LoadedApp) -> Iterator[Problem]:
    """Find the routes that the host would not take."""
    for function in app.functions.values():
        trigger = _http_trigger(function)
        if trigger is not None:
            try:
                _template(app, function, trigger)
            except DeclarationError as error:
                yield Problem(function.name, trigger.name, error.cause, error.remedy)


class Requests:
    """Finds the functions of requests, makes their payloads, and responses of what they send.

    Args:
        app: the app.
        base_url: what stands before a path.
        headers: headers of every request.
        keys: the access keys by name; None asks for none.
    """

    def __init__(
        self,
        app: LoadedApp,
        base_url: str,
        headers: HeaderSource | None,
        keys: Mapping[str, str] | None,
    ) -> None:
        self._base_url = base_url
        self._keys = keys
        self._cors = set(app.local.cors)
        self._cors_credentials = app.local.cors_credentials
        self._headers = [(name.lower(), value) for name, value in checked_pairs(headers or ())]
        self._is_plain = keys is None and not headers
        host = {"host": base_url.partition("://")[2]}
        self._least_headers = _texts({**_HEADERS, **host})
        self._functions: dict[str, _HttpFunction] = {}
        self._calls: dict[tuple[str, str], Call] = {}
        routes = []
        for function in app.functions.values():
            trigger = _http_trigger(function)
            if trigger is None or function.disabled:
                continue
            record = trigger.get_dict_repr()
            methods = frozenset(_name(each).upper() for each in record.get("methods") or ())
            routes.append(Route(function.name, _template(app, function, trigger), methods))
            answers = (each.name for each in function.bindings if each.type == HTTP_OUTPUT)
            self._functions[function.name] = _HttpFunction(
                function,
                trigger.name,
                _name(record.get("authLevel") or "function").lower(),
                next(answers, RETURN),
                bool(function.inputs),
            )
        self._router = Router(routes)

    def plain(self, method: str, url: str) -> Call | ClientResponse:
        """Make the call for a request that has nothing but a method and a URL.

        What does not differ from one such request to the next is made once.
        """
        call = self._calls.get((method, url))
        if call is not None:
            return call
        name, _, parts = self._find(method.upper(), url)
        http = None if name is None else self._functions[name]
        if http is None or http.has_inputs or not self._is_plain or url[:1] != "/":
            return self.reach(method, url)
        parts["headers"] = self._least_headers
        parts["body"] = _NO_BODY
        call = Call(http.function.name, {http.trigger: Payload(parts, "http")}, {})
        if len(self._calls) < _MAX_KEPT:
            self._calls[method, url] = call
        return call

    def reach(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        headers: HeaderSource | None = None,
        json: Any = _ABSENT,
        data: str | bytes | Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        cookies: Mapping[str, str] | None = None,
        inputs: Mapping[str, Any] | None = None,
        invocation_id: str | None = None,
        trace_context: TraceContext | None = None,
    ) -> Call | ClientResponse:
        """Make the call for a request, or the response of a host that makes none."""
        method = method.upper()
        if params:
            from urllib.parse import urlencode

            query = urlencode(list(source_pairs(params)), doseq=True)
            url = f"{url}{'&' if '?' in url else '?'}{query}"
        body, content_type = _body(json, data, files)
        sent = self._sent_headers(headers, cookies, body, content_type)
        granted = self._granted(sent) if self._cors and "origin" in sent else ()
        if method == "OPTIONS" and self._cors and "access-control-request-method" in sent:
            return self._preflight(sent, granted)
        name, allowed, parts = self._find(method, url)
        if allowed:
            return _response(405, (("Allow", ", ".join(allowed)), *granted))
        if name is None:
            return _response(404, granted)
        http = self._functions[name]
        if self._keys is not None and not self._may_call(http, sent, url):
            return _response(401, granted)
        sent.setdefault("host", _host(parts["url"].value))
        parts["headers"] = {name: Datum(value, "string") for name, value in sent.items()}
        parts["body"] = Datum(body, "bytes")
        payload = Payload(parts, "http")
        payloads: dict[str, Datum] = {http.trigger: payload}
        if http.has_inputs or inputs:
            payloads.update(input_datums(http.function, inputs or {}))
        options: dict[str, Any] = {}
        if invocation_id is not None:
            options["invocation_id"] = invocation_id
        if trace_context is not None:
            options["trace_context"] = trace_context
        return Call(name, payloads, options, granted)

    def _find(self, method: str, url: str) -> tuple[str | None, tuple[str, ...], dict[str, Any]]:
        """Find the function of a request, and give the parts of its payload that the URL tells.

        Without a function, give the methods that those of the path answer.
        """
        base, target = self._base_url, url.partition("#")[0] if "#" in url else url
        if target[:1] != "/":
            base, target = self._split(target)
        path, _, query = target.partition("?")
        name, params, allowed = self._router.find(method, path)
        if name is None:
            return None, allowed, {}
        parts: dict[str, Any] = {
            "method": _METHODS.get(method) or Datum(method, "string"),
            "url": Datum(base + target, "string"),
            "query": _texts(query_params(target)) if query else {},
            "params": _texts(params) if params else {},
        }
        return name, (), parts

    def _split(self, url: str) -> tuple[str, str]:
        """Split a URL before its path; what has no host is a path."""
        scheme, separator, rest = url.partition("://")
        if not separator or "?" in scheme:
            return self._base_url, f"/{url}"
        host, _, target = rest.partition("/")
        return f"{scheme}://{host}", f"/{target}"

    def _sent_headers(
        self,
        given: HeaderSource | None,
        cookies: Mapping[str, str] | None,
        body: bytes,
        content_type: str | None,
    ) -> dict[str, str]:
        headers = dict(_HEADERS)
        if body:
            headers["content-length"] = str(len(body))
        if content_type:
            headers["content-type"] = content_type
        if self._headers:
            headers.update(joined(self._headers))
        if given:
            headers.update(joined((name.lower(), value) for name, value in checked_pairs(given)))
        if cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in cookies.items())
            headers["cookie"] = f"{headers['cookie']}; {pairs}" if "cookie" in headers else pairs
        return headers

    # -- Access keys

    def _may_call(self, http: _HttpFunction, headers: Mapping[str, str], url: str) -> bool:
        assert self._keys is not None
        if http.level == "anonymous":
            return True
        key = headers.get("x-functions-key") or query_params(url).get("code")
        if key is None:
            return False
        functions = {name.lower() for name in self._functions} - {http.function.name.lower()}
        return any(
            key == value
            for name, value in self._keys.items()
            if name == MASTER_KEY or (http.level == "function" and name.lower() not in functions)
        )

    # -- CORS, as the local host does it

    def _granted(self, headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        origin = headers["origin"]
        if "*" in self._cors and not self._cors_credentials:
            return (("Access-Control-Allow-Origin", "*"),)
        if not self._cors & {"*", origin}:
            return ()
        granted = (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))
        if self._cors_credentials:
            return (*granted, ("Access-Control-Allow-Credentials", "true"))
        return granted

    def _preflight(
        self, headers: Mapping[str, str], granted: tuple[tuple[str, str], ...]
    ) -> ClientResponse:
        if not granted:
            return _response(204)
        allowed = [("Access-Control-Allow-Methods", headers["access-control-request-method"])]
        if "access-control-request-headers" in headers:
            allowed.append(
                ("Access-Control-Allow-Headers", headers["access-control-request-headers"])
            )
        return _response(204, (*granted, *allowed))

    # -- The response

    def response(
        self, call: Call, invocation: Invocation, cookies: dict[str, str]
    ) -> ClientResponse:
        """Make the response of what a function has sent; keep the cookies that it sets."""
        if invocation.exception is not None:
            response = _response(500, call.headers)
            response.invocation = invocation
            return response
        answer = self._functions[call.name].answer
        datum = invocation.return_value if answer == RETURN else invocation.outputs.get(answer)
        response = ClientResponse._of(datum, invocation)
        if datum is not None and datum.type == "http" and datum.value["cookies"]:
            _keep_cookies(datum, cookies)
        if call.headers:
            response.headers.extend(call.headers)
        return response


def _name(value: Any) -> str:
    return str(getattr(value, "value", value))


def _texts(values: Mapping[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]


def _response(status: int, headers: tuple[tuple[str, str], ...] = ()) -> ClientResponse:
    return ClientResponse(status_code=status, headers=headers)


def _keep_cookies(datum: Datum, cookies: dict[str, str]) -> None:
    for morsel in morsels(datum):
        if _is_over(morsel):
            cookies.pop(morsel.key, None)
        else:
            cookies[morsel.key] = morsel.coded_value


def _is_over(morsel: Any) -> bool:
    age = str(morsel["max-age"]).strip()
    if age.lstrip("-").isdecimal():
        return int(age) <= 0
    if not morsel["expires"]:
        return False
    from datetime import datetime, timezone
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(morsel["expires"]) <= datetime.now(timezone.utc)
    except (TypeError, ValueError):
        return False


# -- Bodies


def _body(json: Any, data: Any, files: Any) -> tuple[bytes, str | None]:
    """Give the body of a request and its content type, which is None where nothing tells it."""
    if json is not _ABSENT:
        if data is not None or files is not None:
            raise _refused("several bodies", "json, or data and files")
        from ..wire.jsontext import dump_json

        try:
            return dump_json(json).encode(), "application/json"
        except (TypeError, ValueError) as error:
            raise _refused(preview(json), f"a value with a JSON form ({error})") from None
    if files is not None:
        if isinstance(data, (str, bytes)):
            raise _refused("files beside a body", "files beside the fields of a form")
        return _multipart(data, files)
    if data is None:
        return b"", None
    if isinstance(data, str):
        return data.encode(), "text/plain; charset=utf-8"
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data), None
    from urllib.parse import urlencode

    return urlencode(list(source_pairs(data)), doseq=True).encode(), _FORM


_FORM = "application/x-www-form-urlencoded"


def _refused(came: str, expected: str) -> InvalidValueError:
    return InvalidValueError.of("request", "body", came=came, expected=expected)


def _multipart(fields: Any, files: Any) -> tuple[bytes, str]:
    """Write a form with files (RFC 7578)."""
    import os

    boundary = os.urandom(16).hex()
    parts: list[tuple[str, str | None, bytes]] = []
    for name, value in source_pairs(fields or {}):
        for each in value if isinstance(value, (list, tuple)) else [value]:
            parts.append((f'name="{_quoted(name)}"', None, _file_content(str(each))))
    for name, file in source_pairs(files):
        filename, content, media_type = _file(name, file)
        names = f'name="{_quoted(name)}"; filename="{_quoted(filename)}"'
        parts.append((names, media_type, content))
    lines = bytearray()
    for disposition, kind, content in parts:
        lines += f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n".encode()
        if kind:
            lines += f"Content-Type: {kind}\r\n".encode()
        lines += b"\r\n" + content + b"\r\n"
    lines += f"--{boundary}--\r\n".encode()
    return bytes(lines), f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    # As browsers do (the WHATWG HTML standard, multipart/form-data).
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _file(name: str, file: Any) -> tuple[str, bytes, str]:
    filename: str | None = None
    content, kind = file, None
    if isinstance(file, tuple):
        if not 2 <= len(file) <= 3:
            raise _refused(preview(file), "(filename, content) or (filename, content, type)")
        filename, content, kind = (*file, None)[:3]
    if filename is None:
        path = getattr(content, "name", None)
        filename = path.rpartition("/")[2] if isinstance(path, str) else name
    if kind is None:
        from mimetypes import guess_type

        kind = guess_type(filename)[0] or "application/octet-stream"
    return filename, _file_content(content), kind


def _file_content(content: Any) -> bytes:
    if hasattr(content, "read"):
        content = content.read()
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    raise _refused(preview(content), "text, bytes or a file")
