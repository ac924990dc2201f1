from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.wire.jsontext import dump_json

from .conftest import HTTP, RESPONSE, App, Azfl

ECHO = """
    import json

    import azure_functions_lib as func

    def main(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(
            json.dumps({
                "method": req.method,
                "url": req.url,
                "headers": dict(req.headers),
                "params": dict(req.params),
                "route_params": dict(req.route_params),
                "body": req.get_body().decode("latin-1"),
            })
        )
"""


@pytest.fixture
def echo(azfl: Azfl, app: App) -> Any:
    """Call a function that answers with the request it was given."""

    def call(*arguments: object, trigger: dict[str, Any] | None = None, **options: Any) -> Any:
        path = app({"echo": ([{**HTTP, **(trigger or {})}, RESPONSE], ECHO)})
        result = azfl("invoke", path, "echo", *arguments, "--output", "json", **options)
        document = json.loads(result.stdout)
        if result.exit_code == 2:
            return document["problems"]
        assert result.exit_code == 0, result.stderr
        body = document["outputs"]["$return"]["value"]["body"]["value"]
        return json.loads(body)

    return call


def test_plain_get(echo: Any) -> None:
    assert echo() == {
        "method": "GET",
        "url": "http://localhost:7071/api/echo",
        "headers": {"host": "localhost:7071"},
        "params": {},
        "route_params": {},
        "body": "",
    }


def test_query_goes_into_url_and_params(echo: Any) -> None:
    request = echo("--query", "a=1 2", "--query", "b=é", "--query", "a=3")
    assert request["url"] == "http://localhost:7071/api/echo?a=1+2&b=%C3%A9&a=3"
    assert request["params"] == {"a": "1 2,3", "b": "é"}


def test_url_with_query_and_more_query(echo: Any) -> None:
    request = echo("--url", "https://example.org/api/echo?x=1", "--query", "y=2")
    assert request["url"] == "https://example.org/api/echo?x=1&y=2"
    assert request["params"] == {"x": "1", "y": "2"}
    assert request["headers"]["host"] == "example.org"


def test_headers_are_lower_cased_and_joined(echo: Any) -> None:
    request = echo("-H", "Accept: text/html", "-H", "accept:text/plain", "-H", "X-Time: 10:20")
    assert request["headers"]["accept"] == "text/html,text/plain"
    assert request["headers"]["x-time"] == "10:20"


def test_data_is_the_body_of_a_post(echo: Any) -> None:
    request = echo("-d", "héllo")
    assert request["method"] == "POST"
    assert request["body"].encode("latin-1").decode() == "héllo"
    assert request["headers"]["content-length"] == "6"


def test_data_from_file_and_stdin(echo: Any, tmp_path: Path) -> None:
    body = tmp_path / "body.bin"
    body.write_bytes(b"\x00\xff")
    assert echo("-d", f"@{body}", "-X", "put")["body"] == "\x00\xff"


def test_data_from_stdin(echo: Any) -> None:
    assert echo("-d", "-", input=b"\x00\xff")["body"] == "\x00\xff"


def test_json_brings_its_content_type(echo: Any) -> None:
    request = echo("--json", '{"a": 1}', "-X", "PATCH")
    assert (request["method"], request["body"]) == ("PATCH", '{"a": 1}')
    assert request["headers"]["content-type"] == "application/json"


def test_given_content_type_stays(echo: Any) -> None:
    request = echo("--json", "{}", "-H", "Content-Type: application/merge-patch+json")
    assert request["headers"]["content-type"] == "application/merge-patch+json"


@pytest.mark.parametrize(
    ("route", "arguments", "path", "params"),
    [
        ("items/{id}", ["--route-param", "id=a/b"], "/api/items/a%2Fb", {"id": "a%2Fb"}),
        ("items/{id:int?}", [], "/api/items", {}),
        ("items/{id=7}", [], "/api/items/7", {"id": "7"}),
        ("files/{*rest}", ["--route-param", "rest=a/b"], "/api/files/a/b", {"rest": "a/b"}),
        ("{a}/{b}", ["--url", "http://x/api/1/2%203"], "/api/1/2%203", {"a": "1", "b": "2 3"}),
        ("items/{id?}", ["--url", "http://x/api/items"], "/api/items", {}),
        ("items/{id?}", ["--url", "/api/items/7"], "/api/items/7", {"id": "7"}),
        ("a/{*rest}", ["--url", "/api/A/b/c"], "/api/A/b/c", {"rest": "b/c"}),
        ("", [], "/api/echo", {}),  # no route: the name
    ],
)
def test_routes(
    echo: Any, route: str, arguments: list[str], path: str, params: dict[str, str]
) -> None:
    request = echo(*arguments, trigger={"route": route})
    assert request["url"].split("/", 3)[3] == path[1:]
    assert request["route_params"] == params


