from __future__ import annotations

import copy
import pickle
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from azure_functions_lib import HttpResponse
from azure_functions_lib.errors import (
    InvalidPayloadError,
    InvalidValueError,
    UnsupportedValueError,
)
from azure_functions_lib.http.headers import HttpResponseHeaders


def test_defaults() -> None:
    response = HttpResponse()
    assert (response.get_body(), response.status_code) == (b"", 200)
    assert (response.mimetype, response.charset) == ("text/plain", "utf-8")
    assert len(response.headers) == 0
    assert repr(response) == "<HttpResponse 200 text/plain>"


def test_text_is_encoded_and_read_back() -> None:
    response = HttpResponse("é€", charset="utf-16")
    assert response.get_body() == "é€".encode("utf-16")
    assert response.text == "é€"
    assert HttpResponse("é", charset="latin-1").get_body() == b"\xe9"


def test_text_by_the_content_type_header() -> None:
    headers = {"Content-Type": "text/plain; charset=latin-1"}
    assert HttpResponse(b"\xe9", headers=headers).text == "é"


def test_no_text() -> None:
    with pytest.raises(InvalidPayloadError, match="http: body"):
        _ = HttpResponse(b"\xff").text


def test_get_json() -> None:
    assert HttpResponse('{"a": 1}').get_json() == {"a": 1}
    with pytest.raises(ValueError, match="empty"):
        HttpResponse().get_json()


@pytest.mark.parametrize(
    ("status", "number"),
    [(HTTPStatus.CREATED, 201), (100, 100), (999, 999), ("404", 404), (None, 200)],
)
def test_status(status: Any, number: int) -> None:
    got = HttpResponse(status_code=status).status_code
    assert (type(got), got) == (int, number)


@pytest.mark.parametrize("status", [0, 99, 1000, -200, True, 200.0, "abc", "٢٠٠", "20", b"200"])
def test_a_status_of_no_three_digits_is_refused(status: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"http: status_code: got .*100 to 999") as caught:
        HttpResponse(status_code=status)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("body", [5, {"a": 1}, ["x"], memoryview(b"x"), object()])
def test_a_body_of_another_type_is_refused(body: Any) -> None:
    with pytest.raises(InvalidValueError, match="from_json") as caught:
        HttpResponse(body)
    assert isinstance(caught.value, TypeError)


def test_text_that_UTF_8_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="lone surrogates"):
        HttpResponse("\ud800")


@pytest.mark.parametrize("argument", ["charset", "mimetype"])
@pytest.mark.parametrize("value", [re.compile("x"), 5, b"utf-8"])
def test_charset_and_mimetype_are_text(argument: str, value: Any) -> None:
    with pytest.raises(InvalidValueError, match=f"http: {argument}: got .*; expected str"):
        HttpResponse("x", **{argument: value})


def test_charset_errors() -> None:
    with pytest.raises(LookupError):
        HttpResponse("x", charset="unheard-of")
    with pytest.raises(UnicodeEncodeError):
        HttpResponse("é", charset="ascii")


@pytest.mark.parametrize("arguments", [{"mimetype": "a/b\r\nX: y"}, {"charset": "utf-8\n"}])
def test_line_breaks_in_the_content_type_are_refused(arguments: dict[str, str]) -> None:
    with pytest.raises(InvalidValueError, match="line breaks"):
        HttpResponse("x", **arguments)  # type: ignore[arg-type]


