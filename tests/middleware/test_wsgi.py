"""The WSGI adapter, seen by applications and by what the function returns."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any
from wsgiref.validate import validator

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import InvalidValueError, InvocationError
from azure_functions_lib.middleware.asgi import AsgiRequest
from azure_functions_lib.middleware.wsgi import WsgiRequest

App = Any


def request(url: str = "http://localhost:7071/api/x", **options: Any) -> func.HttpRequest:
    options.setdefault("body", b"")
    return func.HttpRequest(options.pop("method", "GET"), url, **options)


def serve(app: App, req: func.HttpRequest | None = None, **options: Any) -> func.HttpResponse:
    return func.WsgiMiddleware(app, **options).handle(req or request())


def environ_of(req: func.HttpRequest, context: Any = None, **options: Any) -> dict[str, Any]:
    """The environment that an application gets."""
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return []

    func.WsgiMiddleware(app, **options).handle(req, context)
    return seen


# The environment


def test_environ_describes_the_request() -> None:
    environ = environ_of(
        request(
            "https://shop.example:8443/p/a%20b?q=%31&r",
            method="post",
            headers={"Content-Type": "a/b", "X-Name": "Zoë", "Content-Length": "99"},
            body=b"xyz",
        )
    )
    assert environ.pop("wsgi.input").read() == b"xyz"
    assert environ.pop("wsgi.errors")
    assert environ == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/p/a b",
        "QUERY_STRING": "q=%31&r",
        "CONTENT_TYPE": "a/b",
        "CONTENT_LENGTH": "3",
        "SERVER_NAME": "shop.example",
        "SERVER_PORT": "8443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_X_NAME": "Zoë",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://h/%C3%A9", "/\xc3\xa9"),
        ("http://h/é", "/\xc3\xa9"),
        ("http://h/%ff", "/\xff"),
        ("http://h/a%2Fb", "/a/b"),
        ("http://h", "/"),
    ],
)
def test_W4_path_info_holds_the_bytes_as_latin_1(url: str, path: str) -> None:
    assert environ_of(request(url))["PATH_INFO"] == path


def test_native_strings_hold_utf_8_bytes_as_latin_1() -> None:
    environ = environ_of(request("http://h/?q=é", headers={"x-a": "日"}))
    assert environ["QUERY_STRING"] == "q=\xc3\xa9"
    assert environ["HTTP_X_A"] == "\xe6\x97\xa5"


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"X_MS_CLIENT_PRINCIPAL_NAME": "admin"}, "HTTP_X_MS_CLIENT_PRINCIPAL_NAME"),
        ({"Content_Type": "text/evil"}, "CONTENT_TYPE"),
        ({"X_Forwarded_For": "6.6.6.6"}, "HTTP_X_FORWARDED_FOR"),
        ({"X_Forwarded_For": "6.6.6.6"}, "REMOTE_ADDR"),
        ({"a_b": "c"}, "HTTP_A_B"),
    ],
)
def test_header_with_underscores_cannot_pose_as_another(headers: dict[str, str], key: str) -> None:
    assert key not in environ_of(request(headers=headers))
    genuine = {"x-ms-client-principal-name": "ann", "content-type": "a/b"}
    genuine.update({"x-forwarded-for": "203.0.113.7", "a-b": "d"})
    alone = environ_of(request(headers=genuine))
    for pairs in ({**genuine, **headers}, {**headers, **genuine}):
        assert environ_of(request(headers=pairs))[key] == alone[key]


def test_headers_of_the_connection_are_not_passed_on() -> None:
    headers = {"Transfer-Encoding": "chunked", "Connection": "close", "TE": "trailers", "x": "1"}
    environ = environ_of(request(headers=headers, body=b"a=1", method="POST"))
    assert [key for key in environ if key.startswith("HTTP_")] == ["HTTP_X"]
    assert environ["CONTENT_LENGTH"] == "3"


def test_path_info_of_a_request() -> None:
    assert WsgiRequest(request("http://h/api/caf%C3%A9?a=1")).path_info == "/api/caf\xc3\xa9"
    assert AsgiRequest(request("http://h/api/caf%C3%A9?a=1")).path_info == "/api/café"


@pytest.mark.parametrize(
    ("prefix", "url", "script_name", "path_info"),
    [
        ("/api", "http://h/api/x", "/api", "/x"),
        ("api", "http://h/api", "/api", ""),
        ("/api", "http://h/apis/x", "", "/apis/x"),
        ("", "http://h/api/x", "", "/api/x"),
        ("é", "http://h/%C3%A9/x", "/\xc3\xa9", "/x"),
    ],
)
def test_script_name_is_the_route_prefix(
    prefix: str, url: str, script_name: str, path_info: str
) -> None:
    environ = environ_of(request(url), root_path=prefix)
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == (script_name, path_info)


def test_remote_addr_is_who_the_front_end_names() -> None:
    environ = environ_of(request(headers={"x-forwarded-for": "10.0.0.1, 203.0.113.7:4711"}))
    assert environ["REMOTE_ADDR"] == "203.0.113.7"
    assert "REMOTE_ADDR" not in environ_of(request())


def test_environ_carries_the_invocation_context_but_no_none() -> None:
    environ = environ_of(request(), SimpleNamespace(invocation_id="i-1", trace_context=None))
    context = {key: value for key, value in environ.items() if key.startswith("azure_functions.")}
    assert context == {"azure_functions.invocation_id": "i-1"}


# wsgi.errors


def test_W1_errors_are_logged_and_the_answer_is_sent(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        try:
            raise KeyError("lost")
        except KeyError:
            traceback.print_exc(file=environ["wsgi.errors"])
        start_response("200 OK", [])
        return [b"fine"]

    middleware = func.WsgiMiddleware(app)
    for count in (1, 2):
        assert middleware.handle(request()).get_body() == b"fine"
        assert len(caplog.records) == count
    record = caplog.records[0]
    assert record.levelno == logging.ERROR
    assert record.getMessage().startswith("Traceback (most recent call last):")
    assert record.getMessage().endswith("KeyError: 'lost'")


def test_W1_each_flush_is_a_record(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        errors = environ["wsgi.errors"]
        print("one", file=errors, flush=True)
        errors.flush()
        errors.writelines(["tw", "o\n"])
        start_response("200 OK", [])
        return []

    serve(app)
    assert [record.getMessage() for record in caplog.records] == ["one", "two"]


def test_W1_errors_of_a_failing_app_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        environ["wsgi.errors"].write("last words")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        serve(app)
    assert "last words" in caplog.text


def test_W1_log_handler_that_writes_to_wsgi_errors_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "__stderr__", sys.stderr)

    def app(environ: Any, start_response: Any) -> list[bytes]:
        handler = logging.StreamHandler(environ["wsgi.errors"])
        logging.getLogger().addHandler(handler)
        try:
            logging.getLogger("shop").error("sold out")
        finally:
            logging.getLogger().removeHandler(handler)
        start_response("200 OK", [])
        return [b"fine"]

    assert serve(app).get_body() == b"fine"
    assert capsys.readouterr().err.count("sold out") == 1


# start_response


def test_W2_exc_info_replaces_the_answer() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("X-A", "1")])
        try:
            raise KeyError("late")
        except KeyError:
            start_response("503 Service Unavailable", [("X-B", "2")], sys.exc_info())
        return [b"error page"]

    response = serve(app)
    assert (response.status_code, response.get_body()) == (503, b"error page")
    assert [name for name, _ in response.headers.items()] == ["X-B"]


def test_W2_exc_info_after_the_first_byte_is_raised() -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"half a body"
        try:
            raise KeyError("late")
        except KeyError:
            start_response("500 Oops", [], sys.exc_info())
        yield b"error page"

    with pytest.raises(KeyError, match="late"):
        serve(app)


def test_W2_write_comes_before_the_iterable() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        write = start_response("200 OK", [])
        write(b"one ")
        write(b"two ")
        return [b"three"]

    assert serve(app).get_body() == b"one two three"


class Body:
    """A response body that counts how often it is closed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = chunks
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield from self.chunks

    def close(self) -> None:
        self.closed += 1


