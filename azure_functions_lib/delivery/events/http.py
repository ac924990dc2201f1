"""Requests, as the host sends them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...http.query import joined, query_params
from ...http.request import HttpRequest
from ...wire.datum import Datum
from ..recorded import RecordedPayload

if TYPE_CHECKING:
    from ...http.headers import HeaderSource


def http(
    method: str = "GET",
    url: str = "http://localhost:7071/api/function",
    *,
    headers: HeaderSource | None = None,
    body: str | bytes | None = None,
    json: Any = ...,
    form: Mapping[str, Any] | None = None,
    route_params: Mapping[str, str] | None = None,
) -> RecordedPayload:
    """Make a request; ``client.get`` and the other verbs are what finds the function for one."""
    bodies: dict[str, Any] = {} if json is ... else {"json": json}
    request = HttpRequest(
        method, url, headers=headers, body=body, form=form, route_params=route_params, **bodies
    )
    return http_request(request)


def http_request(request: HttpRequest) -> RecordedPayload:
    """Make the payload of a request."""
    url = request.url
    if url.startswith("/"):
        url = f"http://localhost:7071{url}"
    headers = list(request.headers.items())
    if "host" not in request.headers:
        headers.append(("host", urlsplit(url).netloc))
    body = request.get_body()
    if body and "content-length" not in request.headers:
        headers.append(("content-length", str(len(body))))
    return RecordedPayload(
        http_payload(
            request.method, url, headers=headers, body=body, route_params=request.route_params
        ),
        event="http",
    )


def http_payload(
    method: str,
    url: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    route_params: Mapping[str, str] | None = None,
) -> Datum:
    """Make the payload of an HTTP request.

    Header names go in lower case; several values of one header, and of one query parameter, are
    joined by a comma; query parameters without a value are left out. The body travels as bytes.

    Args:
        method: the HTTP method.
        url: the absolute URL, query included.
        headers: names and values; a name may occur several times.
        body: the body.
        route_params: what the route's template matched.
    """
    return Datum(
        {
            "method": Datum(method, "string"),
            "url": Datum(url, "string"),
            "headers": _texts(joined((name.lower(), value) for name, value in headers)),
            "query": _texts(query_params(url)),
            "params": _texts(route_params or {}),
            "body": Datum(body, "bytes"),
        },
        "http",
    )


def _texts(values: Mapping[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}
