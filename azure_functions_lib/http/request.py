"""The request that triggers an HTTP function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..errors import InvalidPayloadError, InvalidValueError, preview
from .content import charset_of, read_json, read_text
from .headers import HeaderSource, HttpRequestHeaders, source_pairs
from .query import query_params

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
    _params: dict[str, str] | None
    _query: MultiDict[str] | None
    _route_params: dict[str, str] | None
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
        self._params = None if params is None else dict(params)
        self._route_params = dict(route_params or {})
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
                _BINDING, "body", came=preview(message), expected=_MESSAGE
            ) from None
        if type(method) is not str or type(url) is not str:
            raise InvalidPayloadError.of(
                _BINDING,
                "method and url",
                came=f"{preview(method)} and {preview(url)}",
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
        """The headers: a read-only mapping, lookup in any letter case."""
        headers = self._headers
        if headers is None:
            values = self._texts("headers", lower=True)
            headers = self._headers = HttpRequestHeaders._of(values)
        return headers

    def _texts(self, field: str, *, lower: bool = False) -> dict[str, str]:
        """Read one of the payload's mappings of text, its names in lower case on request.

        Raises:
            InvalidPayloadError: it is no mapping of text.
        """
        source = self._wire.get(field) if self._wire is not None else None
        if not source:
            return {}
        try:
            if lower:
                values = {str.lower(name): datum.value for name, datum in source.items()}
            else:
                values = {name: datum.value for name, datum in source.items()}
                "".join(values)
            # Joining is the fastest test that all are text: else it raises.
            "".join(values.values())
        except (AttributeError, TypeError):
            return _plain_texts(source, field, lower=lower)
        return values

    @property
    def params(self) -> Mapping[str, str]:
        """The query parameters as the host gives them: several values of a name joined by ",".

        Parameters without a value are missing; :attr:`query` has the query as it was sent.
        """
        params = self._params
        if params is None:
            params = query_params(self._url) if self._wire is None else self._texts("query")
            self._params = params
        return MappingProxyType(params)

    @property
    def route_params(self) -> Mapping[str, str]:
        """What the route's template matched, by parameter name."""
        values = self._route_params
        if values is None:
            values = self._route_params = self._texts("params")
        return MappingProxyType(values)

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
        return read_text(self._body, self._charset, _BINDING)

    def get_json(self) -> Any:
        """Parse the body as JSON.

        The body may be UTF-8, UTF-16 or UTF-32, with or without a byte order mark, or in the
        charset that the ``content-type`` declares. The ``content-type`` need not be JSON's.

        Raises:
            ValueError: the body is empty, is not JSON, or nests too deeply to be read.
        """
        if self._text is not None:
            return read_json(self._body, None)
        return read_json(self._body, self._charset)

    @property
    def _content_type(self) -> str | None:
        if self._headers is None and self._wire is not None:
            # The host writes header names in lower case: no need to read all for this one.
            try:
                value = self._wire["headers"]["content-type"].value
            except (AttributeError, KeyError, TypeError):
                value = None
            if type(value) is str:
                return value
        return self.headers.get("content-type")

    @property
    def _charset(self) -> str | None:
        return charset_of(self._content_type)

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

    def parse_form(self, *, max_parts: int = 10_000, max_size: int | None = None) -> Form:
        """Parse the body as a form, within limits; :attr:`form` and :attr:`files` then give it.

        Args:
            max_parts: how many fields and files the form may have.
            max_size: how many bytes the body may have; None leaves that to the host, which by
                default takes no request beyond 100 MB.

        Raises:
            InvalidPayloadError: the body is not the form that its content type says, or is beyond
                a limit (a ValueError).
        """
        from .forms import parse_form

        self._form = parse_form(
            self._body, self._content_type, max_parts=max_parts, max_size=max_size
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
        return f"<HttpRequest {self._method} {_hide_key(self._url)}>"


_MESSAGE = "a request: method, url, headers, query, params and body"


def _hide_key(url: str) -> str:
    """Give a URL without the function's access key, which a repr would carry into logs."""
    if "code=" not in url:
        return url
    import re

    return re.sub(r"([?&]code=)[^&#]*", r"\1...", url)


def _refused(field: str, came: object, expected: str) -> InvalidValueError:
    return InvalidValueError.of(_BINDING, field, came=preview(came), expected=expected)


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
    from ..wire.jsontext import dump_json

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


def _plain_texts(source: Any, field: str, *, lower: bool) -> dict[str, str]:
    """Read what is no mapping of text datums: perhaps of text."""
    values = {}
    for name, datum in source.items() if isinstance(source, Mapping) else [(None, source)]:
        value = getattr(datum, "value", datum)
        if not isinstance(name, str) or not isinstance(value, str):
            raise InvalidPayloadError.of(
                _BINDING, field, came=preview(source), expected="a mapping of text"
            )
        values[name.lower() if lower else name] = value
    return values


def _restore(
    cls: type[HttpRequest], method: str, url: str, parts: dict[str, Any], extra: dict[str, Any]
) -> HttpRequest:
    request = cls.__new__(cls)
    HttpRequest.__init__(request, method, url, **parts)
    request.__dict__.update(extra)
    return request
