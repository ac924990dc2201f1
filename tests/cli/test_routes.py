"""``azfl invoke --url`` reaches the same functions as the test client."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.testing.test_routing import MATCHES, METHODS, PRECEDENCE, Methods

from .conftest import Azfl

APP = """
import json
from base64 import b64decode
import azure_functions_lib as func

app = func.FunctionApp(http_auth_level="anonymous")

for index, (route, methods) in enumerate(json.loads({routes!r})):
    def function(req: func.HttpRequest, _route: str = route):
        return {{"route": _route, "params": dict(req.route_params)}}

    function.__name__ = f"f{{index}}"
    app.route(route, methods=methods)(function)
"""

Reach = Callable[..., Any]


@pytest.fixture
def reach(azfl: Azfl, tmp_path: Path) -> Reach:
    """Send a request to one of some functions; give what it answers, or why it is not reached."""

    def run(routes: list[tuple[str, Methods]], index: int, method: str, path: str) -> Any:
        text = APP.format(routes=json.dumps(routes))
        (tmp_path / "function_app.py").write_text(text, encoding="utf-8")
        arguments = ("invoke", tmp_path, f"f{index}", "-X", method, "--url", f"/api/{path}")
        result = azfl(*arguments, "--output", "json")
        document = json.loads(result.stdout)
        if result.exit_code == 2:
            (problem,) = document["problems"]
            return problem["cause"]
        body = document["outputs"]["$return"]["value"]["body"]["value"]
        return json.loads(body)

    return run


@pytest.mark.parametrize(
    ("template", "path", "params"), MATCHES, ids=[f"{row[0]} {row[1]}"[:60] for row in MATCHES]
)
def test_template(reach: Reach, template: str, path: str, params: dict[str, str] | None) -> None:
    answer = reach([(template, None)], 0, "GET", path)
    if params is None:
        assert answer.endswith(f"does not have the form of the route /api/{template.strip('/')}")
    else:
        assert answer == {"route": template, "params": params}


@pytest.mark.parametrize(("routes", "path", "taken"), PRECEDENCE)
def test_the_more_specific_route_is_taken(
    reach: Reach, routes: tuple[str, ...], path: str, taken: str
) -> None:
    declared = [(route, None) for route in routes]
    for index, route in enumerate(routes):
        answer = reach(declared, index, "GET", path)
        if route == taken:
            assert answer["route"] == taken
        else:
            assert f"calls 'f{routes.index(taken)}'" in answer


@pytest.mark.parametrize(("routes", "method", "path", "expected"), METHODS)
def test_methods(
    reach: Reach,
    routes: tuple[tuple[str, Methods], ...],
    method: str,
    path: str,
    expected: Any,
) -> None:
    answers = [reach(list(routes), index, method, path) for index in range(len(routes))]
    if isinstance(expected, str):
        assert [each["route"] for each in answers if isinstance(each, dict)] == [expected]
    elif isinstance(expected, tuple):
        assert all("does not take" in answer for answer in answers)
    else:
        assert all("does not have the form" in answer for answer in answers)
