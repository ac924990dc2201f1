"""Timestamps, time spans and other scalars of trigger metadata, read through a message's fields."""

from __future__ import annotations

import contextlib
import json
import logging
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import QueueMessage, ServiceBusMessage, get_binding_registry
from azure_functions_lib.errors import InvalidValueError
from azure_functions_lib.meta import Datum
from azure_functions_lib.wire import scalars
from tests.strategies import collection

UTC = timezone.utc


def message(field: str, datum: Datum | None) -> QueueMessage:
    codec = get_binding_registry().get("queueTrigger")
    assert codec is not None
    decoded = codec.decode(Datum("body", "string"), trigger_metadata={field: datum})
    assert isinstance(decoded, QueueMessage)
    return decoded


def inserted(text: str) -> datetime | None:
    return message("InsertionTime", Datum(text, "string")).insertion_time


def time_to_live(text: str) -> timedelta | None:
    codec = get_binding_registry().get("serviceBusTrigger")
    assert codec is not None
    metadata = {"UserProperties": Datum("{}", "json"), "TimeToLive": Datum(text, "string")}
    span: timedelta | None = codec.decode(
        Datum("body", "string"), trigger_metadata=metadata
    ).time_to_live
    return span


def is_refused(text: str, caplog: pytest.LogCaptureFixture) -> bool:
    with pytest.raises(ValueError, match="ISO 8601"):
        scalars.timestamp(text)
    with caplog.at_level(logging.WARNING):
        value = inserted(text)
    return value is None and "InsertionTime" in caplog.text


def zone(hours: int, minutes: int = 0) -> timezone:
    return timezone(timedelta(hours=hours, minutes=minutes))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-01-31T23:59:58+02:00", datetime(2020, 1, 31, 23, 59, 58, 0, zone(2))),
        ("2020-01-31T23:59:58-0800", datetime(2020, 1, 31, 23, 59, 58, 0, zone(-8))),
        ("2020-01-31T23:59:58.1234567+02:00", datetime(2020, 1, 31, 23, 59, 58, 123456, zone(2))),
        ("2020-01-31T23:59:58-03:30", datetime(2020, 1, 31, 23, 59, 58, 0, zone(-3, -30))),
        ("2020-01-31T23:59:58-00:00", datetime(2020, 1, 31, 23, 59, 58, 0, UTC)),
    ],
)
def test_T1_offsets(text: str, expected: datetime) -> None:
    value = inserted(text)
    assert value is not None
    assert value == expected
    assert value.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2020-01-31T23:59:58.1234567+0200", timedelta(hours=2)),
        ("2020-01-31T23:59:58.1234567z", timedelta()),
    ],
)
def test_T2_seven_digits_keep_the_offset(text: str, offset: timedelta) -> None:
    value = inserted(text)
    assert value is not None
    assert value.replace(tzinfo=None) == datetime(2020, 1, 31, 23, 59, 58, 123456)
    assert value.utcoffset() == offset


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-31T23:59:58.1234567garbage",
        "2020-01-31T23:59:58.1234567Zjunk",
        "2020-01-31T23:59:58.123456,7Z",
        "2020-01-31T23:59:58.123456 78Z",
        "2020-01-31T23:59:58.123456789,1Z",
        "2020-01-31T23:59:58.123456,7",
        "2020-01-31T23:59:58.123456,7+02:00",
        "2020-01-31T23:59:58.1Z\0+1Z",
        "2020-01-31T23:59:58Z+02:00",
        "2020-01-31T23:59:58ZZ",
        "2020-01-31T23:59:58Z\n",
        "2020-01-31T23:59:58.",
        "2020-01-31T23:59:58.Z",
        "2020-01-31T23:59:58,Z",
        "2020-01-31T23:59:58.+02:00",
        "2020-01-31T23:59:58 +02:00",
        "2020-01-31T23:59:58+02:00:30",
        "2020-01-31T23.5Z",
        "2020-01-31T23:59:60Z",
        "2020-01-31T23:59:58+25:00",
        "2020-13-01T00:00:00Z",
        "2020-01-3123:59:58Z",
        "9999-12-31T24:00:00Z",
        "0000-01-01T00:00:00Z",
        "\uff12\uff10\uff12\uff10-01-31T23:59:58Z",
        "2020-01-31T23:59:58.\u0661Z",
        "13/31/2020 23:59:58",
        "01/31/2020 23:59:58+99:99",
        "now",
        "5",
        "\ud800",
    ],
)
def test_T2_junk_is_refused(text: str, caplog: pytest.LogCaptureFixture) -> None:
    assert is_refused(text, caplog)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-01-31 23:59:58Z", datetime(2020, 1, 31, 23, 59, 58, 0, UTC)),
        ("2020-01-31T23:59", datetime(2020, 1, 31, 23, 59)),
        ("2020-01-31", datetime(2020, 1, 31)),
        ("20200131T235958Z", datetime(2020, 1, 31, 23, 59, 58, 0, UTC)),
        ("2020-01-31T23:59:58,123Z", datetime(2020, 1, 31, 23, 59, 58, 123000, UTC)),
        ("2020-01-31T24:00:00Z", datetime(2020, 2, 1, 0, 0, 0, 0, UTC)),
        ("2020-W05-5", datetime(2020, 1, 31)),
        ("2020-031", datetime(2020, 1, 31)),
    ],
)
def test_T3_every_iso_8601_form(text: str, expected: datetime) -> None:
    value = inserted(text)
    assert value is not None
    assert value == expected
    assert (value.tzinfo is None) == (expected.tzinfo is None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-1-3T4:5:6Z", datetime(2020, 1, 3, 4, 5, 6, 0, UTC)),
        ("2020-1-3T4:5:6.5-00:00", datetime(2020, 1, 3, 4, 5, 6, 500000, UTC)),
        ("2020-01-3t04:05:6.1234567z", datetime(2020, 1, 3, 4, 5, 6, 123456, UTC)),
        ("2020-1-03T04:5:06-0800", datetime(2020, 1, 3, 4, 5, 6, 0, zone(-8))),
        ("2020-01-03T4:05:06", datetime(2020, 1, 3, 4, 5, 6)),
    ],
)
def test_numbers_without_leading_zeros(text: str, expected: datetime) -> None:
    value = inserted(text)
    assert value == expected
    assert value is not None
    assert value.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    "text", ["2020-2-30T1:2:3Z", "2020-1-3T4:60:6", "2020-1-3T4:5:6 Z", "20-1-3T4:5:6Z"]
)
def test_numbers_without_leading_zeros_are_checked(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert is_refused(text, caplog)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/31/2020 23:59:58", datetime(2020, 1, 31, 23, 59, 58)),
        ("1/3/2020 3:09:08.5", datetime(2020, 1, 3, 3, 9, 8, 500000)),
        ("01/31/2020 23:59:58Z", datetime(2020, 1, 31, 23, 59, 58, 0, UTC)),
        ("01/31/2020 23:59:58 +02:00", datetime(2020, 1, 31, 23, 59, 58, 0, zone(2))),
    ],
)
def test_T4_invariant_format_of_an_overriding_body_property(text: str, expected: datetime) -> None:
    assert inserted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.02:03:04", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("00:00:30.5000000", timedelta(seconds=30.5)),
        ("-00:00:30", timedelta(seconds=-30)),
        (
            "10675199.02:48:05.4775807",
            timedelta(10675199, hours=2, minutes=48, seconds=5, microseconds=477580),
        ),
        ("7.00:00:00", timedelta(days=7)),
    ],
)
def test_T5_dotnet_time_spans(text: str, expected: timedelta) -> None:
    assert time_to_live(text) == expected


