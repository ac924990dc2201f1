"""Requests and responses, as function code and tests use them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from multidict import MultiDictProxy
from typing_extensions import assert_type

import azure_functions_lib as func
from azure_functions_lib.http.forms import FormValues, UploadedFile

req = func.HttpRequest("GET", "/")
func.HttpRequest(
    method="POST",
    url="/",
    headers={"a": "b"},
    params={"a": "b"},
    route_params={"id": "7"},
    body=b"x",
)
func.HttpRequest("POST", "/", headers=[("a", "b"), ("a", "c")], body="x")
func.HttpRequest("POST", "/", json={"a": 1})
func.HttpRequest("POST", "/", form={"a": ["1", "2"]})

assert_type(req.method, str)
assert_type(req.headers["a"], str)
assert_type(req.headers.get("a"), str | None)
assert_type(req.headers.get("a", 5), str | int)
assert_type(req.params, Mapping[str, str])
assert_type(req.route_params.get("id"), str | None)
assert_type(req.query, MultiDictProxy[str])
assert_type(req.cookies, dict[str, str])
assert_type(req.get_body(), bytes)
assert_type(req.text, str)
assert_type(req.form, FormValues[str])
assert_type(req.form.getlist("a"), list[str])
assert_type(req.form.getlist("a", type=int), list[int])
assert_type(req.form.get("a"), str | None)
assert_type(req.form.get("a", ""), str)
assert_type(req.form.get("a", 0, type=int), int)
assert_type(req.files["a"], UploadedFile)
assert_type(req.files["a"].read(), bytes)
assert_type(req.parse_form(max_parts=5, max_size=None).files.getlist("a"), list[UploadedFile])

response = func.HttpResponse(
    "x", status_code=HTTPStatus.OK, headers={"a": 5}, mimetype="text/html", charset="utf-8"
)
func.HttpResponse(b"x", status_code=200, headers=[("a", "b"), ("a", "c")])
func.HttpResponse(headers=response.headers)
assert_type(response.status_code, int)
assert_type(response.text, str)
assert_type(response.headers.getlist("a"), list[str])
assert_type(response.headers.get("a"), str | None)
assert_type(response.headers.pop("a"), str)
assert_type(response.headers.pop("a", None), str | None)
for name, value in response.headers:
    assert_type((name, value), tuple[str, str])
response.headers["a"] = 5
response.set_cookie("a", "b", max_age=timedelta(1), expires=datetime.now(), samesite="Lax")
response.delete_cookie("a", path=None)


class Mine(func.HttpResponse):
    """A response of the user's own."""


assert_type(Mine.from_json({"a": 1}), Mine)
assert_type(func.HttpResponse.of(("x", 200)), func.HttpResponse)


def reads(value: Any) -> None:
    req.method = value  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    req.headers["a"] = value  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    req.params["a"] = value  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    req.form["a"] = value  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    response.status_code = value  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


func.HttpRequest("GET")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
func.HttpRequest("GET", "/", body=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
func.HttpResponse({"a": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
func.HttpResponse("x", 200)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
response.set_cookie("a", samesite="Maybe")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