def test_route_prefix_of_host_json(azfl: Azfl, app: App) -> None:
    path = app({"echo": ([{**HTTP, "route": "there"}, RESPONSE], ECHO)})
    Path(path, "host.json").write_text(
        '{"version": "2.0", "extensions": {"http": {"routePrefix": "v1/app"}}}'
    )
    assert "http://localhost:7071/v1/app/there" in azfl("invoke", path, "echo").stdout


@pytest.mark.parametrize(
    ("trigger", "arguments", "cause"),
    [
        ({"route": "items/{id}"}, [], "give --route-param id=VALUE"),
        ({"route": "items/{id}"}, ["--route-param", "name=1"], "has no parameter name"),
        ({"route": "items/{id}"}, ["--url", "http://x/api/other/1"], "/api/other/1"),
        ({"methods": ["get", "head"]}, ["-X", "DELETE"], "it takes: GET, HEAD"),
        ({}, ["--data", "x", "--json", "{}"], "--data and --json"),
        ({"route": "a/{id}"}, ["--url", "/api/a/1", "--route-param", "id=2"], "--route-param and"),
    ],
)
def test_wrong_calls(echo: Any, trigger: dict[str, Any], arguments: list[str], cause: str) -> None:
    (problem,) = echo(*arguments, trigger=trigger)
    assert problem["function"] == "echo"
    assert cause in problem["cause"]


def test_default_method_is_one_that_the_function_takes(echo: Any) -> None:
    assert echo(trigger={"methods": ["post"]})["method"] == "POST"


def test_response_for_people(azfl: Azfl, app: App) -> None:
    path = app(
        {
            "cookies": (
                [HTTP, RESPONSE],
                """
                import azure_functions_lib as func

                def main(req):
                    response = func.HttpResponse(
                        "né", status_code=404, headers={"X-One": "1"}, mimetype="text/html"
                    )
                    response.set_cookie("a", "1")
                    return response
                """,
            )
        }
    )
    result = azfl("invoke", path, "cookies")
    head, _, body = result.stdout.partition("\n\n")
    lines = head.splitlines()
    assert lines[0] == "HTTP 404 Not Found"
    assert "X-One: 1" in lines
    assert "content-type: text/html; charset=utf-8" in lines
    assert any(line.lower().startswith("set-cookie: a=1") for line in lines)
    assert body == "né\n"


def test_binary_body_does_not_reach_the_terminal(azfl: Azfl, app: App) -> None:
    source = "def main(req):\n    return b'\\xff\\x00'\n"
    result = azfl("invoke", app({"raw": ([HTTP, RESPONSE], source)}), "raw")
    assert "<2 bytes that are no UTF-8 text>" in result.stdout


@pytest.mark.parametrize(
    ("returned", "head", "body"),
    [
        ("'text'", ["HTTP 200 OK", "content-type: text/plain; charset=utf-8"], "text\n"),
        ("{'a': 1}", ["HTTP 200 OK", "content-type: application/json"], dump_json({"a": 1}) + "\n"),
        ("('no', 404)", ["HTTP 404 Not Found", "content-type: text/plain; charset=utf-8"], "no\n"),
    ],
)
def test_whatever_the_http_output_was_is_shown_as_a_response(
    azfl: Azfl, app: App, returned: str, head: list[str], body: str
) -> None:
    path = app({"f": ([HTTP, RESPONSE], f"def main(req):\n    return {returned}\n")})
    shown, _, content = azfl("invoke", path, "f").stdout.partition("\n\n")
    assert (shown.splitlines(), content) == (head, body)


def test_response_in_json_has_a_number_and_text(azfl: Azfl, app: App) -> None:
    source = "import azure_functions_lib as func\n\n"
    source += "def main(req):\n    return func.HttpResponse('café', status_code=404)\n"
    result = azfl("invoke", app({"f": ([HTTP, RESPONSE], source)}), "f", "--output", "json")
    response = json.loads(result.stdout)["outputs"]["$return"]["value"]
    assert response["status_code"] == 404
    assert response["body"] == {"type": "bytes", "value": "café"}


def test_route_parameter_that_the_route_does_not_take(echo: Any) -> None:
    (problem,) = echo("--route-param", "id=x", trigger={"route": "items/{id:int}"})
    assert "/api/items/x does not have the form of the route" in problem["cause"]
