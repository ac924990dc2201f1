from __future__ import annotations

import copy
import json
import pickle
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import HttpRequest, HttpResponse, get_binding_registry
from azure_functions_lib.delivery.events.http import http_payload
from azure_functions_lib.errors import AzureFunctionsError, InvalidPayloadError, InvalidValueError
from azure_functions_lib.meta import Datum

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def decoded(payload: Datum) -> HttpRequest:
    request: HttpRequest = (
        get_binding_registry().get("httpTrigger").decode(payload, trigger_metadata=None)
    )
    return request


def with_body(body: bytes, content_type: str | None = None) -> HttpRequest:
    headers = {"Content-Type": content_type} if content_type else {}
    return HttpRequest("POST", "/", headers=headers, body=body)


def test_method_and_url_are_enough() -> None:
    request = HttpRequest("get", "/api/items")
    assert (request.method, request.url) == ("GET", "/api/items")
    assert request.get_body() == b""
    assert dict(request.headers) == dict(request.params) == dict(request.route_params) == {}
    assert request.cookies == {}
    assert dict(request.form) == dict(request.files) == {}


def test_every_attribute_is_read_only() -> None:
    request = HttpRequest("GET", "/?a=1")
    for name in ("method", "url", "headers", "params", "route_params", "query", "form", "files"):
        with pytest.raises(AttributeError):
            setattr(request, name, None)
    for mapping in (request.headers, request.params, request.route_params, request.query):
        with pytest.raises(TypeError):
            mapping["a"] = "2"  # type: ignore[index]


def test_own_attributes_can_be_added() -> None:
    request: Any = HttpRequest("GET", "/")
    request.user = "me"
    assert request.user == "me"


def test_identity_is_equality() -> None:
    assert HttpRequest("GET", "/") != HttpRequest("GET", "/")
    request = HttpRequest("GET", "/")
    assert {request: 1}[request] == 1


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/x?CODE=SECRET", "/x?CODE=..."),
        ("/x?%63ode=SECRET&b=2", "/x?%63ode=...&b=2"),
        ("/x?a=1&c%4fde=SECRET?&#code=SECRET", "/x?a=1&c%4fde=...&#code=..."),
        ("/x?a=1?code=SECRET", "/x?a=1?code=..."),
        ("/x? code=SEC RET&postcode=1", "/x? code=...&postcode=1"),
        ("/x?sv=2024&sig=SECRET%2F=&se=1", "/x?sv=2024&sig=...&se=1"),
        ("/x?access_token=SECRET&ApiKey=SECRET", "/x?access_token=...&ApiKey=..."),
        ("/x?a=1;code=SECRET&b=2", "/x?a=1;code=...&b=2"),
        ("/x?systemKey=SECRET&AccountKey=SECRET", "/x?systemKey=...&AccountKey=..."),
        ("https://me:SECRET@h/x", "https://...@h/x"),
        ("https://h/x?a=1&b", "https://h/x?a=1&b"),
    ],
)
def test_repr_hides_secrets_of_the_url_in_any_spelling(url: str, shown: str) -> None:
    assert repr(HttpRequest("GET", url)) == f"<HttpRequest GET {shown}>"


SECRETS = {
    "Authorization": "Bearer SECRET",
    "cookie": "id=SECRET",
    "X-Functions-Key": "SECRET",
    "x-ms-token-aad-access-token": "SECRET",
    "x-ms-client-principal": "SECRET",
    "referer": "https://h/?code=SECRET",
}


