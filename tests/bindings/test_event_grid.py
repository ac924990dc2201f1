"""Event Grid events and CloudEvents, in and out."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import json
import logging
import pickle
from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

import azure_functions_lib as func
from azure_functions_lib.errors import (
    InvalidPayloadError,
    InvalidValueError,
    UnsupportedPayloadError,
    UnsupportedValueError,
)
from azure_functions_lib.meta import Datum, get_binding_registry

from ..strategies import json_values, timestamps
from .recorded import recorded

TRIGGER = get_binding_registry().codec("eventGridTrigger")
OUTPUT = get_binding_registry().codec("eventGrid")
UTC = datetime.timezone.utc
TIME = datetime.datetime(2024, 5, 6, 7, 8, 9, 123456, UTC)
CLOUD: dict[str, Any] = {"id": "c", "source": "/s", "type": "t", "specversion": "1.0"}


def decode(value: object) -> Any:
    return TRIGGER.decode(Datum(json.dumps(value), "json"), trigger_metadata=None)


def sent(value: object) -> Any:
    datum = OUTPUT.encode(value, expected_type=None)
    assert datum.type == "json"
    return json.loads(datum.value)


def event(**changed: Any) -> func.EventGridEvent:
    fields: dict[str, Any] = {
        "id": "1",
        "data": {"a": 1},
        "topic": "/t",
        "subject": "s",
        "event_type": "e",
        "event_time": TIME,
        "data_version": "1.0",
    }
    return func.EventGridEvent(**{**fields, **changed})


def output_event(**changed: Any) -> func.EventGridOutputEvent:
    fields: dict[str, Any] = {
        "id": "1",
        "data": {"a": 1},
        "subject": "s",
        "event_type": "e",
        "event_time": TIME,
        "data_version": "1.0",
    }
    return func.EventGridOutputEvent(**{**fields, **changed})


def test_recorded_event_equals_one_built_by_hand() -> None:
    decoded = TRIGGER.decode(recorded("eventGridTrigger")["event"].data, trigger_metadata={})
    assert decoded == func.EventGridEvent(
        id="831e1650-001e-001b-66ab-eeb76e069631",
        topic="/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
        subject="/blobServices/default/containers/c/blobs/b.txt",
        event_type="Microsoft.Storage.BlobCreated",
        event_time=TIME,
        data_version="",
        data={
            "api": "PutBlob",
            "contentLength": 524288,
            "url": "https://a.blob.core.windows.net/c/b.txt",
        },
    )
    assert decoded != event()
    assert pickle.loads(pickle.dumps(decoded)) == decoded


def test_recorded_cloud_event_equals_one_built_by_hand() -> None:
    decoded = TRIGGER.decode(recorded("eventGridTrigger")["cloud event"].data, trigger_metadata={})
    assert decoded == func.CloudEvent(
        id="c1",
        source="/shop/orders",
        type="com.example.order.placed",
        specversion="1.0",
        time=datetime.datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC),
        subject="order/17",
        datacontenttype="application/json",
        data={"order": 17},
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    assert decoded.dataschema is None
    assert list(decoded.extension_attrs) == ["traceparent"]
    assert pickle.loads(pickle.dumps(decoded)) == decoded


def test_C5_data_base64_is_binary_data() -> None:
    payload = recorded("eventGridTrigger")["binary cloud event"].data
    assert payload is not None
    decoded = TRIGGER.decode(payload, trigger_metadata=None)
    assert decoded.data == decoded.get_json() == b"\x00\x01\x02\xff"
    assert decoded.extension_attrs == {}
    assert sent(decoded)["data_base64"] == "AAEC/w=="
    assert "data" not in sent(decoded)
    assert decoded == func.CloudEvent(**json.loads(payload.value))
    assert json.loads(decoded.to_json())["data"] == {"__encoding": "base64", "value": "AAEC/w=="}


@pytest.mark.parametrize("data", [{"data_base64": "no base64!"}, {"data_base64": 5}])
def test_binary_data_that_is_not_base64_raises(data: dict[str, Any]) -> None:
    with pytest.raises(InvalidPayloadError, match="base64"):
        decode({**CLOUD, **data})
    with pytest.raises(InvalidValueError, match=r"data_base64.*base64"):
        func.CloudEvent(**CLOUD, **data)


def test_binary_and_other_data_at_once_raise() -> None:
    with pytest.raises(InvalidPayloadError, match="not both"):
        decode({**CLOUD, "data": 1, "data_base64": "AA=="})


def test_C5b_extension_named_self() -> None:
    decoded = decode({**CLOUD, "self": "x", "cls": "y", "name": "z"})
    assert decoded.extension_attrs == {"self": "x", "cls": "y", "name": "z"}
    assert func.CloudEvent(**CLOUD, self="x", cls="y", name="z") == decoded


def test_extensions_cannot_be_changed_through_what_is_handed_out() -> None:
    decoded = decode({**CLOUD, "a": 1})
    decoded.extension_attrs["b"] = 2
    assert decoded.extension_attrs == {"a": 1}


def test_fields_are_read_only() -> None:
    with pytest.raises(AttributeError, match="read-only"):
        event().subject = "x"  # type: ignore[misc]


@pytest.mark.parametrize("make", [func.EventGridEvent, func.EventGridOutputEvent])
def test_fields_must_be_given(make: Any) -> None:
    with pytest.raises(TypeError, match="data"):
        make(id="1")


def test_cloud_event_must_have_its_required_attributes() -> None:
    with pytest.raises(TypeError, match="source"):
        func.CloudEvent(id="1", type="t", specversion="1.0")  # type: ignore[call-arg]


def test_users_can_subclass() -> None:
    class Mine(func.EventGridEvent):
        @property
        def name(self) -> str:
            return self.subject.upper()

    assert Mine(**{**_fields(event()), "subject": "abc"}).name == "ABC"


def _fields(value: func.EventGridEvent) -> dict[str, Any]:
    return {
        "id": value.id,
        "data": value.data,
        "topic": value.topic,
        "subject": value.subject,
        "event_type": value.event_type,
        "event_time": value.event_time,
        "data_version": value.data_version,
    }


def test_repr_shows_identity_not_data() -> None:
    assert repr(event(data={"secret": 1})).startswith(
        "<azure.EventGridEvent id=1 topic=/t subject=s"
    )
    assert "secret" not in repr(event(data={"secret": 1}))
    assert "secret" not in repr(func.CloudEvent(**CLOUD, data="secret"))


@pytest.mark.parametrize(
    ("field", "attribute", "value"),
    [("eventTime", "event_time", "yesterday"), ("eventTime", "event_time", 5)],
)
def test_unreadable_field_is_absent_with_one_warning(
    field: str, attribute: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        decoded = decode({"id": "1", field: value})
    assert getattr(decoded, attribute) is None
    assert decoded.id == "1"
    (record,) = caplog.records
    assert "eventGridTrigger" in record.getMessage()
    assert field in record.getMessage()


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-05-06T07:08:09+02:00", datetime.datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)),
        ("2024-05-06 07:08:09Z", datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
        ("05/06/2024 07:08:09", datetime.datetime(2024, 5, 6, 7, 8, 9)),
    ],
)
def test_T1_T3_T4_event_times(text: str, time: datetime.datetime) -> None:
    assert decode({"id": "1", "eventTime": text}).event_time == time
    assert decode({**CLOUD, "time": text}).time == time


@pytest.mark.parametrize("value", [5, "x", None, [], [{"id": "1"}], True])
def test_payload_that_is_no_object_raises(value: object) -> None:
    with pytest.raises(InvalidPayloadError, match=r"eventGridTrigger.*a JSON object"):
        decode(value)


def test_payload_that_is_no_json_raises() -> None:
    with pytest.raises(InvalidPayloadError, match="eventGridTrigger"):
        TRIGGER.decode(Datum("{", "json"), trigger_metadata=None)
    for data in (None, Datum("{}", "string"), Datum(b"{}", "bytes"), Datum(None, None)):
        with pytest.raises(UnsupportedPayloadError):
            TRIGGER.decode(data, trigger_metadata=None)


def test_C20_naive_event_time_is_sent_as_utc() -> None:
    naive = TIME.replace(tzinfo=None)
    assert sent(output_event(event_time=naive))["eventTime"] == "2024-05-06T07:08:09.123456+00:00"
    assert sent(func.CloudEvent(**CLOUD, time=naive))["time"] == "2024-05-06T07:08:09.123456+00:00"
    assert output_event(event_time=naive).event_time == naive


def test_cloud_event_is_sent_without_what_is_none() -> None:
    assert sent(func.CloudEvent(**CLOUD, data={"a": [1]}, ext="x")) == {
        **CLOUD,
        "data": {"a": [1]},
        "ext": "x",
    }


def test_received_event_is_sent_in_its_wire_form() -> None:
    assert sent(event()) == {
        "id": "1",
        "topic": "/t",
        "subject": "s",
        "eventType": "e",
        "eventTime": "2024-05-06T07:08:09.123456+00:00",
        "dataVersion": "1.0",
        "data": {"a": 1},
    }


def test_C3_dict_is_sent_as_json_object() -> None:
    assert sent({"id": "1", "subject": "s"}) == {"id": "1", "subject": "s"}


@dataclasses.dataclass
class Order:
    id: int


def test_batch_of_anything_that_can_be_one_event() -> None:
    cloud = func.CloudEvent(**CLOUD)
    batch = sent(value for value in (output_event(), cloud, "text", b"bytes", {"a": 1}, Order(1)))
    assert batch == [sent(output_event()), CLOUD, "text", "bytes", {"a": 1}, {"id": 1}]
    assert sent([]) == []


@pytest.mark.parametrize("value", [5, 1.5, True, None, object(), [5], [None], [b"\xff"]])
def test_what_is_no_event_raises(value: object) -> None:
    with pytest.raises(UnsupportedValueError, match=r"eventGrid"):
        OUTPUT.encode(value, expected_type=None)


def test_C11_unrelated_annotation_is_refused_not_a_fault() -> None:
    for annotation in (int, None, list, Optional[int], "text", 5):  # noqa: UP045
        assert OUTPUT.check_output_type_annotation(annotation) is False
        assert TRIGGER.check_input_type_annotation(annotation) is False


def test_C9_annotations_of_newer_python() -> None:
    assert TRIGGER.check_input_type_annotation(Optional[func.EventGridEvent])  # noqa: UP045
    assert OUTPUT.check_output_type_annotation(list[func.CloudEvent])
    assert OUTPUT.check_output_type_annotation(func.EventGridEvent)
    assert not OUTPUT.check_output_type_annotation(list[int])
    assert OUTPUT.emits_annotation(list[dict[str, Any]])
    assert not OUTPUT.emits_annotation(list[int])


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
TIMES = st.none() | timestamps
EXTENSIONS = st.dictionaries(
    st.from_regex("[a-z0-9]{1,8}", fullmatch=True).filter(
        lambda name: (
            name
            not in {
                *CLOUD,
                *("data", "time", "subject", "datacontenttype", "dataschema"),
            }
        )
    ),
    json_values.filter(lambda value: value is not None),
    max_size=3,
)


@given(TEXT, json_values, TEXT, TEXT, TEXT, TIMES, TEXT)
def test_event_survives_the_wire(
    id: str, data: Any, topic: str, subject: str, kind: str, time: Any, version: str
) -> None:
    value = func.EventGridEvent(
        id=id,
        data=data,
        topic=topic,
        subject=subject,
        event_type=kind,
        event_time=time,
        data_version=version,
    )
    assert TRIGGER.decode(OUTPUT.encode(value), trigger_metadata=None) == value


@given(TEXT, TEXT, TEXT, json_values | st.binary(), TIMES, st.none() | TEXT, EXTENSIONS)
def test_cloud_event_survives_the_wire(
    id: str, source: str, kind: str, data: Any, time: Any, subject: Any, extensions: dict[str, Any]
) -> None:
    value = func.CloudEvent(
        id=id,
        source=source,
        type=kind,
        specversion="1.0",
        data=data,
        time=time,
        subject=subject,
        **extensions,
    )
    assert TRIGGER.decode(OUTPUT.encode(value), trigger_metadata=None) == value


def test_an_offset_with_seconds_is_sent_as_utc() -> None:
    zone = datetime.timezone(-datetime.timedelta(minutes=16, seconds=8))
    value = func.EventGridOutputEvent(
        id="i",
        data={},
        subject="s",
        event_type="t",
        event_time=datetime.datetime(1911, 12, 31, 23, 0, 0, tzinfo=zone),
        data_version="1",
    )
    assert json.loads(OUTPUT.encode(value).value)["eventTime"] == "1911-12-31T23:16:08+00:00"


def test_wire_form_of_binary_data_is_base64() -> None:
    for data in (b"\x00", bytearray(b"\x00"), memoryview(b"\x00")):
        wire = sent(func.CloudEvent(**CLOUD, data=data))
        assert base64.b64decode(wire["data_base64"]) == b"\x00"