def test_W3_result_is_closed() -> None:
    body = Body([b"a", b"", b"b"])

    def app(environ: Any, start_response: Any) -> Body:
        start_response("200 OK", [])
        return body

    assert serve(app).get_body() == b"ab"
    assert body.closed == 1


def test_W3_result_is_closed_after_an_error() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a"
        raise ZeroDivisionError

    body = Body(chunks())

    def app(environ: Any, start_response: Any) -> Body:
        start_response("200 OK", [])
        return body

    with pytest.raises(ZeroDivisionError):
        serve(app)
    assert body.closed == 1


def test_W5_error_page_is_passed_on() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("503 Service Unavailable", [("Retry-After", "9")])
        return [b"back soon"]

    response = serve(app)
    assert (response.status_code, response.get_body()) == (503, b"back soon")
    assert response.headers["retry-after"] == "9"


@pytest.mark.parametrize("result", [[], [b"body"], iter([b""]), None])
def test_W6_app_that_never_calls_start_response_is_an_error(result: Any) -> None:
    with pytest.raises(InvocationError, match="WSGI app"):
        serve(lambda environ, start_response: result)


def test_generator_may_start_the_response_late() -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        yield b""
        start_response("200 OK", [])
        yield b"late"

    assert serve(app).get_body() == b"late"


