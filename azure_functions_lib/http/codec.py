"""The codecs of HTTP: requests come in, responses go out."""

from __future__ import annotations

import collections.abc
import typing
from typing import TYPE_CHECKING, Any

from .._log import warn
from ..wire.codec import Codec, annotated_types
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from .cookies import wire_cookie
from .request import HttpRequest
from .response import SENDS, HttpResponse

if TYPE_CHECKING:
    from http.cookies import SimpleCookie

__all__ = ["HttpCodec", "HttpTriggerCodec"]


class HttpTriggerCodec(Codec):
    """A request that triggers a function."""

    binding = "httpTrigger"
    accepts = (HttpRequest,)
    takes = "a payload of type 'http'"

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> HttpRequest:
        """Make the request; headers and parameters are read when they are asked for."""
        if getattr(data, "type", None) != "http":
            raise cls.unsupported_payload(data)
        return HttpRequest._from_wire(data.value)


class HttpCodec(Codec):
    """The response of a function."""

    binding = "http"
    emits = (
        HttpResponse,
        str,
        bytes,
        bytearray,
        int,
        float,
        collections.abc.Mapping,
        collections.abc.Sequence,
        collections.abc.Set,
    )
    sends = SENDS

    @classmethod
    def emits_annotation(cls, pytype: object) -> bool:
        """Whether a response can be made of all that an annotation allows."""
        parts = annotated_types(pytype)
        return bool(parts) and all(_is_sendable(part) for part in parts)

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> Datum:
        """Turn what a function returned into a response; see :meth:`HttpResponse.of`."""
        if isinstance(obj, str):
            if not obj.isascii():
                HttpResponse(obj)  # refuses lone surrogates
            return Datum(obj, "string")
        response = obj if isinstance(obj, HttpResponse) else HttpResponse.of(obj)
        headers: dict[str, Datum] = {}
        names: dict[str, Datum] = {}
        repeated: dict[str, list[str]] = {}
        set_cookies: list[str] = []
        for name, value in response._headers:
            key = name.lower()
            if key == "set-cookie":
                set_cookies.append(value)
            elif key in _SINGLE and key in names:
                names[key].value = value
            elif key in names:
                repeated.setdefault(key, [names[key].value]).append(value)
            else:
                names[key] = headers[name] = Datum(value, "string")
        for key, values in repeated.items():
            # RFC 9110 5.3: this means the same as several headers.
            names[key].value = ", ".join(values)
        if "content-type" not in names:
            content_type = response.mimetype
            if content_type.startswith("text/"):
                content_type = f"{content_type}; charset={response.charset}"
            headers["content-type"] = Datum(content_type, "string")
        return Datum(
            {
                "status_code": Datum(str(response.status_code), "string"),
                "headers": headers,
                "body": Datum(response.get_body(), "bytes"),
                "cookies": _wire_cookies(set_cookies) if set_cookies else None,
            },
            "http",
        )


# RFC 9110: fields that are no lists. Two values joined would be none; the last one counts.
_SINGLE = {
    "age", "content-disposition", "content-length", "content-location", "content-range",
    "content-type", "date", "etag", "expires", "last-modified", "location", "retry-after",
    "server",
}  # fmt: skip


def _wire_cookies(headers: list[str]) -> list[SimpleCookie]:
    cookies = [wire_cookie(header) for header in headers]
    if not all(cookies):
        # Without the header, which may hold a secret.
        warn(
            "http: header 'Set-Cookie': got no name=value, or a tab; expected a cookie such as "
            "'id=1; Path=/'. Browsers ignore such a header, so it is not sent."
        )
    return cookies


def _is_sendable(annotation: object) -> bool:
    origin = typing.get_origin(annotation)
    kind = annotation if origin is None else origin
    return isinstance(kind, type) and (
        issubclass(kind, HttpCodec.emits)
        or any(hasattr(kind, mark) for mark in ("__dataclass_fields__", "model_dump", "to_dict"))
    )