def test_repr_of_headers_hides_credentials() -> None:
    request = HttpRequest("GET", "/", headers={**SECRETS, "accept": "*/*"})
    assert "SECRET" not in repr(request.headers)
    assert "'accept': '*/*'" in repr(request.headers)
    headers = HttpResponse(headers={**SECRETS, "Set-Cookie": "id=SECRET", "Vary": "x"}).headers
    assert "SECRET" not in repr(headers)
    assert "('Vary', 'x')" in repr(headers)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: HttpRequest("GET", "/", headers=[("authorization", "SECRET", 5)]),  # type: ignore[list-item]
        lambda: HttpRequest("GET", "/", headers={"cookie": [b"SECRET"]}),
        lambda: HttpRequest("GET", "/", params={"code": ["SECRET"]}),  # type: ignore[dict-item]
        lambda: HttpRequest("GET", b"/?code=SECRET"),  # type: ignore[arg-type]
        lambda: HttpResponse(headers={"Set-Cookie": "id=SECRET\n"}),
        lambda: HttpResponse(headers={"Location": "/?code=SECRET\n"}),
        lambda: HttpResponse(headers=[("Authorization", "SECRET", 5)]),  # type: ignore[list-item]
        lambda: HttpResponse().set_cookie("id", "SECRET;"),
        lambda: HttpResponse().set_cookie("id", " SECRET"),
        lambda: dict(decoded(_message(headers={"cookie": "SECRET", "a": 5})).headers),
        lambda: decoded(_message(url=Datum(b"/?code=SECRET", "bytes"))),
        lambda: decoded(Datum([{"authorization": "SECRET"}], "http")),
    ],
)
def test_errors_hide_credentials(wrong: Any) -> None:
    with pytest.raises(AzureFunctionsError) as caught:
        wrong()
    assert "SECRET" not in str(caught.value)


def _message(**parts: Any) -> Datum:
    message = {"method": Datum("GET", "string"), "url": Datum("/", "string"), **parts}
    return Datum(message, "http")


def test_repr_hides_body_headers_and_the_access_key() -> None:
    request = HttpRequest(
        "POST", "https://h/api/f?a=1&code=SECRET==&b=2", headers={"x-key": "KEY"}, body=b"BODY"
    )
    assert repr(request) == "<HttpRequest POST https://h/api/f?a=1&code=...&b=2>"


class TestBody:
    @pytest.mark.parametrize("body", [b"x\xff", bytearray(b"x\xff"), memoryview(b"x\xff")])
    def test_bytes(self, body: Any) -> None:
        got = HttpRequest("POST", "/", body=body).get_body()
        assert got == b"x\xff"
        assert type(got) is bytes

    def test_text_is_utf_8(self) -> None:
        request = HttpRequest("POST", "/", body="né")
        assert request.get_body() == "né".encode()
        assert request.text == "né"

    def test_json(self) -> None:
        request = HttpRequest("POST", "/", json={"when": date(2020, 1, 2)})
        assert request.get_json() == {"when": "2020-01-02"}
        assert request.headers["content-type"] == "application/json"

    def test_json_null(self) -> None:
        request = HttpRequest("POST", "/", json=None)
        assert request.get_body() == b"null"
        assert request.get_json() is None

    def test_headers_precede_the_content_type_of_json_and_form(self) -> None:
        headers = {"Content-Type": "application/problem+json"}
        request = HttpRequest("POST", "/", headers=headers, json={})
        assert dict(request.headers) == {"content-type": "application/problem+json"}

    @given(st.dictionaries(texts.filter(bool), st.lists(texts, min_size=1, max_size=3)))
    def test_form(self, form: dict[str, list[str]]) -> None:
        request = HttpRequest("POST", "/", form=form)
        assert dict(request.form.lists()) == form

    def test_form_of_pairs(self) -> None:
        request = HttpRequest("POST", "/", form=[("a", "1"), ("b", 2), ("a", "3 é")])
        assert request.form.getlist("a") == ["1", "3 é"]
        assert request.form["b"] == "2"

    @pytest.mark.parametrize(
        "arguments",
        [
            {"body": 5},
            {"body": ["x"]},
            {"body": "\ud800"},
            {"json": complex(1, 2)},
            {"json": {}, "body": b"x"},
            {"json": {}, "form": {}},
            {"form": {}, "body": b""},
            {"form": 5},
            {"form": ["xyz"]},
            {"headers": {"a": None}},
            {"headers": {"a": ["b"]}},
            {"headers": {5: "b"}},
            {"headers": 5},
            {"headers": {"a": 10**5000}},
            {"params": {1: None}},
            {"params": {"a": None}},
            {"params": {"a": ["b"]}},
            {"params": 5},
            {"route_params": {"a": b"b"}},
            {"route_params": [5]},
        ],
        ids="-".join,
    )
    def test_what_cannot_be_sent_is_refused(self, arguments: dict[str, Any]) -> None:
        with pytest.raises(InvalidValueError, match=r"^http(Trigger)?: \w+") as caught:
            HttpRequest("POST", "/", **arguments)
        assert isinstance(caught.value, (TypeError, ValueError))

    def test_what_is_refused_is_named(self) -> None:
        with pytest.raises(InvalidValueError, match="^http: params: got the name int 1"):
            HttpRequest("GET", "/", params={1: None})  # type: ignore[dict-item]
        with pytest.raises(InvalidValueError, match="^http: route_param 'a': got NoneType"):
            HttpRequest("GET", "/", route_params={"a": None})  # type: ignore[dict-item]

    @pytest.mark.parametrize(("method", "url"), [(None, "/"), ("GET", None), (b"GET", "/")])
    def test_method_and_url_are_text(self, method: Any, url: Any) -> None:
        with pytest.raises(InvalidValueError, match="expected str"):
            HttpRequest(method, url)


