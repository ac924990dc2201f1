"""The request that triggers an HTTP function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..errors import InvalidPayloadError, InvalidValueError, preview
from ..wire.jsontext import dump_json
from .content import charset_of, read_json, read_text
from .headers import HeaderSource, HttpRequestHeaders, source_pairs, text_pairs, wire_texts
from .query import query_params
from .secrets import hide_in_url, safe_preview

if TYPE_CHECKING:
    from multidict import MultiDict, MultiDictProxy

    from .forms import Form, FormValues, UploadedFile

__all__ = ["HttpRequest"]

_BINDING = "httpTrigger"
_ABSENT: Any = object()


class HttpRequest:
    """An HTTP request.

    In a unit test the method and the URL are enough; the body has three spellings::

        HttpRequest("GET", "/api/items?color=red")
        HttpRequest("POST", "/api/items", json={"color": "red"})

    Args:
        method: the HTTP method, in any letter case.
        url: the URL, query included; in a test it may begin with the path.
        headers: the headers, as a mapping or as pairs; several values of one name are joined by
            ",", as the host does.
        params: the query parameters; by default those of the URL as the host gives them: several
            values joined by ",", parameters without a value left out.
        route_params: what the route's template matched.
        body: the body; text is encoded as UTF-8.
        json: a value to send as JSON in place of ``body``; the content type is set unless the
            headers have one.
        form: fields to send URL-encoded in place of ``body``, as a mapping or as pairs; a list
            as a value gives the field several times.

    Raises:
        InvalidValueError: an argument is of the wrong type, the value has no JSON form, or there
            is more than one body (a TypeError and ValueError).
    """

    # Functions and frameworks put attributes of their own on a request.
    __slots__ = (
        "__dict__",
        "__weakref__",
        "_body",
        "_form",
        "_headers",
        "_method",
        "_params",
        "_query",
        "_route_params",
        "_text",
        "_url",
        "_wire",
    )

    _body: bytes
    _form: Form | None
    _headers: HttpRequestHeaders | None
    _method: str
    _params: Mapping[str, str] | None
    _query: MultiDict[str] | None
    _route_params: Mapping[str, str] | None
    _text: str | None
    _url: str
    _wire: Mapping[str, Any] | None

    def __init__(
        self,
        method: str,
        url: str,
        *,
        headers: HeaderSource | None = None,
        params: Mapping[str, str] | None = None,
        route_params: Mapping[str, str] | None = None,
        body: bytes | str | bytearray | memoryview | None = None,
        json: Any = _ABSENT,
        form: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
    ) -> None:
        if not isinstance(method, str):
            raise _refused("method", method, "str")
        if not isinstance(url, str):
            raise _refused("url", url, "str")
        self._method = method.upper()
        self._url = url
        self._wire = self._query = self._form = None
        self._params = None if params is None else _given_params("param", params)
        self._route_params = _given_params("route_param", route_params or {})
        content_type = None
        if json is not _ABSENT or form is not None:
            if body is not None or (json is not _ABSENT and form is not None):
                raise InvalidValueError.of(
                    _BINDING, "body", came="several bodies", expected="one of body, json and form"
                )
            if form is None:
                body, content_type = _json_body(json), "application/json"
            else:
                body, content_type = _form_body(form)
        self._body, self._text = _read_body(body)
        self._headers = HttpRequestHeaders(headers)
        if content_type and "content-type" not in self._headers:
            self._headers = HttpRequestHeaders(
                [*self._headers.items(), ("content-type", content_type)]
            )

    @classmethod
    def _from_wire(cls, message: Any) -> HttpRequest:
        """Make the request of a payload's content; the mappings are read when they are asked for.

        Raises:
            InvalidPayloadError: the content is not that of a request (a ValueError).
            InvalidValueError: the body is neither text nor bytes (a TypeError and ValueError).
        """
        request = cls.__new__(cls)
        try:
            method, url = message["method"].value, message["url"].value
            body = message.get("body")
        except (AttributeError, KeyError, TypeError, IndexError):
            raise InvalidPayloadError.of(
                _BINDING, "body", came=type(message).__name__, expected=_MESSAGE
            ) from None
        if type(method) is not str or type(url) is not str:
            raise InvalidPayloadError.of(
                _BINDING,
                "method and url",
                came=f"{preview(method)} and {safe_preview(url)}",
                expected="text",
            )
        request._method = method.upper()
        request._url = url
        request._wire = message
        request._headers = request._params = request._route_params = None
        request._query = request._form = request._text = None
        content = None if body is None else getattr(body, "value", body)
        if type(content) is bytes:
            request._body = content
        elif content is None and getattr(body, "type", None) is None:
            request._body = b""
        else:
            if content is None:
                raise _refused("body", content, "bytes or str")
            request._body, request._text = _read_body(content)
        return request

    @property
    def method(self) -> str:
        """The HTTP method, in upper case."""
        return self._method

    @property
    def url(self) -> str:
        """The URL that was requested, query included."""
        return self._url

    @property
    def headers(self) -> HttpRequestHeaders:
        """The headers: a read-only mapping, lookup in any letter case.

        Raises:
            InvalidPayloadError: the payload's headers are no texts by name, or beyond
                ``http_limits.header_count`` or ``header_size`` (a ValueError).
        """
        headers = self._headers
        if headers is None:
            headers = self._headers = HttpRequestHeaders._of_wire(self._part("headers"))
        return headers

    def _part(self, field: str) -> Any:
        return self._wire.get(field, {}) if self._wire is not None else {}

    @property
    def params(self) -> Mapping[str, str]:
        """The query parameters as the host gives them: several values of a name joined by ",".

        Parameters without a value are missing; :attr:`query` has the query as it was sent.
        """
        params = self._params
        if params is None:
            if self._wire is None:
                values = query_params(self._url)
            else:
                values = wire_texts(self._part("query"), "query")[0]
            params = self._params = MappingProxyType(values)
        return params

    @property
    def route_params(self) -> Mapping[str, str]:
        """What the route's template matched, by parameter name."""
        params = self._route_params
        if params is None:
            values = wire_texts(self._part("params"), "params")[0]
            params = self._route_params = MappingProxyType(values)
        return params

    @property
    def query(self) -> MultiDictProxy[str]:
        """The URL's query, with repeated names and empty values, in the order it was sent.

        ``query[name]`` is a name's first value, ``query.getall(name)`` are all.
        """
        from multidict import MultiDict, MultiDictProxy

        query = self._query
        if query is None:
            from urllib.parse import parse_qsl

            text = self._url.partition("#")[0].partition("?")[2]
            query = self._query = MultiDict(parse_qsl(text, keep_blank_values=True))
        return MultiDictProxy(query)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of the ``cookie`` header by name, values as they came (RFC 6265 5.4)."""
        from .cookies import parse_cookie

        return parse_cookie(self.headers.get("cookie"))

    def get_body(self) -> bytes:
        """Give the body."""
        return self._body

    @property
    def text(self) -> str:
        """The body as text in the declared charset, UTF-8 by default.

        Raises:
            InvalidPayloadError: the body is not text in that charset, or there is no such charset
                (a ValueError).
        """
        if self._text is not None:
            return self._text
        return read_text(self._body, charset_of(self.headers.get("content-type")), _BINDING)

    def get_json(self) -> Any:
        """Parse the body as JSON.

        The body may be UTF-8, UTF-16 or UTF-32, with or without a byte order mark, or in the
        charset that the ``content-type`` declares. The ``content-type`` need not be JSON's.

        Raises:
            ValueError: the body is empty, is not JSON, or nests too deeply to be read.
        """
        charset = None if self._text is not None else charset_of(self.headers.get("content-type"))
        return read_json(self._body, charset)

    @property
    def form(self) -> FormValues[str]:
        """The fields of a form: a read-only mapping of each name to its first value.

        ``form.getlist(name)`` gives all values of a name. Without a form as body it is empty.

        Raises:
            InvalidPayloadError: the body is not the form that its content type says, or has more
                fields than :meth:`parse_form` reads by default (a ValueError).
        """
        return self.parse_form().fields if self._form is None else self._form.fields

    @property
    def files(self) -> FormValues[UploadedFile]:
        """The uploaded files of a form, as :attr:`form` gives its fields.

        Raises:
            InvalidPayloadError: see :attr:`form`.
        """
        return self.parse_form().files if self._form is None else self._form.files

    def parse_form(self, *, max_parts: int | None = None, max_size: int | None = None) -> Form:
        """Parse the body as a form, within limits; :attr:`form` and :attr:`files` then give it.

        Args:
            max_parts: how many fields and files the form may have; by default
                ``http_limits.form_parts``.
            max_size: how many bytes the body may have, files included; by default the fields may
                have ``http_limits.form_size``, and the files what the host lets through.

        Raises:
            InvalidPayloadError: the body is not the form that its content type says, or is beyond
                a limit (a ValueError).
            NameTakenError: the package ``multipart`` is hidden by an old python-multipart (an
                ImportError).
        """
        from .forms import parse_form

        self._form = parse_form(
            self._body,
            self.headers.get("content-type"),
            max_parts=max_parts,
            max_size=max_size,
        )
        return self._form

    def __reduce__(self) -> tuple[Any, ...]:
        parts = {
            "headers": dict(self.headers),
            "params": dict(self.params),
            "route_params": dict(self.route_params),
            "body": self.get_body(),
        }
        return _restore, (type(self), self.method, self.url, parts, self.__dict__)

    def __repr__(self) -> str:
        return f"<HttpRequest {self._method} {hide_in_url(self._url)}>"


_MESSAGE = "a request: method, url, headers, query, params and body"


def _refused(field: str, came: object, expected: str) -> InvalidValueError:
    return InvalidValueError.of(_BINDING, field, came=safe_preview(came), expected=expected)


def _given_params(field: str, params: Any) -> Mapping[str, str]:
    return MappingProxyType(dict(text_pairs(params, field)))


def _read_body(body: Any) -> tuple[bytes, str | None]:
    """Give a body as bytes, and as text where it is given as text."""
    if isinstance(body, bytes):
        return body, None
    if isinstance(body, str):
        try:
            return body.encode(), body
        except UnicodeEncodeError:
            raise _refused("body", body, "text without lone surrogates") from None
    if body is None:
        return b"", None
    if isinstance(body, (bytearray, memoryview)):
        return bytes(body), None
    raise _refused("body", body, "bytes or str")


def _json_body(value: Any) -> bytes:
    try:
        return dump_json(value).encode()
    except (TypeError, ValueError) as error:
        raise _refused("json", value, f"a value with a JSON form ({error})") from None


def _form_body(form: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> tuple[bytes, str]:
    from urllib.parse import urlencode

    from .forms import FORM_TYPE

    try:
        return urlencode(list(source_pairs(form)), doseq=True).encode(), FORM_TYPE
    except (TypeError, ValueError):
        raise _refused("form", form, "a mapping of fields, or pairs of name and value") from None


def _restore(
    cls: type[HttpRequest], method: str, url: str, parts: dict[str, Any], extra: dict[str, Any]
) -> HttpRequest:
    request = cls.__new__(cls)
    HttpRequest.__init__(request, method, url, **parts)
    request.__dict__.update(extra)
    return request