class TestHeaders:
    @pytest.mark.parametrize(
        "source",
        [
            {"X-One": "1", "x-two": 2},
            [("X-One", "1"), ("x-two", "2")],
            (pair for pair in [("X-One", "1"), ("x-two", "2")]),
            CIMultiDict({"X-One": "1", "x-two": "2"}),
            HttpResponseHeaders({"X-One": "1", "x-two": "2"}),
        ],
        ids=["mapping", "pairs", "iterator", "multidict", "own"],
    )
    def test_sources(self, source: Any) -> None:
        headers = HttpResponse(headers=source).headers
        assert list(headers) == list(headers.items()) == [("X-One", "1"), ("x-two", "2")]
        assert dict(headers) == {"X-One": "1", "x-two": "2"}

    def test_repeats_are_kept(self) -> None:
        headers = HttpResponse(headers=[("Link", "a"), ("link", "b")]).headers
        assert headers["LINK"] == headers.get("link") == "a"
        assert headers.getlist("Link") == headers.getall("link") == ["a", "b"]
        assert headers.getlist("none") == []
        assert len(headers) == 2

    def test_changes(self) -> None:
        headers = HttpResponse(headers={"A": "1"}).headers
        headers.add("a", 2)
        assert headers.getlist("A") == ["1", "2"]
        headers["a"] = "3"
        assert list(headers) == [("a", "3")]
        headers.set("A", 3)
        assert list(headers) == [("A", "3")]
        headers.extend([("B", "1"), ("b", "2")])
        headers.update({"A": "4"})
        assert headers.getlist("b") == ["1", "2"]
        assert headers.setdefault("B", "x") == "1"
        assert headers.setdefault("C", "x") == "x"
        assert headers.pop("b") == "1"
        assert "B" not in headers
        assert headers.pop("b", None) is None
        with pytest.raises(KeyError, match="b"):
            headers.pop("b")
        headers.remove("a")
        assert "A" not in headers
        headers.remove("A")
        del headers["c"]
        with pytest.raises(KeyError):
            del headers["c"]
        headers["D"] = 1
        headers.clear()
        assert list(headers.keys()) == list(headers.values()) == []

    def test_what_is_no_name_is_not_there(self) -> None:
        headers: Any = HttpResponse(headers={"A": "1"}).headers
        assert 5 not in headers
        assert headers.get(5) is None
        assert headers.get(5, "d") == headers.pop(5, "d") == "d"
        assert headers.getlist(5) == []
        headers.remove(5)
        for missing in (lambda: headers[5], lambda: headers.pop(5), lambda: headers.__delitem__(5)):
            with pytest.raises(KeyError):
                missing()
        assert list(headers) == [("A", "1")]

    def test_are_those_of_the_response(self) -> None:
        response = HttpResponse()
        response.headers["A"] = "1"
        assert response.headers == {"a": "1"}
        assert response.headers is response.headers
        with pytest.raises(AttributeError):
            response.headers = {}  # type: ignore[misc, assignment]

    def test_equality_and_copy(self) -> None:
        headers = HttpResponseHeaders([("A", "1"), ("B", "2"), ("a", "3")])
        for twin in (headers.copy(), copy.deepcopy(headers), pickle.loads(pickle.dumps(headers))):
            assert twin == headers
            twin.add("C", "4")
            assert twin != headers
        assert headers != 5
        assert "'A'" in repr(headers)

    class Color(str, Enum):
        RED = "red"

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (5, "5"),
            (1.5, "1.5"),
            (True, "True"),
            (Color.RED, "red"),
            (UUID(int=0), str(UUID(int=0))),
            ("tab\tand é", "tab\tand é"),
            ("", ""),
        ],
    )
    def test_values_become_text(self, value: Any, text: str) -> None:
        assert HttpResponse(headers={"A": value}).headers["a"] == text
        headers = HttpResponseHeaders()
        headers["A"] = value
        headers.add("B", value)
        assert headers["A"] == headers["B"] == text
        assert type(headers["A"]) is str

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("A", "b\r\nC: d"),
            ("A", "b\nc"),
            ("A", "b\rc"),
            ("A", "b\0"),
            ("A", "\x7f"),
            ("A", "\ud800"),
            ("A", None),
            ("A", b"b"),
            ("A", ["b", "c"]),
            ("A\r\n", "b"),
            ("A b", "c"),
            ("A:", "c"),
            ("", "c"),
            ("é", "c"),
            (5, "c"),
            (None, "c"),
            ([], "c"),
        ],
    )
    def test_what_cannot_be_sent_is_refused_everywhere(self, name: Any, value: Any) -> None:
        headers = HttpResponseHeaders({"X": "y"})
        ways: list[Any] = [
            lambda: HttpResponse(headers=[(name, value)]),
            lambda: HttpResponseHeaders([(name, value)]),
            lambda: headers.__setitem__(name, value),
            lambda: headers.add(name, value),
            lambda: headers.extend([(name, value)]),
            lambda: headers.update([(name, value)]),
            lambda: headers.setdefault(name, value),
        ]
        for way in ways:
            with pytest.raises(InvalidValueError, match="http: header"):
                way()
        assert list(headers) == [("X", "y")]

    @pytest.mark.parametrize("source", [5, "text", [5], ["abc"], [("a", "b", "c")]])
    def test_no_headers_at_all(self, source: Any) -> None:
        with pytest.raises(InvalidValueError, match="http: headers: got"):
            HttpResponse(headers=source)

    @given(
        st.lists(
            st.tuples(
                st.from_regex(r"[A-Za-z0-9-]{1,6}", fullmatch=True),
                st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9),
            )
        )
    )
    def test_round_trip(self, pairs: list[tuple[str, str]]) -> None:
        headers = HttpResponse(headers=pairs).headers
        assert list(headers) == pairs
        for name, _ in pairs:
            same = [value for other, value in pairs if other.lower() == name.lower()]
            assert headers.getlist(name.swapcase()) == same


