from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import HttpRequest, HttpResponse
from azure_functions_lib.bindings import get_binding_registry
from azure_functions_lib.errors import InvalidPayloadError


def cookies(header: str | None) -> dict[str, str]:
    return HttpRequest("GET", "/", headers={"Cookie": header} if header is not None else {}).cookies


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, {}),
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1; b=2;c=3 ;  d = 4", {"a": "1", "b": "2", "c": "3", "d": "4"}),
        ("a=1; a=2", {"a": "1"}),
        ('a="x y"', {"a": '"x y"'}),
        ('j={"a": [1, 2]}; é=ü', {"j": '{"a": [1, 2]}', "é": "ü"}),
        ("a=b=c==", {"a": "b=c=="}),
        ("junk; =x; ; a=; ;", {"a": ""}),
        ("a\t=\t1 ; \tb=2", {"a": "1", "b": "2"}),
        # Only spaces and tabs are trimmed: a browser guards the prefix of the second name alone.
        (
            "\u2000__Host-sid=evil; __Host-sid=good",
            {"\u2000__Host-sid": "evil", "__Host-sid": "good"},
        ),
        ("\xa0__Host-sid=evil; __Host-sid=good", {"\xa0__Host-sid": "evil", "__Host-sid": "good"}),
        ("\x85__Host-sid=evil; __Host-sid=good", {"\x85__Host-sid": "evil", "__Host-sid": "good"}),
    ],
)
def test_request_cookies(header: str | None, expected: dict[str, str]) -> None:
    assert cookies(header) == expected


def test_more_cookies_than_the_limit() -> None:
    header = "; ".join(f"c{n}=1" for n in range(257))
    with pytest.raises(InvalidPayloadError, match=r"got 257; expected at most 256 .*cookie_count"):
        cookies(header)


names = st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,9}", fullmatch=True)
values = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=";"), max_size=9
).map(lambda text: text.strip(" "))


def sent(*headers: str) -> list[dict[str, Any]]:
    """What a worker reads of the cookies of a response."""
    response = HttpResponse(headers=[("Set-Cookie", header) for header in headers])
    datum = get_binding_registry().get("http").encode(response, expected_type=None)
    assert not [name for name in datum.value["headers"] if name.lower() == "set-cookie"]
    found = []
    assert len(datum.value["cookies"]) == len(headers)
    for cookie in datum.value["cookies"]:
        assert len(cookie) <= 1
        for name, morsel in cookie.items():
            assert morsel.key == name
            set_attributes = {key: value for key, value in morsel.items() if value}
            found.append({"name": name, "value": morsel.value, **set_attributes})
    return found


def test_attributes() -> None:
    assert sent(
        "a=1; PATH=/x; domain=h.example; Max-Age=60; secure; HttpOnly; SameSite=Strict; "
        "Expires=Wed, 21 Oct 2015 07:28:00 GMT"
    ) == [
        {
            "name": "a",
            "value": "1",
            "path": "/x",
            "domain": "h.example",
            "max-age": "60",
            "secure": True,
            "httponly": True,
            "samesite": "Strict",
            "expires": "Wed, 21 Oct 2015 07:28:00 GMT",
        }
    ]


@pytest.mark.parametrize("value", ['{"a": [1, "x"]}', "né", "a,b", "x y", "<>()@", "a=b"])
def test_H2_any_value_is_kept(value: str) -> None:
    assert sent(f"id={value}; Path=/") == [{"name": "id", "value": value, "path": "/"}]


def test_H2_partitioned_does_not_cost_the_cookie() -> None:
    (cookie,) = sent("id=1; Partitioned; Secure")
    cookie.pop("partitioned", None)  # Python knows the attribute from 3.14 on
    assert cookie == {"name": "id", "value": "1", "secure": True}


@pytest.mark.parametrize("name", ["path", "expires", "a:b", "a/b", "é"])
def test_H2_any_name_is_kept(name: str) -> None:
    assert sent(f"{name}=1") == [{"name": name, "value": "1"}]


