"""HTTP: decoding, encoding, responses, cookies and forms."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

import azure_functions_lib as func
from azure_functions_lib.meta import Datum, get_binding_registry

from . import Row, compare, peer

HEADERS = {
    "accept": "*/*",
    "accept-encoding": "gzip, deflate, br",
    "accept-language": "en",
    "connection": "keep-alive",
    "content-length": "17",
    "content-type": "application/json",
    "cookie": "session=0123456789abcdef; theme=dark",
    "host": "contoso.azurewebsites.net",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
    "x-arr-log-id": "4bc1d4a5-6c0f-4a1b-a3c5-2d2c0e6d3f1a",
    "x-forwarded-for": "203.0.113.7:52144",
    "x-forwarded-proto": "https",
}
URL = "https://contoso.azurewebsites.net/api/items/7?page=2&size=50&sort=name"
FORM = b"".join(
    b'--XX\r\nContent-Disposition: form-data; name="field%d"\r\n\r\nvalue %d\r\n' % (i, i)
    for i in range(1000)
)
FORM += b"--XX--\r\n"
COOKIES = [
    "session=0123456789abcdef; Path=/; HttpOnly; Secure; SameSite=Lax",
    "theme=dark; Max-Age=31536000; Path=/",
    "seen=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Domain=contoso.com; Path=/",
]


def rows() -> Iterable[Row]:
    ours = _operations(func, get_binding_registry(), Datum)
    theirs: dict[str, Callable[[], object]] = {}
    if peer is not None:
        theirs = _operations(peer, peer.get_binding_registry(), peer.meta.Datum)
    for call in (*ours.values(), *theirs.values()):
        call()  # imports what it needs
    for name, target in (
        ("httpTrigger decode", 3),
        ("httpTrigger, two headers, a parameter of each kind and the JSON", 1.2),
        ("httpTrigger decode, everything read", 1),
        ("httpTrigger get_json", 1),
        ("http encode", 2),
        ("http encode, three cookies", 4),
        ("HttpResponse", 3),
        ("HttpResponse with two headers", 3),
        ("form of 1,000 multipart fields", 3.5),
        ("form of 1,000 URL-encoded fields", 1),
    ):
        yield compare(name, ours[name], theirs.get(name), target=target)
    yield from _form_memory()
    yield Row(
        "new process: import, HTTP decode and encode",
        _process(ONE_INVOCATION.format("azure_functions_lib")),
        _process(ONE_INVOCATION.format("azure.functions")) if peer is not None else None,
        note="seconds beyond those of an empty process; aim 30 ms",
    )


def _operations(lib: Any, registry: Any, datum: Any) -> dict[str, Callable[[], object]]:
    def text(value: str) -> Any:
        return datum(value, "string")

    def payload(headers: dict[str, str], body: bytes) -> Any:
        message = {
            "method": text("POST"),
            "url": text(URL),
            "headers": {name: text(value) for name, value in headers.items()},
            "query": {"page": text("2"), "size": text("50"), "sort": text("name")},
            "params": {"id": text("7")},
            "body": datum(body, "bytes"),
        }
        return datum(message, "http")

    decode, encode = registry.get("httpTrigger").decode, registry.get("http").encode
    request = payload(HEADERS, b'{"order": [1, 2]}')
    response = lib.HttpResponse("hello", headers={"X-One": "1", "Cache-Control": "no-store"})
    form_type = "application/x-www-form-urlencoded"
    fields = "&".join(f"field{i}=value+{i}" for i in range(1000)).encode()
    multipart_type = "multipart/form-data; boundary=XX"

    def read_what_functions_read() -> object:
        req = decode(request, trigger_metadata=None)
        return (
            req.headers["User-Agent"],
            req.headers.get("x-arr-log-id"),
            req.params["page"],
            req.route_params["id"],
            req.get_json(),
        )

    def read_everything() -> object:
        req = decode(request, trigger_metadata=None)
        return (
            req.method,
            req.url,
            dict(req.headers.items()),
            req.headers["Content-Type"],
            dict(req.params),
            req.route_params["id"],
            req.get_body(),
        )

    def three_cookies() -> object:
        answer = lib.HttpResponse("hello")
        for cookie in COOKIES:
            answer.headers.add("Set-Cookie", cookie)
        return encode(answer, expected_type=None)

    def read_form(content_type: str, body: bytes) -> Callable[[], object]:
        headers = {"content-type": content_type}
        return lambda: lib.HttpRequest("POST", URL, headers=headers, body=body).form["field999"]

    return {
        "httpTrigger decode": lambda: decode(request, trigger_metadata=None),
        "httpTrigger, two headers, a parameter of each kind and the JSON": read_what_functions_read,
        "httpTrigger decode, everything read": read_everything,
        "httpTrigger get_json": lambda: decode(request, trigger_metadata=None).get_json(),
        "http encode": lambda: encode(response, expected_type=None),
        "http encode, three cookies": three_cookies,
        "HttpResponse": lambda: lib.HttpResponse("hello", status_code=201),
        "HttpResponse with two headers": lambda: lib.HttpResponse(
            "hello", headers={"X-One": "1", "Cache-Control": "no-store"}
        ),
        "form of 1,000 multipart fields": read_form(multipart_type, FORM),
        "form of 1,000 URL-encoded fields": read_form(form_type, fields),
    }


FORMS = {
    "one field of 3 MB, all of it escaped": b"a=" + b"%41" * 1_000_000,
    "1,000 fields of 500 bytes": b"&".join(
        b"field%d=%s" % (i, b"value+" * 80) for i in range(1000)
    ),
}


def _form_memory() -> Iterable[Row]:
    """Measure how much memory reading a URL-encoded form takes at most, beside its body."""
    for name, body in FORMS.items():

        def read(lib: Any, body: bytes = body) -> object:
            headers = {"content-type": "application/x-www-form-urlencoded"}
            req = lib.HttpRequest(
                "POST", URL, headers=headers, params={}, route_params={}, body=body
            )
            return len(req.form)

        libraries = (func,) if peer is None else (func, peer)
        peaks = [f"{_peak(lambda lib=lib: read(lib)) / len(body):.1f}" for lib in libraries]
        row = compare(
            f"URL-encoded form, {name}", lambda: read(func), peer and (lambda: read(peer))
        )
        yield row._replace(note=f"memory {' and '.join(peaks)} times the body, aim 8")


def _peak(call: Callable[[], object]) -> int:
    call()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


ONE_INVOCATION = """
import {0} as func
from {0}.meta import Datum
text = lambda value: Datum(value, "string")
message = dict(
    method=text("GET"), url=text("https://contoso.azurewebsites.net/api/hello?name=you"),
    headers=dict(host=text("contoso.azurewebsites.net")), query=dict(name=text("you")), params={{}},
    body=Datum(b"", "bytes"),
)
registry = func.get_binding_registry()
req = registry.get("httpTrigger").decode(Datum(message, "http"), trigger_metadata={{}})
response = func.HttpResponse(req.params["name"], headers=dict(etag=req.headers["host"]))
registry.get("http").encode(response, expected_type=None)
"""


def _process(code: str) -> float:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # time imports, not compiling

    def run(source: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", source], check=True, env=environment)
        return time.perf_counter() - start

    run(code)
    pairs = [(run("pass"), run(code)) for _ in range(9)]
    return median(pair[1] for pair in pairs) - median(pair[0] for pair in pairs)
