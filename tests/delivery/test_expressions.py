"""What stands between percent signs and braces in a binding."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import azure_functions_lib as func
from azure_functions_lib.delivery import events
from azure_functions_lib.delivery.dotnet import format_guid, format_time
from azure_functions_lib.delivery.expressions import (
    BindingData,
    BlobPattern,
    Template,
    resolve_settings,
)
from azure_functions_lib.delivery.recorded import RecordedPayload
from azure_functions_lib.errors import DeclarationError, InvocationError
from azure_functions_lib.wire.datum import Datum

NOW = datetime(2018, 2, 16, 17, 59, 5, 123456, timezone.utc)


# -- Settings


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("orders", "orders"),
        ("%QUEUE%", "orders"),
        ("%queue%", "orders"),
        ("a-%QUEUE%-%EMPTY%b", "a-orders-b"),
        ("%QUEUE%%QUEUE%", "ordersorders"),
        ("%Section:Name%", "nested"),
        ("%section__NAME%", "nested"),
        ("{%QUEUE%}", "{orders}"),
    ],
)
def test_settings_take_the_place_of_their_names(text: str, resolved: str) -> None:
    settings = {"QUEUE": "orders", "EMPTY": "", "Section__Name": "nested"}
    assert resolve_settings(text, settings) == resolved


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("%NONE%", "%NONE% in '%NONE%' does not resolve to a value. Give the application setting"),
        ("%%", "%% in '%%' does not resolve to a value"),
        ("100%", "'100%' has a '%' at position 3 without a closing '%'"),
        ("%A%-%", "has a '%' at position 4 without"),
    ],
)
def test_settings_that_are_missing(text: str, message: str) -> None:
    with pytest.raises(DeclarationError, match="^queue: queueName: .*") as raised:
        resolve_settings(text, {"A": "secret value"}, where="queue: queueName")
    assert message in str(raised.value)
    assert "secret" not in str(raised.value)


# -- Expressions


def data(**values: Any) -> BindingData:
    return BindingData("Resize", NOW, values)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("{name}", "may"),
        ("{NAME}.{Name}", "may.may"),
        ("{{{name}}}", "{may}"),
        ("a{{b}}c", "a{b}c"),
        ("{order.customer.city}", "Ulm"),
        ("{Order.CUSTOMER.City}", "Ulm"),
        ("{order.count}/{order.price}/{order.paid}", "3/1.5/True"),
        ("{count}", "7"),
        ("{_x1}", "under"),
        ("{sys.methodname}", "Resize"),
        ("{SYS.MethodName}", "Resize"),
        ("{DateTime}", "2018-02-16T17-59-05Z"),
        ("{datetime:yyyy/MM/dd}", "2018/02/16"),
        ("{sys.utcnow:HH.mm}", "17.59"),
        ("{made}", "2020-01-02T03-04-05+02:00"),
        ("{made:yyyy}", "2020"),
        ("{a-b.c}", None),
    ],
)
def test_values_take_the_place_of_expressions(text: str, filled: str | None) -> None:
    values = data(
        name="may",
        count=7,
        order={"customer": {"City": "Ulm"}, "count": 3, "price": 1.5, "paid": True},
        _x1="under",
        made=datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))),
    )
    if filled is None:
        with pytest.raises(DeclarationError):
            Template.parse(text)
    else:
        assert Template.parse(text).fill(values) == filled


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("{rand-guid}", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("{Rand-Guid:N}", "[0-9a-f]{32}"),
        ("{rand-guid:B}", r"\{[0-9a-f-]{36}\}"),
        ("{sys.randguid:p}", r"\([0-9a-f-]{36}\)"),
    ],
)
def test_random_ids(text: str, form: str) -> None:
    filled = {Template.parse(text).fill(data()) for _ in range(3)}
    assert len(filled) == 3
    assert all(re.fullmatch(form, each) for each in filled)


def test_a_value_of_the_trigger_wins_over_a_built_in() -> None:
    assert Template.parse("{DateTime}-{sys.methodname}").fill(data(datetime="mine")) == (
        "mine-Resize"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "'{}' at position 0 is no expression"),
        ("a{b c}", "'{b c}' at position 1 is no expression"),
        ("{a..b}", "'{a..b}' at position 0"),
        ("{.a}", "'{.a}'"),
        ("{a-b}", "'{a-b}' at position 0"),
        ("x/{name", "the '{' at position 2 has no closing '}'"),
        ("x/name}", "the '}' at position 6 has no opening '{'"),
        ("{a{b}", "'{a{b}' at position 0 is no expression"),
        ("{{{a}}", "the '}' at position 5 has no opening"),
    ],
)
def test_templates_that_are_none(text: str, message: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        Template.parse(text)
    assert str(raised.value).startswith(f"{text!r}: {message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{b}", "'{b}': {b}: there is no value 'b'. The trigger gives: a, n"),
        ("{a.b}", "{a.b}: there is no property 'b'"),
        ("{n.x}", "{n.x}: there is no property 'x'"),
        ("{n}", "{n}: got dict {'y': {}}; expected a text, a number or a time"),
        ("{a:yyyy}", "{a}: got str 'text'; expected a time or an id, which have formats"),
        ("{rand-guid:Q}", "'Q' is no format of an id. Write N, D, B or P"),
        ("{datetime:Q}", "'Q' is no format of .NET"),
        ("{datetime:ffffffff}", "more than seven digits"),
    ],
)
def test_values_that_are_missing(text: str, message: str) -> None:
    with pytest.raises(InvocationError) as raised:
        Template.parse(text).fill(data(a="text", n={"y": {}}))
    assert message in str(raised.value)


# -- What a trigger gives


def filled_by(text: str, payload: Datum | None, **metadata: Datum) -> str:
    return Template.parse(text).fill(BindingData.of("f", NOW, payload, metadata))


def test_a_queue_message_gives_its_metadata_and_its_members() -> None:
    text = '{"file": "a.png", "size": {"x": 3}, "ok": true, "l": [1], "z": null}'
    sent = events.queue(text)
    given = BindingData.of("f", NOW, sent.data, sent.metadata)
    assert Template.parse("{file} {size.x} {ok} {DequeueCount}").fill(given) == "a.png 3 True 1"
    assert Template.parse("{queuetrigger}").fill(given) == text
    assert re.fullmatch(r"\d{4}/\d\d", Template.parse("{InsertionTime:yyyy/MM}").fill(given))
    for name in ("l", "z"):
        with pytest.raises(InvocationError, match=f"there is no value '{name}'"):
            Template.parse(f"{{{name}}}").fill(given)


def test_members_of_the_message_override_the_metadata() -> None:
    count = Datum("1", "json")
    assert (
        filled_by("{DequeueCount}", Datum('{"DequeueCount": 5}', "string"), DequeueCount=count)
        == "5"
    )


def test_members_of_the_message_are_text_as_dotnet_writes_it() -> None:
    text = '{"paid": true, "price": 1.5, "at": "2026-08-01T10:00:00Z", "of": {"it": false}}'
    filled = filled_by("{paid} {price} {at} {of.it}", Datum(text, "string"))
    assert filled == "True 1.5 08/01/2026 10:00:00 False"


@pytest.mark.parametrize("text", ["text", "[1]", "{bad", "7", '"{}"'])
def test_a_message_that_is_no_object_gives_the_metadata_alone(text: str) -> None:
    assert filled_by("{Id}", Datum(text, "string"), Id=Datum("x", "string")) == "x"


def test_the_content_of_a_blob_overrides_nothing() -> None:
    blob = Datum(b'{"name": "other"}', "bytes")
    assert filled_by("{name}", blob, name=Datum("may", "string")) == "may"


def test_metadata_that_cannot_be_read_is_no_value() -> None:
    with pytest.raises(InvocationError, match="there is no value 'Bad'"):
        filled_by("{Bad}", None, Bad=Datum("{", "json"))


def test_a_request_gives_its_body_its_query_and_its_route() -> None:
    def texts(**values: str) -> dict[str, Datum]:
        return {name: Datum(value, "string") for name, value in values.items()}

    request = Datum(
        {
            "method": Datum("POST", "string"),
            "url": Datum("http://localhost/api/items/7?size=s&size=b%69g&Code=secret", "string"),
            "headers": texts(**{"x-tenant": "t1"}),
            "query": texts(size="s,big", id="q"),
            "params": texts(id="7"),
            "body": Datum(
                b'{"id": "b", "kind": "tea", "size": "b", "of": {"it": 1.5}, "code": "c"}', "bytes"
            ),
        },
        "http",
    )
    text = "{id} {size} {kind} {Query.id} {headers.x-tenant} {of.it} {code}"
    assert filled_by(text, request) == "7 big tea q t1 1.5 c"


def test_a_request_may_lack_what_it_has_not() -> None:
    request = Datum({"params": {"id": Datum("7", "string")}}, "http")
    assert filled_by("{id}", request) == "7"


@pytest.mark.parametrize(
    ("sent", "text", "filled"),
    [
        (events.blob(name="c/a.txt"), "{BlobTrigger}", "c/a.txt"),
        (events.blob(uri="https://a/c/x"), "{Uri}", "https://a/c/x"),
        (events.blob(b"12345"), "{properties.contentLength}", "5"),
        (events.blob(blob_metadata={"By": "me"}), "{Metadata.by}", "me"),
        (events.blob(metadata={"name": "a"}), "{name}", "a"),
        (events.timer(), "{sys.methodname}", "f"),
        (events.timer(), "{TimerTrigger:x}", None),
        (events.event_grid({"url": "u"}, subject="s"), "{data.url} {subject}", "u s"),
        (events.cloud_event({"url": "u"}, id="7"), "{data.url} {id}", "u 7"),
        (events.queue("x", id="7", dequeue_count=2), "{Id} {dequeueCount}", "7 2"),
        (events.queue("x"), "{QueueTrigger}", "x"),
        (events.queue(b"\xff"), "{QueueTrigger}", None),
    ],
)
def test_what_triggers_give(sent: RecordedPayload, text: str, filled: str | None) -> None:
    data = BindingData.of("f", NOW, sent.data, sent.metadata)
    if filled is None:
        with pytest.raises(InvocationError):
            Template.parse(text).fill(data)
    else:
        assert Template.parse(text).fill(data) == filled


def test_a_call_of_a_tool_gives_its_arguments() -> None:
    def tool(context: str) -> None: ...

    app = func.FunctionApp()
    app.mcp_tool_trigger("context", tool_name="t", description="d")(tool)
    trigger = app.get_functions()[0].get_trigger()
    sent = events.mcp_tool({"size": "big", "name": "x"}, name="t", session_id="s1")
    text = (
        "{mcptoolargs.size} {mcpToolArgs.name} {mcptoolcontext.name} {mcpsessionid} {context.name}"
    )
    data = BindingData.of("tool", NOW, sent.data, sent.metadata, trigger)
    assert Template.parse(text).fill(data) == "big x t s1 t"


# -- Formats of .NET


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("d", "02/16/2018"),
        ("D", "Friday, 16 February 2018"),
        ("o", "2018-02-16T17:59:05.1234560Z"),
        ("R", "Fri, 16 Feb 2018 17:59:05 GMT"),
        ("s", "2018-02-16T17:59:05"),
        ("u", "2018-02-16 17:59:05Z"),
        ("y", "2018 February"),
        ("t", "17:59"),
        ("yyyyMMdd-HHmmss", "20180216-175905"),
        ("yy/M/d h:m:s tt", "18/2/16 5:59:5 PM"),
        ("ddd dddd MMM MMMM", "Fri Friday Feb February"),
        ("f ff fff ffffff fffffff", "1 12 123 123456 1234560"),
        (".FFFFFFF", ".123456"),
        ("hh t z zz zzz", "05 P +0 +00 +00:00"),
        ("'day' d \"x\" \\d %d", "day 16 x d 16"),
        ("%y yyyyy gg", "18 02018 A.D."),
    ],
)
def test_times_in_formats_of_dotnet(pattern: str, text: str) -> None:
    assert format_time(NOW, pattern) == text


def test_offsets_in_formats_of_dotnet() -> None:
    local = NOW.astimezone(timezone(-timedelta(hours=3, minutes=30)))
    assert format_time(local, "HH:mm K z zz zzz") == "14:29 -03:30 -3 -03 -03:30"
    assert format_time(local, "u") == "2018-02-16 17:59:05Z"
    assert format_time(NOW.replace(tzinfo=None), "ssK") == "05"


def test_ids_in_formats_of_dotnet() -> None:
    guid = UUID(int=1)
    assert format_guid(guid, "N") == "0" * 31 + "1"
    assert format_guid(guid, "d") == "00000000-0000-0000-0000-000000000001"


# -- The names of blobs


@pytest.mark.parametrize(
    ("path", "name", "captures"),
    [
        ("c", "a/b.txt", {}),
        ("c/", "a", {}),
        ("c/a.txt", "a.txt", {}),
        ("c/a.txt", "A.txt", None),
        ("c/a.txt", "a.txt2", None),
        ("c/{name}", "a/b/c.txt", {"name": "a/b/c.txt"}),
        ("c/{name}", "", {"name": ""}),
        ("c/{name}.{ext}", "a.b.txt", {"name": "a.b", "ext": "txt"}),
        ("c/{name}.{ext}", "noext", None),
        ("c/{a}{b}", "xy", {"a": "xy", "b": ""}),
        ("c/a{x}", "aXa", {"x": "Xa"}),
        ("c/a{x}a", "a", None),
        ("c/a{x}a", "aa", {"x": ""}),
        ("c/in/{year}/{x}-{y}.csv", "in/26/5-a-b.csv", {"year": "26", "x": "5-a", "y": "b"}),
        ("c/{{x}}-{name}", "{x}-n", {"name": "n"}),
        ("c/{x}ab{y}ab", "abab", {"x": "", "y": ""}),
        ("c/{x}ab{y}ab", "ab", None),
    ],
)
def test_captures_of_a_blob(path: str, name: str, captures: dict[str, str] | None) -> None:
    pattern = BlobPattern.parse(path)
    assert pattern.container == "c"
    assert pattern.match(name) == captures


@given(
    st.lists(st.sampled_from(["{x}", "{y}", "{z}", "a", "b", "ab"]), min_size=1, max_size=6).filter(
        lambda parts: all(parts.count(name) < 2 for name in ("{x}", "{y}", "{z}"))
    ),
    st.text("ab", max_size=12),
)
def test_captures_are_those_of_a_greedy_regular_expression(parts: list[str], name: str) -> None:
    text = "".join(parts)
    expected = re.fullmatch(re.sub(r"\{(\w)\}", r"(?P<\1>.*)", text), name)
    found = BlobPattern.parse(f"c/{text}").match(name)
    assert found == (None if expected is None else expected.groupdict())


def test_a_name_that_fits_in_many_ways_is_no_work() -> None:
    captures = "a".join(f"{{x{number}}}" for number in range(30))
    assert BlobPattern.parse(f"c/{captures}b").match("a" * 1024) is None


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("{c}/x", "the container of a trigger is a name"),
        ("/x", "the container of a trigger is a name"),
        ("", "the container of a trigger is a name"),
        ("c/{a.b}", "{a.b} cannot be a part"),
        ("c/{rand-guid}", "{rand-guid} cannot be a part"),
        ("c/{date:yyyy}", "{date} cannot be a part"),
        ("c/{name", "has no closing"),
    ],
)
def test_paths_that_no_blob_can_have(path: str, message: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        BlobPattern.parse(path)
    assert message in str(raised.value)