class TestJson:
    VALUE: ClassVar = {"a": [1, None, "é€😀"]}

    @pytest.mark.parametrize(
        "encoding",
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"],
    )
    def test_H7_unicode_is_detected(self, encoding: str) -> None:
        body = json.dumps(self.VALUE, ensure_ascii=False).encode(encoding)
        assert with_body(body).get_json() == self.VALUE
        assert with_body(body, "application/json; charset=utf-8").get_json() == self.VALUE

    @pytest.mark.parametrize("charset", ["iso-8859-1", '"ISO-8859-1"', "windows-1252", "latin1"])
    def test_H7_declared_charset(self, charset: str) -> None:
        request = with_body('{"a": "é"}'.encode("latin-1"), f"application/json; charset={charset}")
        assert request.get_json() == {"a": "é"}

    def test_H7_charset_parameter_of_utf_16(self) -> None:
        request = with_body('{"a": 1}'.encode("utf-16"), "application/json;charset=UTF-16")
        assert request.get_json() == {"a": 1}

    def test_H7_text_with_a_byte_order_mark(self) -> None:
        assert HttpRequest("POST", "/", body="\ufeff[1]").get_json() == [1]

    def test_text_body_is_not_decoded_by_the_charset(self) -> None:
        headers = {"content-type": "application/json; charset=iso-8859-1"}
        request = HttpRequest("POST", "/", headers=headers, body='"é"')
        assert request.get_json() == request.text.strip('"') == "é"

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"", None),
            (b"hello", None),
            (b'{"a": \xff}', None),
            (b"[" * 100_000 + b"]" * 100_000, None),
            (b"1" * 5000, None),
            (b"{}", "application/json; charset=unheard-of"),
            (b"{}", "application/json; charset=base64"),
            (b"[1]", "application/json; charset=idna"),
            (b"[1]", "application/json; charset=unicode_escape"),
            (b"{}", "application/json; charset=\x00"),
            (b"\x81", "application/json; charset=shift_jis"),
        ],
    )
    def test_the_rest_is_a_value_error(self, body: bytes, content_type: str | None) -> None:
        with pytest.raises(ValueError, match=r".") as caught:
            with_body(body, content_type).get_json()
        assert type(caught.value).__module__ in ("builtins", "json.decoder", "json")

    @given(st.recursive(st.none() | st.integers(-9, 9) | texts, st.lists, max_leaves=5))
    def test_round_trip(self, value: Any) -> None:
        assert HttpRequest("POST", "/", json=value).get_json() == value


class TestText:
    def test_declared_charset(self) -> None:
        assert with_body(b"\xe9", "text/plain; charset=latin-1").text == "é"

    def test_byte_order_mark(self) -> None:
        assert with_body(b"\xef\xbb\xbfx").text == "x"

    @pytest.mark.parametrize("content_type", [None, "text/plain; charset=unheard-of"])
    def test_no_text(self, content_type: str | None) -> None:
        with pytest.raises(InvalidPayloadError, match=r"httpTrigger: body: got bytes b'\\xff'"):
            _ = with_body(b"\xff", content_type).text