@pytest.mark.parametrize(
    "text", ["1_000", " 12 ", "\u0663", "1e3", "12.5.5", "24:00:00", "00:60:00"]
)
def test_T6_no_leniency_of_int(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="time span"):
        scalars.timespan(text)
    with caplog.at_level(logging.WARNING):
        assert time_to_live(text) is None
    assert "TimeToLive" in caplog.text


def test_T7_two_parts_are_minutes_and_one_is_seconds() -> None:
    assert time_to_live("12:34") == timedelta(minutes=12, seconds=34)
    assert time_to_live("5") == timedelta(seconds=5)
    assert time_to_live("") is None


def test_T8_json_values_of_other_types() -> None:
    assert message("Id", Datum("null", "json")).id is None
    assert message("Id", Datum('{"a": 1}', "json")).id in ('{"a": 1}', '{"a":1}')
    assert message("Id", Datum("5", "json")).id == "5"
    assert message("DequeueCount", Datum("4", "json")).dequeue_count == 4
    assert message("DequeueCount", Datum("12", "string")).dequeue_count == 12


@pytest.mark.parametrize("text", ["1.9", "true", '"1_0"', "[1]", "{}", '"x"', "1e999"])
def test_T8_what_is_no_whole_number(text: str, caplog: pytest.LogCaptureFixture) -> None:
    assert message("DequeueCount", Datum(text, "json")).dequeue_count is None
    assert "queueTrigger: metadata DequeueCount: got" in caplog.text
    assert "expected a whole number" in caplog.text


@pytest.mark.parametrize(
    "datum",
    [
        Datum("", "string"),
        Datum("[]", "json"),
        Datum('[["a", 1]]', "json"),
        collection("string", ["a"]),
    ],
)
def test_T9_a_mapping_is_an_object(datum: Datum, caplog: pytest.LogCaptureFixture) -> None:
    codec = get_binding_registry().get("serviceBusTrigger")
    assert codec is not None
    decoded = codec.decode(
        Datum("body", "string"),
        trigger_metadata={"UserProperties": Datum("{}", "json"), "ApplicationProperties": datum},
    )
    assert not decoded.application_properties
    assert "ApplicationProperties" in caplog.text