@pytest.mark.parametrize("unknown", ["Priority=High", "b=2", "Priority", "", "=", "x=y=z"])
def test_H2b_unknown_attributes_are_no_cookies(unknown: str) -> None:
    assert sent(f"a=1; {unknown}; Path=/") == [{"name": "a", "value": "1", "path": "/"}]


def test_H2c_quotes_belong_to_the_value() -> None:
    assert sent('a="x y"') == [{"name": "a", "value": '"x y"'}]


@pytest.mark.parametrize("header", ["a=1", "a=1; Path=; Domain", "a=1; domain="])
def test_R9_absent_domain_and_path_are_none(header: str) -> None:
    datum = get_binding_registry().get("http").encode(HttpResponse(headers={"Set-Cookie": header}))
    ((morsel,),) = (cookie.values() for cookie in datum.value["cookies"])
    assert (morsel["domain"], morsel["path"]) == (None, None)
    assert morsel["max-age"] == morsel["expires"] == morsel["samesite"] == ""
    assert morsel.OutputString() == "a=1"
    assert datum.value["cookies"][0].output() == "Set-Cookie: a=1"


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 21-Oct-2015 07:28:00 GMT",
        "Wednesday, 21-Oct-15 07:28:00 GMT",
        "Wed Oct 21 07:28:00 2015",
        "Wed, 21 Oct 2015 7:28:00",
        "21 october 2015 07:28:00",
        "Wed, 21 Oct 2015 07:28:00 +0000",
        "Wed, 21 Oct 2015 07:28:00 GMT",
    ],
)
def test_R10_every_date_that_browsers_read_is_sent_in_one_form(date: str) -> None:
    assert sent(f"a=1; Expires={date}")[0]["expires"] == "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize(
    ("year", "expected"), [("69", 2069), ("70", 1970), ("99", 1999), ("1601", 1601)]
)
def test_R10_years(year: str, expected: int) -> None:
    date = sent(f"a=1; Expires=1 Jan {year} 00:00:00")[0]["expires"]
    assert f" {expected} " in date


@pytest.mark.parametrize(
    "attribute",
    [
        "Expires=tomorrow",
        "Expires=",
        "Expires=31 Feb 2020 00:00:00",
        "Expires=Mon, 31 Feb 2020 00:00:00 GMT",
        "Expires=1 Jan 1600 00:00:00",
        "Expires=1 Jan 2020 24:00:00",
        "Max-Age=soon",
        "Max-Age=1.5",
        "Max-Age=",
        "Max-Age=+5",
        "Max-Age=\u0665",
        "Domain=",
        "Path=",
    ],
)
def test_attributes_that_cannot_be_read_are_left_out(attribute: str) -> None:
    assert sent(f"a=1; {attribute}") == [{"name": "a", "value": "1"}]


def test_what_browsers_ignore_is_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    assert sent("junk", "=1", "a\t=1", "b=2") == [{"name": "b", "value": "2"}]
    assert len(caplog.records) == 1
    assert "Set-Cookie" in caplog.text
    assert "junk" not in caplog.text


@given(names, values, st.sampled_from([None, "Lax", "Strict", "None"]), st.booleans())
def test_round_trip(name: str, value: str, samesite: Any, secure: bool) -> None:
    response = HttpResponse()
    secure = secure or samesite == "None" or name.lower().startswith(("__host-", "__secure-"))
    response.set_cookie(name, value, samesite=samesite, secure=secure)
    header = response.headers["set-cookie"]
    expected: dict[str, Any] = {"name": name, "value": value, "path": "/"}
    if samesite:
        expected["samesite"] = samesite
    if secure:
        expected["secure"] = True
    assert sent(header) == [expected]
    assert cookies(header.split(";")[0]) == {name: value}


@given(st.datetimes(datetime(1601, 1, 1), timezones=st.just(timezone.utc)))
def test_dates_round_trip(moment: datetime) -> None:
    response = HttpResponse()
    response.set_cookie("a", expires=moment)
    text = sent(response.headers["set-cookie"])[0]["expires"]
    parsed = datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=timezone.utc)
    assert parsed == moment.replace(microsecond=0)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_header_gives_a_cookie_or_none(header: str) -> None:
    assert len(sent(header)) <= 1
