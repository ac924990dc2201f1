"""The response of an HTTP function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import InvalidValueError, UnsupportedValueError, preview
from ..wire.jsontext import dump_json
from .content import charset_of, read_json, read_text
from .headers import HeaderSource, HttpResponseHeaders, checked_pairs, header_value

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from http import HTTPStatus

    from typing_extensions import Self

    from .cookies import SameSite

__all__ = ["HttpResponse"]

_BINDING = "http"
_MIMETYPE, _CHARSET = "text/plain", "utf-8"  # of a response that does not say


class HttpResponse:
    """An HTTP response.

    The ``content-type`` is made of ``mimetype`` and ``charset`` unless the headers have one.

    Args:
        body: the body; text is encoded with ``charset``.
        status_code: the status, 200 by default.
        headers: the headers, as a mapping or, where names repeat, as pairs.
        mimetype: the media type, ``text/plain`` by default.
        charset: the charset of a text body, UTF-8 by default; declared for ``text/*`` types.

    Raises:
        InvalidValueError: the body is neither text nor bytes, the status is not within 100-999,
            or a header cannot be sent, as one with a line break (a TypeError and ValueError).
        LookupError: there is no such charset.
        UnicodeEncodeError: the given charset cannot encode the body (a ValueError).
    """

    # Functions and frameworks put attributes of their own on a response.
    __slots__ = (
        "__dict__",
        "__weakref__",
        "_body",
        "_charset",
        "_headers",
        "_mimetype",
        "_status_code",
    )

    # Pairs until the mapping is asked for: iterating either gives pairs of name and value.
    _headers: list[tuple[str, str]] | HttpResponseHeaders

    def __init__(
        self,
        body: str | bytes | bytearray | None = None,
        *,
        status_code: HTTPStatus | int | None = None,
        headers: HeaderSource | None = None,
        mimetype: str | None = None,
        charset: str | None = None,
    ) -> None:
        self._status_code = 200 if status_code is None else _status(status_code)
        self._mimetype = _MIMETYPE if mimetype is None else _text("mimetype", mimetype)
        self._charset = _CHARSET if charset is None else _text("charset", charset)
        self._headers = [] if headers is None else checked_pairs(headers)
        if isinstance(body, str):
            try:
                self._body = body.encode() if charset is None else body.encode(self._charset)
            except UnicodeEncodeError:
                if charset is not None:
                    raise
                raise InvalidValueError.of(
                    _BINDING, "body", came=preview(body), expected="text without lone surrogates"
                ) from None
        elif body is None:
            self._body = b""
        elif isinstance(body, (bytes, bytearray)):
            self._body = bytes(body)
        else:
            raise InvalidValueError.of(
                _BINDING,
                "body",
                came=preview(body),
                expected="str or bytes",
                remedy="HttpResponse.from_json makes a response of a JSON-able value",
            )

    @staticmethod
    def _of_app(
        body: bytes,
        status: int,
        headers: list[tuple[str, str]],
        mimetype: str | None,
        charset: str | None,
    ) -> HttpResponse:
        """Make a response of what a web application has sent; mimetype and charset as its headers.

        Raises:
            InvalidValueError: the status or a header cannot be sent.
        """
        response = HttpResponse.__new__(HttpResponse)
        response._status_code = _status(status)
        response._headers = checked_pairs(headers)
        response._body = body
        response._mimetype = mimetype or _MIMETYPE
        response._charset = charset or _CHARSET
        return response

    @classmethod
    def from_json(
        cls,
        value: Any,
        *,
        status_code: HTTPStatus | int | None = None,
        headers: HeaderSource | None = None,
        mimetype: str = "application/json",
    ) -> Self:
        """Make a response of a JSON-able value.

        Beyond what JSON knows this takes dates, UUIDs, Decimals, enum members, dataclasses,
        pydantic models, objects with ``to_dict``, mappings and collections.

        Args:
            value: what to send as JSON.
            status_code: the status, 200 by default.
            headers: the headers, as a mapping or as pairs.
            mimetype: the media type.

        Raises:
            InvalidValueError: the value has no JSON form, or see the class (a TypeError and
                ValueError).
        """
        try:
            text = dump_json(value)
        except (TypeError, ValueError) as error:
            raise InvalidValueError.of(
                _BINDING,
                "body",
                came=preview(value),
                expected=f"a value with a JSON form ({error})",
            ) from None
        return cls(text, status_code=status_code, headers=headers, mimetype=mimetype)

    @classmethod
    def of(cls, value: Any) -> HttpResponse:
        """Make a response of anything that a function may return for one.

        A response is itself, ``str`` its text, ``bytes`` an ``application/octet-stream``. A tuple
        is ``(body, status)`` or ``(body, status, headers)``. Any other value is sent as JSON.

        Raises:
            UnsupportedValueError: no response can be made of the value, as of None (a TypeError
                and NotImplementedError).
            InvalidValueError: a tuple's status or headers cannot be sent (a TypeError and
                ValueError).
        """
        if isinstance(value, HttpResponse):
            return value
        if type(value) is not tuple:  # a named tuple is a value
            return cls._of_body(value)
        if not 2 <= len(value) <= 3:
            raise _unsupported(value)
        body, status, headers = (*value, None)[:3]
        if body is None:
            return cls(status_code=_status(status), headers=headers)
        return cls._of_body(body, _status(status), headers)

    @classmethod
    def _of_body(
        cls, body: Any, status: int | None = None, headers: HeaderSource | None = None
    ) -> HttpResponse:
        if isinstance(body, str):
            return cls(body, status_code=status, headers=headers)
        if isinstance(body, (bytes, bytearray, memoryview)):
            mimetype = "application/octet-stream"
            return cls(bytes(body), status_code=status, headers=headers, mimetype=mimetype)
        if body is None or isinstance(body, HttpResponse):
            raise _unsupported(body)

        try:
            text = dump_json(body)
        except (TypeError, ValueError) as error:
            raise _unsupported(body) from error
        return cls(text, status_code=status, headers=headers, mimetype="application/json")

    @property
    def status_code(self) -> int:
        """The status."""
        return self._status_code

    @property
    def mimetype(self) -> str:
        """The media type that the response declares unless its headers have a content type."""
        return self._mimetype

    @property
    def charset(self) -> str:
        """The charset that a text body was encoded with."""
        return self._charset

    @property
    def headers(self) -> HttpResponseHeaders:
        """The headers: a mutable multi-mapping, lookup in any letter case."""
        headers = self._headers
        if isinstance(headers, list):
            headers = self._headers = HttpResponseHeaders._of(headers)
        return headers

    def get_body(self) -> bytes:
        """Give the body."""
        return self._body

    @property
    def text(self) -> str:
        """The body as text, in the charset of the content type header, else :attr:`charset`.

        Raises:
            InvalidPayloadError: the body is not text in that charset, or there is no such charset
                (a ValueError).
        """
        return read_text(self._body, self._declared_charset, _BINDING)

    def get_json(self) -> Any:
        """Parse the body as JSON.

        Raises:
            ValueError: the body is empty, is not JSON, or nests too deeply to be read.
        """
        return read_json(self._body, self._declared_charset)

    @property
    def _declared_charset(self) -> str:
        for name, value in self._headers:
            if name.lower() == "content-type":
                return charset_of(value) or self._charset
        return self._charset

    def set_cookie(
        self,
        name: str,
        value: str = "",
        *,
        max_age: int | timedelta | None = None,
        expires: datetime | str | float | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: SameSite | None = None,
        partitioned: bool = False,
    ) -> None:
        """Add a ``Set-Cookie`` header (RFC 6265).

        Without ``max_age`` and ``expires`` the cookie lives as long as the browser session.

        Args:
            name: the cookie's name.
            value: its value: any text but ``;``, control characters and outer spaces.
            max_age: for how many seconds to keep it; 0 deletes it. It precedes ``expires``.
            expires: until when to keep it: a datetime (UTC if naive), seconds since 1970, or an
                HTTP date.
            path: below which path it is sent back; None is the directory of the request.
            domain: to which domain, with all below, it is sent back; None is the host alone.
            secure: send it back over HTTPS only.
            httponly: hide it from scripts.
            samesite: ``"Lax"``, ``"Strict"`` or ``"None"`` (needs ``secure``): whether requests
                that another site causes carry it.
            partitioned: keep it apart for each top-level site (needs ``secure``). The Functions
                host has no place for this and drops it.

        Raises:
            InvalidValueError: an argument cannot be written into the header (a ValueError and
                TypeError).
        """
        from .cookies import set_cookie_value

        header = set_cookie_value(
            name,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )
        if isinstance(self._headers, list):
            self._headers.append(("Set-Cookie", header_value("Set-Cookie", header)))
        else:
            self._headers.add("Set-Cookie", header)

    def delete_cookie(
        self,
        name: str,
        *,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: SameSite | None = None,
        partitioned: bool = False,
    ) -> None:
        """Add a ``Set-Cookie`` header that makes the browser forget a cookie.

        Path, domain and ``partitioned`` must be those it was set with, and ``secure`` too where
        the name begins with ``__Secure-`` or ``__Host-``.

        Raises:
            InvalidValueError: see :meth:`set_cookie` (a ValueError and TypeError).
        """
        self.set_cookie(
            name,
            max_age=0,
            expires=0,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )

    def __repr__(self) -> str:
        return f"<HttpResponse {self._status_code} {self._mimetype}>"


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValueError.of(_BINDING, field, came=preview(value), expected="str")
    return header_value(field, value)


def _status(status: Any) -> int:
    """Check a status.

    Raises:
        InvalidValueError: it is no number of three digits (a ValueError and TypeError).
    """
    if type(status) is int and 100 <= status <= 999:
        return status
    if isinstance(status, str) and len(status) == 3 and status.isascii() and status.isdigit():
        status = int(status)
    if isinstance(status, int) and not isinstance(status, bool) and 100 <= status <= 999:
        return int(status)
    raise InvalidValueError.of(
        _BINDING, "status_code", came=preview(status), expected="a number from 100 to 999"
    )


def _unsupported(value: object) -> UnsupportedValueError:
    remedy = None
    if type(value) is tuple:
        remedy = "Return a list for a JSON array"
    elif value is None:
        remedy = "Return HttpResponse(status_code=204) for a response without a body"
    return UnsupportedValueError.of(
        _BINDING, "value", came=preview(value), expected=SENDS, remedy=remedy
    )


SENDS = "HttpResponse, str, bytes, a JSON-able value, or a tuple (body, status[, headers])"
"""What a response can be made of, in words."""