class TestQuery:
    URL = "https://h/api/f?b=2&a=1&b=3&empty=&blank&n%C3%A9=%20+x#fragment?a=9"

    def test_params_are_those_of_the_host(self) -> None:
        assert dict(HttpRequest("GET", self.URL).params) == {"b": "2,3", "a": "1", "né": "  x"}

    def test_params_given_precede_those_of_the_url(self) -> None:
        assert dict(HttpRequest("GET", self.URL, params={"z": "0"}).params) == {"z": "0"}
        assert dict(HttpRequest("GET", self.URL, params={}).params) == {}

    def test_query_keeps_repeats_blanks_and_order(self) -> None:
        query = HttpRequest("GET", self.URL).query
        assert list(query.items()) == [
            ("b", "2"),
            ("a", "1"),
            ("b", "3"),
            ("empty", ""),
            ("blank", ""),
            ("né", "  x"),
        ]
        assert query["b"] == "2"
        assert query.getall("b") == ["2", "3"]

    @pytest.mark.parametrize("url", ["", "/", "?", "http://[", "http://h?", "\x00", "/?%zz=%"])
    def test_any_url_has_a_query(self, url: str) -> None:
        request = HttpRequest("GET", url)
        assert isinstance(dict(request.params), dict)
        assert list(request.query.keys()) in ([], ["%zz"])

    def test_decoded_params_are_those_that_came(self) -> None:
        request = decoded(http_payload("GET", self.URL, route_params={"id": "7"}))
        assert dict(request.params) == {"b": "2,3", "a": "1", "né": "  x"}
        assert dict(request.route_params) == {"id": "7"}
        assert request.query.getall("b") == ["2", "3"]


class TestHeaders:
    def test_lookup_ignores_case(self) -> None:
        headers = HttpRequest("GET", "/", headers={"X-One": "1"}).headers
        assert headers["x-one"] == headers["X-ONE"] == headers.get("X-one") == "1"
        assert "X-ONE" in headers
        assert headers.get("none") is None
        assert headers.get("none", "d") == "d"
        assert list(headers) == list(headers.keys()) == ["x-one"]
        assert list(headers.values()) == ["1"]
        assert headers == {"x-one": "1"}
        with pytest.raises(KeyError, match="X-None"):
            headers["X-None"]

    def test_P4_what_is_no_name_is_not_there(self) -> None:
        headers: Any = HttpRequest("GET", "/", headers={"a": "1"}).headers
        assert 5 not in headers
        assert None not in headers
        assert headers.get(5) is None
        with pytest.raises(KeyError):
            headers[5]

    def test_names_that_differ_in_case_are_one_header(self) -> None:
        headers = {
            "X-A": Datum("1", "string"),
            "b": Datum("2", "string"),
            "x-a": Datum("3", "string"),
        }
        request = decoded(_message(headers=headers))
        assert request.headers == {"x-a": "1,3", "b": "2"}
        assert decoded(_message(headers=headers)).headers["X-A"] == "1,3"

    @pytest.mark.parametrize("name", ["a", "b"])
    def test_a_header_that_was_read_reads_as_the_others(self, name: str) -> None:
        headers = decoded(_message(headers={"a": Datum("1", "string"), "b": "2"})).headers
        assert headers[name.upper()] == headers.get(name) == dict(headers)[name]
        for twin in (copy.deepcopy(headers), pickle.loads(pickle.dumps(headers))):
            assert twin == headers

    def test_limits(self) -> None:
        payload = http_payload("GET", "/", headers=[(f"x-{n}", "1") for n in range(257)])
        match = r"headers: got 257; expected at most 256 headers\. .*http_limits\.header_count"
        with pytest.raises(InvalidPayloadError, match=match):
            _ = decoded(payload).headers
        payload = http_payload("GET", "/", headers=[("x", "y" * 131_072)])
        match = "headers: got 131073; expected at most 131072 characters"
        with pytest.raises(InvalidPayloadError, match=match):
            dict(decoded(payload).headers)

    def test_several_values_are_joined(self) -> None:
        pairs = [("Accept", "a"), ("accept", "b"), ("X", "1")]
        assert dict(HttpRequest("GET", "/", headers=pairs).headers) == {"accept": "a,b", "x": "1"}

    def test_numbers_become_text(self) -> None:
        assert HttpRequest("GET", "/", headers={"Content-Length": 5}).headers == {
            "content-length": "5"
        }

    @given(st.dictionaries(st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True), texts))
    def test_round_trip(self, headers: dict[str, str]) -> None:
        assert HttpRequest("GET", "/", headers=headers).headers == headers
        assert decoded(http_payload("GET", "/", headers=headers.items())).headers == headers


