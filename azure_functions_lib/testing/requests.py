"""HTTP requests of the test client: what a browser does before and after the host's front."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from functools import partial
from mimetypes import guess_type
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from ..delivery.cors import Cors
from ..delivery.front import Accepted, Front, Reply, morsels, texts
from ..delivery.keys import Keys
from ..delivery.routes import http_trigger, methods_of, route_of
from ..errors import InvalidValueError, preview
from ..http.headers import checked_pairs
from ..http.query import joined
from ..wire.jsontext import dump_json
from .arguments import PAIRS, mapping, pairs, text, trace, unknown
from .result import ClientResponse, Sent

if TYPE_CHECKING:
    from typing_extensions import TypedDict

    from ..app.loaded import LoadedApp, LoadedFunction
    from ..context import TraceContext
    from ..delivery.call import Call
    from ..delivery.keys import Keys
    from ..http.headers import HeaderSource
    from ..runtime.invocation import Invocation
    from ..wire.datum import Datum

    class RequestOptions(TypedDict, total=False):
        """What a request can be given besides method and URL; see :meth:`TestClient.request`."""

        params: Mapping[str, Any] | Iterable[tuple[str, Any]] | None
        headers: HeaderSource | None
        content: str | bytes | Iterable[bytes] | None
        json: Any
        data: str | bytes | Mapping[str, Any] | None
        files: Mapping[str, Any] | Iterable[tuple[str, Any]] | None
        cookies: Mapping[str, str] | None
        inputs: Mapping[str, Any] | None
        invocation_id: str | None
        trace_context: TraceContext | None


__all__ = ["Requests"]

_HEADERS = {"accept": "*/*", "user-agent": "azure-functions-lib"}
_MAX_KEPT = 1024
_MAX_ROUTES = 20
_ABSENT: Any = object()


class Requests:
    """Makes requests and hands them to the front; makes responses of its replies.

    Args:
        app: the app.
        base_url: what stands before a path.
        headers: headers of every request.
        keys: the access keys by name; None asks for none.
        inputs: gives the payloads of a function's inputs, of those that the test gives.
    """

    def __init__(
        self,
        app: LoadedApp,
        base_url: str,
        headers: HeaderSource | None,
        keys: Mapping[str, str] | None,
        inputs: Callable[[LoadedFunction, Call, Mapping[str, Any]], Mapping[str, Datum]],
    ) -> None:
        self._app = app
        self._base_url = base_url
        self._inputs = inputs
        own = joined([(name.lower(), value) for name, value in checked_pairs(headers or ())])
        self._headers = {**_HEADERS, **own}
        self._kept: dict[tuple[str, str], Accepted] = {}
        # What is the same in most requests is made once.
        host = base_url.partition("://")[2]
        self._plain_headers = texts({"host": host, **self._headers})
        cors = Cors(frozenset(app.local.cors), app.local.cors_credentials)
        self._front = Front(app, keys=_keys(app, keys), cors=cors, base_url=base_url)

    def plain(self, method: str, url: str) -> Accepted | ClientResponse:
        """Make the call for a request that has nothing but a method and a URL.

        The front always makes the same one, so it is made once, unless storage has a part in it.
        """
        kept = self._kept.get((method, url))
        if kept is not None:
            return kept
        reached = self.reach(method, url)
        has_room = len(self._kept) < _MAX_KEPT
        if has_room and isinstance(reached, Accepted) and not reached.function.inputs:
            self._kept[method, url] = reached
        return reached

    def reach(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        headers: HeaderSource | None = None,
        content: str | bytes | Iterable[bytes] | None = None,
        json: Any = _ABSENT,
        data: str | bytes | Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        cookies: Mapping[str, str] | None = None,
        inputs: Mapping[str, Any] | None = None,
        invocation_id: str | None = None,
        trace_context: TraceContext | None = None,
        **others: Any,
    ) -> Accepted | ClientResponse:
        """Make the call for a request, or the response of a host that makes none."""
        for name, value in others.items():
            known = Requests.reach.__kwdefaults__ or {}
            where = f"client.{method.lower()}()"
            raise unknown(where, name, value, known)
        method = method.upper()
        if params:
            query = urlencode(pairs("request", "params", params), doseq=True)
            url = f"{url}{'&' if '?' in url else '?'}{query}"
        if cookies is not None:
            mapping("request", "cookies", cookies)
        if inputs is not None:
            mapping("request", "inputs", inputs)
        body, content_type = _body(content, json, data, files)
        sent = self._plain_headers
        if body or content_type or headers or cookies or "://" in url:
            sent = texts(self._sent_headers(headers, cookies, body, content_type))
        received = self._front.find(method, url, sent, body)
        if isinstance(received, Reply):
            unreached = partial(self._unreached, method, url, received)
            return ClientResponse._of(lambda: received, None, None, unreached)
        call = received.call
        if inputs or received.function.inputs:
            call.payloads = {
                **call.payloads,
                **self._inputs(received.function, call, inputs or {}),
            }
        if invocation_id is not None:
            call.invocation_id = text("request", "invocation_id", invocation_id)
        if trace_context is not None:
            trace("request", trace_context)
            call.trace_parent = trace_context.trace_parent
            call.trace_state = trace_context.trace_state
            call.trace_attributes = trace_context.attributes
        return received

    def _sent_headers(
        self,
        given: HeaderSource | None,
        cookies: Mapping[str, str] | None,
        body: bytes,
        content_type: str | None,
    ) -> dict[str, str]:
        headers = dict(self._headers)
        if body:
            headers.setdefault("content-length", str(len(body)))
        if content_type:
            headers.setdefault("content-type", content_type)
        if given:
            headers.update(joined((name.lower(), value) for name, value in checked_pairs(given)))
        if cookies:
            sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
            headers["cookie"] = f"{headers['cookie']}; {sent}" if "cookie" in headers else sent
        return headers

    def response(
        self, accepted: Accepted, invocation: Invocation, cookies: dict[str, str]
    ) -> ClientResponse:
        """Make the response of what a function has sent; keep the cookies that it sets."""
        reply = partial(self._front.reply, accepted, invocation)
        if invocation.exception is not None:
            return ClientResponse._of(reply, None, invocation, partial(_sent, accepted))
        datum = self._front.answer(accepted, invocation)
        if datum is not None and datum.type == "http" and datum.value["cookies"]:
            _keep_cookies(datum, cookies)
        return ClientResponse._of(reply, datum, invocation, partial(_sent, accepted))

    def _unreached(self, method: str, url: str, reply: Reply) -> Sent:
        """Tell which request has reached no function, and why."""
        if "://" not in url.partition("?")[0]:
            url = f"{self._base_url}/{url.lstrip('/')}"
        hint = ""
        if reply.status == 405:
            hint = f"its route answers {dict(reply.headers)['Allow']}"
        elif reply.status == 404:
            hint = self._missing(method, url)
        elif reply.status == 401:
            hint = "the function asks for a key: give the header x-functions-key or ?code="
        return Sent(method, url, hint)

    def _missing(self, method: str, url: str) -> str:
        """Tell which routes there are, those first that are most like a URL."""
        from difflib import SequenceMatcher

        path = urlsplit(url).path
        routes: list[tuple[float, str]] = []
        for function in self._app.functions.values():
            trigger = http_trigger(function)
            if trigger is None:
                continue
            route = route_of(self._app, function)
            methods = ",".join(sorted(methods_of(trigger))) or "any method"
            disabled = " (disabled)" if function.disabled else ""
            likeness = SequenceMatcher(None, path, route).ratio()
            routes.append((-likeness, f"{methods} {route}{disabled}"))
        if not routes:
            return "the app has no HTTP function"
        texts = [text for _, text in sorted(routes)]
        more = f" and {len(texts) - _MAX_ROUTES} more" if len(texts) > _MAX_ROUTES else ""
        return f"no route matches; there are {', '.join(texts[:_MAX_ROUTES])}{more}"


def _sent(accepted: Accepted) -> Sent:
    trigger = accepted.function.trigger
    assert trigger is not None
    request = accepted.call.payloads[trigger.name].value
    return Sent(request["method"].value, request["url"].value)


def _keys(app: LoadedApp, keys: Mapping[str, str] | None) -> Keys | None:
    if keys is None:
        return None
    return Keys.named(keys, app.functions)


def _keep_cookies(datum: Datum, cookies: dict[str, str]) -> None:
    for morsel in morsels(datum):
        if _is_over(morsel):
            cookies.pop(morsel.key, None)
        else:
            cookies[morsel.key] = morsel.coded_value


def _is_over(morsel: Any) -> bool:
    from email.utils import parsedate_to_datetime

    age = str(morsel["max-age"]).strip()
    if age.lstrip("-").isdecimal():
        return int(age) <= 0
    if not morsel["expires"]:
        return False
    try:
        return parsedate_to_datetime(morsel["expires"]) <= datetime.now(timezone.utc)
    except (TypeError, ValueError):
        return False


# -- Bodies


def _body(content: Any, json: Any, data: Any, files: Any) -> tuple[bytes, str | None]:
    """Give the body of a request and its content type, which is None where nothing tells it."""
    if content is not None:
        if json is not _ABSENT or data is not None or files is not None:
            raise _refused("several bodies", "content, or json, or data and files")
        return _raw(content), None
    if json is not _ABSENT:
        if data is not None or files is not None:
            raise _refused("several bodies", "json, or data and files")
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
    return urlencode(_form_fields(data), doseq=True).encode(), _FORM


_FORM = "application/x-www-form-urlencoded"


def _raw(content: Any) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    try:
        return b"".join(content)
    except TypeError:
        raise _refused(
            f"content={preview(content)}", "text, bytes or an iterable of bytes"
        ) from None


def _form_fields(source: Any) -> list[tuple[str, Any]]:
    expected = f"text, bytes, or the fields of a form: {PAIRS}"
    return pairs("request", "body", source, expected)


def _refused(came: str, expected: str) -> InvalidValueError:
    return InvalidValueError.of("request", "body", came=came, expected=expected)


def _multipart(fields: Any, files: Any) -> tuple[bytes, str]:
    """Write a form with files (RFC 7578)."""
    boundary = os.urandom(16).hex()
    parts: list[tuple[str, str | None, bytes]] = []
    for name, value in _form_fields(fields or {}):
        for each in value if isinstance(value, (list, tuple)) else [value]:
            parts.append((f'name="{_quoted(name)}"', None, _file_content(str(each))))
    for name, file in pairs("request", "files", files):
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