@dataclass
class Item:
    name: str


class Point(NamedTuple):
    x: int
    y: int


class TestFromJson:
    def test_sends_json(self) -> None:
        response = HttpResponse.from_json(
            {"item": Item("é"), "at": datetime(2020, 1, 2)}, status_code=201, headers={"A": "b"}
        )
        assert response.get_json() == {"item": {"name": "é"}, "at": "2020-01-02T00:00:00"}
        assert (response.status_code, response.mimetype) == (201, "application/json")
        assert response.headers["a"] == "b"

    def test_a_subclass_makes_its_own(self) -> None:
        class Mine(HttpResponse):
            pass

        assert type(Mine.from_json(1)) is Mine

    @pytest.mark.parametrize("value", [object(), {"a": object()}, 1 + 2j])
    def test_no_json(self, value: Any) -> None:
        with pytest.raises(InvalidValueError, match="http: body"):
            HttpResponse.from_json(value)


class TestOf:
    @pytest.mark.parametrize(
        ("value", "status", "mimetype", "body"),
        [
            ("té", 200, "text/plain", "té".encode()),
            (b"\x00", 200, "application/octet-stream", b"\x00"),
            (bytearray(b"b"), 200, "application/octet-stream", b"b"),
            (memoryview(b"b"), 200, "application/octet-stream", b"b"),
            ({"a": 1}, 200, "application/json", {"a": 1}),
            ([1, None], 200, "application/json", [1, None]),
            (True, 200, "application/json", True),
            (1.5, 200, "application/json", 1.5),
            (Item("x"), 200, "application/json", {"name": "x"}),
            ([Item("x")], 200, "application/json", [{"name": "x"}]),
            (Point(1, 2), 200, "application/json", [1, 2]),
            (("no", 404), 404, "text/plain", b"no"),
            (({"a": 1}, HTTPStatus.CREATED), 201, "application/json", {"a": 1}),
            ((None, 204), 204, "text/plain", b""),
            (("x", 200, None), 200, "text/plain", b"x"),
        ],
    )
    def test_values(self, value: Any, status: int, mimetype: str, body: Any) -> None:
        response = HttpResponse.of(value)
        assert (response.status_code, response.mimetype) == (status, mimetype)
        assert (response.get_body() if isinstance(body, bytes) else response.get_json()) == body

    def test_a_tuple_may_have_headers(self) -> None:
        response = HttpResponse.of(("x", 200, [("A", "1"), ("A", "2")]))
        assert response.headers.getlist("a") == ["1", "2"]

    def test_a_response_is_itself(self) -> None:
        response = HttpResponse()
        assert HttpResponse.of(response) is response

    @pytest.mark.parametrize(
        "value",
        [None, object(), (), ("x",), (1, 2, 3, 4), (HttpResponse(), 200), (1j, 200), iter([])],
    )
    def test_what_is_no_response(self, value: Any) -> None:
        with pytest.raises(UnsupportedValueError, match="http: value: got") as caught:
            HttpResponse.of(value)
        assert isinstance(caught.value, NotImplementedError)

    @pytest.mark.parametrize("value", [("x", "y"), ("x", 2), ("x", None), ("x", 200, 5)])
    def test_a_tuple_of_something_else(self, value: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"http: (status_code|headers)"):
            HttpResponse.of(value)