class TestDecode:
    def test_any_datum_class_will_do(self) -> None:
        class Theirs:
            def __init__(self, value: Any, type: str) -> None:
                self.value = value
                self.type = type

        message = {
            "method": Theirs("put", "string"),
            "url": Theirs("http://h/", "string"),
            "headers": {"Accept": Theirs("x", "string")},
            "query": {"a": "plain text"},
            "params": {},
            "body": Theirs("né", "string"),
        }
        request = get_binding_registry().get("httpTrigger").decode(Theirs(message, "http"))
        assert (request.method, request.url) == ("PUT", "http://h/")
        assert request.headers == {"accept": "x"}
        assert request.params == {"a": "plain text"}
        assert request.get_body() == "né".encode()

    def test_missing_parts_are_empty(self) -> None:
        message = {"method": Datum("GET", "string"), "url": Datum("/", "string")}
        request = decoded(Datum(message, "http"))
        assert dict(request.headers) == dict(request.params) == dict(request.route_params) == {}
        assert request.get_body() == b""
        assert (
            request.get_body()
            == decoded(Datum({**message, "body": Datum(None, None)}, "http")).get_body()
        )

    @pytest.mark.parametrize("field", ["headers", "query", "params"])
    @pytest.mark.parametrize(
        "value", [5, "text", ["a"], {"a": 5}, {"a": Datum(5, "int")}, {5: Datum("x", "string")}]
    )
    def test_broken_parts_are_named(self, field: str, value: Any) -> None:
        message = {"method": Datum("GET", "string"), "url": Datum("/", "string"), field: value}
        request = decoded(Datum(message, "http"))
        attribute = {"query": "params", "params": "route_params"}.get(field, field)
        with pytest.raises(InvalidPayloadError, match=f"httpTrigger: {field}: got .*; expected"):
            dict(getattr(request, attribute))

    def test_content_type_in_any_case(self) -> None:
        message = {
            "method": Datum("POST", "string"),
            "url": Datum("/", "string"),
            "headers": {"Content-TYPE": Datum("text/plain; charset=latin-1", "string")},
            "body": Datum(b"\xe9", "bytes"),
        }
        assert decoded(Datum(message, "http")).text == "é"

    def test_decoding_changes_nothing(self) -> None:
        payload = http_payload("POST", "/?a=1", headers=[("A", "b")], body=b"x=1")
        before = copy.deepcopy(payload)
        request = decoded(payload)
        _ = request.headers, request.params, request.route_params, request.form, request.query
        assert payload == before


@pytest.mark.parametrize("read_first", [True, False])
def test_pickle_and_copy(read_first: bool) -> None:
    payload = http_payload("POST", "/?a=1&a=2", headers=[("A", "b")], body=b"x=1")
    built = HttpRequest("POST", "/?a=1&a=2", headers={"A": "b"}, form={"x": 1})
    for request in (decoded(payload), built):
        if read_first:
            _ = request.headers, request.params, request.route_params, request.form, request.query
        pickled = pickle.loads(pickle.dumps(request))
        for twin in (pickled, copy.deepcopy(request), copy.copy(request)):
            assert twin.headers["a"] == "b"
            assert twin.params == {"a": "1,2"}
            assert twin.query.getall("a") == ["1", "2"]
            assert twin.get_body() == b"x=1"