@pytest.mark.parametrize("kind", ["string", "bytes", "sint64"])
def test_T9_a_collection_is_no_text(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    assert message("Id", collection(kind, ["a"])).id is None
    assert "queueTrigger: metadata Id: got" in caplog.text


@pytest.mark.parametrize("datum", [Datum(b"x", "bytes"), Datum({}, "http"), "no datum", 5])
def test_metadata_of_a_kind_that_holds_no_scalar(
    datum: Any, caplog: pytest.LogCaptureFixture
) -> None:
    decoded = message("Id", datum)
    assert decoded.id is None
    assert decoded.metadata is not None
    assert decoded.metadata["Id"] == getattr(datum, "value", datum)
    assert "metadata Id: got" in caplog.text


def test_one_warning_names_binding_field_and_raw_value(caplog: pytest.LogCaptureFixture) -> None:
    decoded = message("InsertionTime", Datum("yesterday", "string"))
    assert decoded.insertion_time is None
    assert decoded.insertion_time is None
    [record] = caplog.records
    assert record.name == "azure_functions_lib"
    for part in ("queueTrigger", "InsertionTime", "yesterday", "ISO 8601"):
        assert part in record.getMessage()
    assert decoded.metadata is not None
    assert decoded.metadata["InsertionTime"] == "yesterday"


@given(st.datetimes(), st.sampled_from([None, UTC, zone(2), zone(-3, -30)]))
def test_any_time_written_by_isoformat_is_read_back(time: datetime, tz: timezone | None) -> None:
    time = time.replace(tzinfo=tz)
    assert scalars.timestamp(time.isoformat()) == time
    assert scalars.timestamp(f"{time.replace(tzinfo=None).isoformat()}Z") == time.replace(
        tzinfo=UTC
    )


TIMES_AND_OTHERS = [
    *("2024-05-06T07:08:09Z", "2024-05-06T07:08:09.1234567Z", "2024-05-06T07:08:09+01:00"),
    *("2024-05-06T07:08:09", "2024-02-30T07:08:09Z", "2024-05-06T07:08:09.123456,7Z", "", "x"),
    *("2024-05-06T07:08:09Z\n2024-05-06T07:08:09Z", "\n", "\ud800", 5, 1.5, True, None, [], {}),
]


@given(st.lists(st.sampled_from(TIMES_AND_OTHERS), max_size=4))
def test_a_batch_reads_times_as_single_messages_do(times: list[Any]) -> None:
    codec = get_binding_registry().get("serviceBusTrigger")
    assert codec is not None
    texts = list(map(json.dumps, times))
    batch = codec.decode(
        collection("bytes", [b""] * len(times)),
        trigger_metadata={
            "UserPropertiesArray": Datum(json.dumps([{}] * len(times)), "json"),
            "EnqueuedTimeUtcArray": Datum(f"[{','.join(texts)}]", "json"),
        },
    )
    for text, message in zip(texts, batch, strict=True):
        sent = {"UserProperties": Datum("{}", "json"), "EnqueuedTimeUtc": Datum(text, "json")}
        single = codec.decode(Datum(b"", "bytes"), trigger_metadata=sent)
        assert message.enqueued_time_utc == single.enqueued_time_utc


@given(st.timedeltas(timedelta(0), timedelta(days=10_675_199)))
def test_any_span_in_dotnet_form_is_read_back(span: timedelta) -> None:
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{span.days}.{hours:02}:{minutes:02}:{seconds:02}.{span.microseconds:06}0"
    assert scalars.timespan(text) == span
    assert scalars.timespan(f"-{text}") == -span


@given(st.text() | st.from_regex(r"[0-9:./TZ+ -]*", fullmatch=True))
def test_parsers_are_total(text: str) -> None:
    for read in (scalars.timestamp, scalars.timespan, scalars.integer, scalars.mapping):
        with contextlib.suppress(ValueError):
            read(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("insertion_time", "yesterday"),
        ("insertion_time", 5),
        ("dequeue_count", 1.5),
        ("dequeue_count", True),
        ("dequeue_count", 10**5 * "9"),
        ("id", b"x"),
        ("id", object()),
        ("body", 5),
        ("body", "\ud800"),
    ],
)
def test_constructors_refuse_what_they_cannot_read(field: str, value: Any) -> None:
    values: dict[str, Any] = {field: value}
    with pytest.raises(
        InvalidValueError, match=rf"QueueMessage: {field}: got .*; expected "
    ) as info:
        QueueMessage(**values)
    assert isinstance(info.value, ValueError)
    assert isinstance(info.value, TypeError)


def test_constructors_read_like_the_wire() -> None:
    assert ServiceBusMessage(time_to_live=timedelta(1)).time_to_live == timedelta(1)
    time = datetime(2020, 1, 1, tzinfo=UTC)
    assert QueueMessage(insertion_time=time).insertion_time is time