def test_start_response_without_headers() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("201 Created", None)
        return [b"x"]

    response = serve(app)
    assert (response.status_code, response.get_body()) == (201, b"x")


@pytest.mark.parametrize(
    "status", ["", "OK", "20", "2000", "200OK", "²00 x", 200, None, [], b"200"]
)
def test_status_without_a_code_is_an_error(status: Any) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response(status, [])
        return []

    with pytest.raises(InvocationError, match="expected one such as '200 OK'"):
        serve(app)


def test_second_start_response_without_exc_info_is_an_error() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        start_response("200 OK", [])
        return []

    with pytest.raises(InvocationError, match="twice"):
        serve(app)


@pytest.mark.parametrize("body", [["text"], b"bytes themselves", [3], 5])
def test_body_that_is_not_bytes_is_an_error(body: Any) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return body

    with pytest.raises(InvocationError, match="expected .*bytes"):
        serve(app)


@pytest.mark.parametrize("headers", [[("X-A",)], [(1, "x")], ["text"], 5, [("X-A", "1\r\nX-B: 2")]])
def test_headers_that_are_no_pairs_of_text_are_an_error(headers: Any) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", headers)
        return []

    with pytest.raises(InvalidValueError, match="header"):
        serve(app)


@pytest.mark.slow
def test_errors_are_collected_in_linear_time(caplog: pytest.LogCaptureFixture) -> None:
    written: list[str] = []

    class Counting(str):
        """A text that tells when it is copied."""

        def __radd__(self, other: str) -> str:
            written.append(other)
            return other

    def app(environ: Any, start_response: Any) -> list[bytes]:
        for _ in range(400_000):
            environ["wsgi.errors"].write(Counting("x"))
        start_response("200 OK", [])
        return []

    serve(app)
    assert caplog.records[0].getMessage() == "x" * 400_000
    assert not written


def test_response_headers_and_media_type() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        headers = [
            ("Content-Encoding", "gzip"),
            ("Content-Type", "text/html; charset=iso-8859-1"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
        ]
        start_response("200 OK", headers)
        return [b"\xe9"]

    response = serve(app)
    assert (response.mimetype, response.charset) == ("text/html", "iso-8859-1")
    cookies = [value for name, value in response.headers.items() if name == "Set-Cookie"]
    assert cookies == ["a=1", "b=2"]


# The standard library's own check


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_adapter_passes_wsgiref_validate(method: str) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        environ["wsgi.errors"].write("note\n")
        environ["wsgi.errors"].flush()
        body = b"" if method == "HEAD" else environ["wsgi.input"].read(3) + b"!"
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [body]

    req = request(
        "https://h.ex/caf%C3%A9?x=y",
        method=method,
        headers={"content-type": "a/b", "content-length": "3", "x-forwarded-for": "1.2.3.4:5"},
        body=b"abc" if method == "POST" else b"",
    )
    context = func.Context(invocation_id="i-1")
    response = func.WsgiMiddleware(validator(app)).handle(req, context)
    assert response.get_body() == {"GET": b"!", "POST": b"abc!", "HEAD": b""}[method]


# The function app


def test_function_app_serves_the_app() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["azure_functions.invocation_id"].encode()]

    (function,) = func.WsgiFunctionApp(app).get_functions()
    handler = function.get_user_function()
    assert handler(request(), func.Context(invocation_id="i-9")).get_body() == b"i-9"


def test_main_is_handle() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"main"]

    assert func.WsgiMiddleware(app).main(request(), func.Context()).get_body() == b"main"