class TestSetCookie:
    @staticmethod
    def header(*arguments: Any, **options: Any) -> str:
        response = HttpResponse()
        response.set_cookie(*arguments, **options)
        (header,) = response.headers.getlist("set-cookie")
        return header

    def test_plain(self) -> None:
        assert self.header("id", "1") == "id=1; Path=/"
        assert self.header("id", path=None) == "id="

    def test_everything(self) -> None:
        moment = datetime(2026, 10, 21, 9, 28, tzinfo=timezone(timedelta(hours=2)))
        assert self.header(
            "id",
            '{"a": 1, "é": "x y"}',
            max_age=60,
            expires=moment,
            path="/app",
            domain="example.com",
            secure=True,
            httponly=True,
            samesite="none",
            partitioned=True,
        ) == (
            'id={"a": 1, "é": "x y"}; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Max-Age=60; '
            "Domain=example.com; Path=/app; Secure; HttpOnly; SameSite=None; Partitioned"
        )

    @pytest.mark.parametrize(
        "expires",
        [
            datetime(2015, 10, 21, 7, 28),
            1445412480,
            1445412480.9,
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Wednesday, 21-Oct-15 07:28:00 GMT",
        ],
    )
    def test_expires(self, expires: Any) -> None:
        header = self.header("a", expires=expires, path=None)
        assert header == "a=; Expires=Wed, 21 Oct 2015 07:28:00 GMT"

    def test_max_age_as_timedelta(self) -> None:
        assert "Max-Age=86400;" in self.header("a", max_age=timedelta(days=1))

    def test_several_cookies_beside_headers_that_were_read(self) -> None:
        response = HttpResponse(headers={"Set-Cookie": "a=1"})
        response.set_cookie("b")
        response.headers.add("Set-Cookie", "c=3")
        response.set_cookie("d", path=None)
        assert response.headers.getlist("Set-Cookie") == ["a=1", "b=; Path=/", "c=3", "d="]

    def test_delete(self) -> None:
        response = HttpResponse()
        response.delete_cookie("__Host-id", secure=True)
        assert response.headers["set-cookie"] == (
            "__Host-id=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; Secure"
        )

    @pytest.mark.parametrize(
        ("arguments", "options"),
        [
            (("", "x"), {}),
            (("a b", "x"), {}),
            (("a=b", "x"), {}),
            (("a;b", "x"), {}),
            (("a\r\n", "x"), {}),
            (("é", "x"), {}),
            ((None, "x"), {}),
            (("a", "x;y"), {}),
            (("a", "x\r\nSet-Cookie: b=1"), {}),
            (("a", "x\0"), {}),
            (("a", "\ud800"), {}),
            (("a", " x"), {}),
            (("a", None), {}),
            (("a", 5), {}),
            (("a",), {"path": "/;x"}),
            (("a",), {"path": "/\n"}),
            (("a",), {"domain": "h\r\nX: y"}),
            (("a",), {"domain": 5}),
            (("a",), {"max_age": "60"}),
            (("a",), {"max_age": True}),
            (("a",), {"max_age": 10**5000}),
            (("__Host-a",), {"secure": True, "domain": "example.com"}),
            (("__host-a",), {"secure": True, "path": "/x"}),
            (("__Host-a",), {"secure": True, "path": None}),
            (("__Host-a",), {}),
            (("__Secure-a",), {}),
            (("a",), {"samesite": "None"}),
            (("a",), {"partitioned": True}),
            (("a",), {"max_age": 1.5}),
            (("a",), {"expires": "tomorrow"}),
            (("a",), {"expires": "Thu, 01 Jan 1970 00:00:00 GMT\r\nX: y"}),
            (("a",), {"expires": float("inf")}),
            (("a",), {"expires": object()}),
            (("a",), {"samesite": "Maybe"}),
            (("a",), {"samesite": True}),
        ],
    )
    def test_what_cannot_be_sent_is_refused(self, arguments: Any, options: Any) -> None:
        response = HttpResponse()
        with pytest.raises(InvalidValueError, match=r"http: (cookie|header)"):
            response.set_cookie(*arguments, **options)
        assert len(response.headers) == 0


def test_pickle_and_copy() -> None:
    response = HttpResponse("x", status_code=201, headers={"A": "b"})
    for _ in range(2):
        for twin in (pickle.loads(pickle.dumps(response)), copy.deepcopy(response)):
            assert (twin.status_code, twin.text, twin.headers["a"]) == (201, "x", "b")
        _ = response.headers
