"""Which function a request reaches: the host's documented rules, through the client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import FunctionLoadError
from azure_functions_lib.testing import TestClient

Methods = tuple[str, ...] | None


def app_of(*routes: str | tuple[str, Methods]) -> func.FunctionApp:
    """An app with a function for each route, which answers with its route and parameters."""
    app = func.FunctionApp(http_auth_level="anonymous")
    for index, each in enumerate(routes):
        route, methods = (each, None) if isinstance(each, str) else each

        def function(req: func.HttpRequest, _route: str = route) -> Any:
            return {"route": _route, "params": dict(req.route_params)}

        function.__name__ = f"f{index}"
        app.route(route, methods=methods)(function)
    return app


def reached(client: TestClient, method: str, url: str) -> Any:
    response = client.request(method, url)
    return response.json() if response.ok else response.status_code


GUID = "cd2c1638-1638-72d5-1638-deadbeef1638"

# template, path below /api/, and the route parameters, or None when it does not match
MATCHES: list[tuple[str, str, dict[str, str] | None]] = [
    # text
    ("items", "items", {}),
    ("items", "ITEMS", {}),
    ("Items/All", "items/all", {}),
    ("items", "items/", {}),
    ("/items", "items", {}),
    ("items/", "items", {}),
    ("items", "item", None),
    ("items", "items/7", None),
    ("items", "items//", None),
    ("a.b+c", "a.b+c", {}),
    ("a.b", "axb", None),
    ("a{{b}}", "a{b}", {}),
    ("caf\u00e9", "caf%C3%A9", {}),
    # parameters
    ("items/{id}", "items/7", {"id": "7"}),
    ("items/{id}", "items/Abc", {"id": "Abc"}),
    ("items/{id}", "items", None),
    ("items/{id}", "items/", None),
    ("items/{id}", "items/7/8", None),
    ("{a}/{b}", "x/y", {"a": "x", "b": "y"}),
    ("items/{id}", "items/a%20b", {"id": "a b"}),
    ("items/{id}", "items/a%2Fb", {"id": "a%2Fb"}),
    ("items/{id}", "items/%C3%A9", {"id": "\u00e9"}),
    ("{id}/x", "7/X", {"id": "7"}),
    # optional parameters and defaults
    ("items/{id?}", "items/7", {"id": "7"}),
    ("items/{id?}", "items", {}),
    ("items/{id?}", "items/", {}),
    ("items/{a?}/{b?}", "items/x", {"a": "x"}),
    ("items/{a?}/{b?}", "items/x/y", {"a": "x", "b": "y"}),
    ("items/{id=7}", "items", {"id": "7"}),
    ("items/{id=7}", "items/8", {"id": "8"}),
    ("items/{id:int=7}", "items", {"id": "7"}),
    ("items/{id:int=7}", "items/x", None),
    ("items/{id:int?}", "items", {}),
    ("items/{id:int?}", "items/x", None),
    ("{a=1}/{b=2}", "", {"a": "1", "b": "2"}),
    ("{a?}/x", "x", None),
    # catch-all parameters
    ("files/{*path}", "files/a/b.txt", {"path": "a/b.txt"}),
    ("files/{**path}", "files/a/b.txt", {"path": "a/b.txt"}),
    ("files/{*path}", "files", {}),
    ("files/{*path}", "files/a/", {"path": "a/"}),
    ("files/{*path=index}", "files", {"path": "index"}),
    ("files/{*path:nonfile}", "files/a/b.txt", None),
    ("files/{*path:file}", "files/a/b.txt", {"path": "a/b.txt"}),
    ("{*any}", "", {}),
    ("{*any}", "x/y", {"any": "x/y"}),
    # several parameters in a segment
    ("{a}-{b}", "x-y", {"a": "x", "b": "y"}),
    ("{a}-{b}", "x-y-z", {"a": "x-y", "b": "z"}),
    ("v{major}.{minor}", "v3.11", {"major": "3", "minor": "11"}),
    ("v{major}.{minor}", "v3", None),
    ("{name}.{ext?}", "a.txt", {"name": "a", "ext": "txt"}),
    ("{name}.{ext?}", "a.b.txt", {"name": "a.b", "ext": "txt"}),
    ("{name}.{ext?}", "a", {"name": "a"}),
    ("{a}.{b}.{c?}", "x.y.z", {"a": "x", "b": "y", "c": "z"}),
    # constraints
    ("{x:int}", "-12", {"x": "-12"}),
    ("{x:int}", "2147483647", {"x": "2147483647"}),
    ("{x:int}", "2147483648", None),
    ("{x:int}", "1.5", None),
    ("{x:long}", "9223372036854775807", {"x": "9223372036854775807"}),
    ("{x:long}", "9223372036854775808", None),
    ("{x:bool}", "TRUE", {"x": "TRUE"}),
    ("{x:bool}", "1", None),
    ("{x:datetime}", "2024-05-06", {"x": "2024-05-06"}),
    ("{x:datetime}", "2024-05-06T07:08:09Z", {"x": "2024-05-06T07:08:09Z"}),
    ("{x:datetime}", "soon", None),
    ("{x:decimal}", "49.99", {"x": "49.99"}),
    ("{x:decimal}", "1e5", None),
    ("{x:double}", "1.2e-5", {"x": "1.2e-5"}),
    ("{x:float}", "x", None),
    ("{x:guid}", GUID, {"x": GUID}),
    ("{x:guid}", f"({GUID})", {"x": f"({GUID})"}),
    ("{x:guid}", "cd2c1638163872d51638deadbeef1638", {"x": "cd2c1638163872d51638deadbeef1638"}),
    ("{x:guid}", "cd2c1638", None),
    ("{x:alpha}", "Rick", {"x": "Rick"}),
    ("{x:alpha}", "Rick7", None),
    ("{x:minlength(4)}", "abcd", {"x": "abcd"}),
    ("{x:minlength(4)}", "abc", None),
    ("{x:maxlength(3)}", "abc", {"x": "abc"}),
    ("{x:maxlength(3)}", "abcd", None),
    ("{x:length(3)}", "abc", {"x": "abc"}),
    ("{x:length(3)}", "ab", None),
    ("{x:length(2,3)}", "ab", {"x": "ab"}),
    ("{x:length(2, 3)}", "abcd", None),
    ("{x:min(18)}", "18", {"x": "18"}),
    ("{x:min(18)}", "17", None),
    ("{x:max(120)}", "120", {"x": "120"}),
    ("{x:max(120)}", "121", None),
    ("{x:range(18,120)}", "91", {"x": "91"}),
    ("{x:range(18,120)}", "121", None),
    (r"{x:regex(^\d{{3}}-\d{{2}}$)}", "123-45", {"x": "123-45"}),
    (r"{x:regex(^\d{{3}}-\d{{2}}$)}", "123-456", None),
    ("{x:regex(^(a|b)$)}", "B", {"x": "B"}),
    ("{x:required}", "x", {"x": "x"}),
    ("{x:int:min(1)}", "1", {"x": "1"}),
    ("{x:int:min(1)}", "0", None),
    ("{x:INT}", "1", {"x": "1"}),
    ("{x:int}", "9" * 5000, None),
    ("{x:long}", "-" + "9" * 5000, None),
    ("{x:int}", "0" * 5000 + "7", {"x": "0" * 5000 + "7"}),
    ("{x:min(1)}", "9" * 5000, None),
    ("{x:range(1,9)}", "9" * 5000, None),
    # paths on which an expression would try all combinations
    ("{a}-{b}-{c}-{d}/x", "-" * 200, None),
    ("{a}-{b}-{c}-{d}/x", "-" * 200 + "/x", {"a": "-" * 194, "b": "-", "c": "-", "d": "-"}),
    ("{x:decimal}", "1" * 20000 + "x", None),
    ("{x:file}", "." * 20000, None),
    ("{a}AND{b}", "xandANDy", {"a": "xand", "b": "y"}),
    ("{a}-{b}", "\u0130-x", {"a": "\u0130", "b": "x"}),
    ("{a}-{b}", "-x", None),
    ("{a}-{b}", "x-", None),
    ("v{a}.{b}z", "V1.2Z", {"a": "1", "b": "2"}),
    ("v{a}.{b}z", "v.2z", None),
    ("{a}-{b}/{c}", "x-y", None),
]


@pytest.mark.parametrize(
    ("template", "path", "params"), MATCHES, ids=[f"{row[0]} {row[1]}"[:60] for row in MATCHES]
)
def test_template(template: str, path: str, params: dict[str, str] | None) -> None:
    with TestClient(app_of(template)) as client:
        expected = 404 if params is None else {"route": template, "params": params}
        assert reached(client, "GET", f"/api/{path}") == expected


# routes in the order of their declaration, the path, the one that is taken
PRECEDENCE = [
    (("{id}", "all"), "all", "all"),
    (("{id}", "{id:int}"), "7", "{id:int}"),
    (("{id}", "{id:int}"), "x", "{id}"),
    (("{*rest}", "{id}"), "7", "{id}"),
    (("{*rest}", "{id}"), "7/8", "{*rest}"),
    (("{*rest}", "{*rest:file}"), "a.txt", "{*rest:file}"),
    (("{a}/list", "items/{b}"), "items/list", "items/{b}"),
    (("{a}-{b}", "{a}"), "x-y", "{a}-{b}"),
    (("items/{id}/{x}", "items/{*rest}"), "items/7/8", "items/{id}/{x}"),
    (("{a}/b", "{a:int}/{b}"), "1/b", "{a:int}/{b}"),
    (("{b}", "{a}"), "x", "{b}"),
]


@pytest.mark.parametrize(("routes", "path", "taken"), PRECEDENCE)
def test_the_more_specific_route_is_taken(routes: tuple[str, ...], path: str, taken: str) -> None:
    with TestClient(app_of(*routes)) as client:
        assert reached(client, "GET", f"/api/{path}")["route"] == taken


METHODS: list[tuple[tuple[tuple[str, Methods], ...], str, str, Any]] = [
    ((("a", None),), "DELETE", "a", "a"),
    ((("a", None),), "OPTIONS", "a", "a"),
    ((("a", ("GET",)),), "GET", "a", "a"),
    ((("a", ("GET",)),), "get", "a", "a"),
    ((("a", ("GET",)),), "POST", "a", ("GET",)),
    ((("a", ("GET",)),), "HEAD", "a", ("GET",)),
    ((("a", ("GET",)),), "OPTIONS", "a", ("GET",)),
    ((("a", ("GET", "PUT")),), "POST", "a", ("GET", "PUT")),
    ((("a", ("GET",)), ("a", ("PUT",))), "PUT", "a", "a"),
    ((("a", ("GET",)), ("A", ("PUT",))), "POST", "a", ("GET", "PUT")),
    ((("a", ("GET",)), ("{x}", ("POST",))), "POST", "a", "{x}"),
    ((("a", ("GET",)),), "POST", "b", 404),
]


@pytest.mark.parametrize(("routes", "method", "path", "expected"), METHODS)
def test_methods(
    routes: tuple[tuple[str, Methods], ...], method: str, path: str, expected: Any
) -> None:
    with TestClient(app_of(*routes)) as client:
        response = client.request(method, f"/api/{path}")
        if isinstance(expected, tuple):
            assert response.status_code == 405
            assert response.headers["allow"] == ", ".join(expected)
        elif isinstance(expected, int):
            assert response.status_code == expected
        else:
            assert response.json()["route"] == expected


def host_json(folder: Path, text: str) -> Path:
    (folder / "host.json").write_text(text)
    (folder / "function_app.py").write_text(
        "import azure_functions_lib as func\n"
        "app = func.FunctionApp(http_auth_level='anonymous')\n"
        "@app.route('items/{id?}')\n"
        "def items(req: func.HttpRequest) -> str:\n"
        "    return req.route_params.get('id', 'none')\n"
        "@app.route()\n"
        "def plain(req: func.HttpRequest) -> str:\n"
        "    return 'plain'\n"
    )
    return folder


@pytest.mark.parametrize(
    ("prefix", "path", "status"),
    [
        ("api", "/api/items", 200),
        ("api", "/API/items", 200),
        ("api", "/items", 404),
        ("", "/items/7", 200),
        ("", "/api/items", 404),
        ("v1/shop", "/v1/shop/items", 200),
        ("/v1/", "/v1/items", 200),
        ("api", "/api/plain", 200),
        ("api", "/api", 404),
    ],
)
def test_route_prefix(tmp_path: Path, prefix: str, path: str, status: int) -> None:
    text = f'{{"version": "2.0", "extensions": {{"http": {{"routePrefix": "{prefix}"}}}}}}'
    with TestClient(host_json(tmp_path, text)) as client:
        assert client.get(path).status_code == status


def test_prefix_by_setting(tmp_path: Path) -> None:
    name = "AzureFunctionsJobHost__extensions__http__routePrefix"
    app = host_json(tmp_path, '{"version": "2.0"}')
    with TestClient(app, settings={name: "v2"}) as client:
        assert client.get("/v2/items/7").text == "7"


@pytest.mark.parametrize(
    "template",
    ["{a", "a}", "{}", "a//b", "{a}{b}", "{*a}/b", "{a:size}", "{a}/{A}", "{a:int(3)}", "{*a?}",
     "x{*a}", "{a:min(x)}", "{a:regex([)}", "x-{a?}", "{a?=1}"],
)  # fmt: skip
def test_a_template_that_the_host_refuses_is_a_problem(template: str) -> None:
    with pytest.raises(FunctionLoadError, match="f0.*route template"), TestClient(app_of(template)):
        pass


KEYS = {"_master": "m", "default": "h", "own": "f", "other": "o"}


@pytest.mark.parametrize(
    ("level", "key", "status"),
    [
        ("anonymous", None, 200),
        ("function", None, 401),
        ("function", "wrong", 401),
        ("function", "f", 200),
        ("function", "o", 401),
        ("function", "h", 200),
        ("function", "m", 200),
        ("admin", "f", 401),
        ("admin", "h", 401),
        ("admin", "m", 200),
    ],
)
def test_keys(level: str, key: str | None, status: int) -> None:
    app = func.FunctionApp()

    @app.route(auth_level=level)
    def own(req: func.HttpRequest) -> str:
        return "ok"

    @app.route()
    def other(req: func.HttpRequest) -> str:
        return "ok"

    headers = {} if key is None else {"x-functions-key": key}
    with TestClient(app, keys=KEYS) as client:
        assert client.get("/api/own", headers=headers).status_code == status
        if key is not None:
            assert client.get(f"/api/own?code={key}").status_code == status
    with TestClient(app) as client:
        assert client.get("/api/own").status_code == 200


def cors_app(folder: Path, cors: str, credentials: str = "false") -> Path:
    (folder / "local.settings.json").write_text(
        f'{{"IsEncrypted": false, "Host": {{"CORS": "{cors}", "CORSCredentials": {credentials}}}}}'
    )
    return host_json(folder, '{"version": "2.0"}')


PREFLIGHT = {"origin": "https://shop.example", "access-control-request-method": "PUT"}


@pytest.mark.parametrize(
    ("cors", "credentials", "granted"),
    [
        ("*", "false", "*"),
        ("https://shop.example", "false", "https://shop.example"),
        ("https://shop.example", "true", "https://shop.example"),
        ("https://other.example", "false", None),
    ],
)
def test_cors(tmp_path: Path, cors: str, credentials: str, granted: str | None) -> None:
    with TestClient(cors_app(tmp_path, cors, credentials)) as client:
        asked = {**PREFLIGHT, "access-control-request-headers": "x-a"}
        preflight = client.options("/api/items", headers=asked)
        response = client.get("/api/items", headers={"origin": "https://shop.example"})
    assert preflight.status_code == 204
    assert preflight.headers.get("access-control-allow-origin") == granted
    assert preflight.headers.get("access-control-allow-methods") == (granted and "PUT")
    assert preflight.headers.get("access-control-allow-headers") == (granted and "x-a")
    assert response.text == "none"
    assert response.headers.get("access-control-allow-origin") == granted
    allowed = response.headers.get("access-control-allow-credentials")
    assert allowed == ("true" if credentials == "true" else None)


def test_without_cors_options_is_a_method_like_others() -> None:
    with TestClient(app_of("a")) as client:
        assert client.options("/api/a", headers=PREFLIGHT).json()["route"] == "a"
