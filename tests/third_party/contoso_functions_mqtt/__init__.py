"""A binding as a third party would publish it: MQTT messages as a rich type.

Importing the package registers its converters. It uses public names only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from azure_functions_lib import meta

__all__ = ["MqttMessage"]


class MqttMessage:
    """A message of an MQTT topic."""

    def __init__(self, payload: bytes, *, topic: str, qos: int = 0) -> None:
        self.payload = payload
        self.topic = topic
        self.qos = qos

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MqttMessage) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class MqttTriggerConverter(meta.InConverter, binding="mqttTrigger", trigger=True):
    """Reads what the MQTT extension's trigger sends."""

    @classmethod
    def check_input_type_annotation(cls, pytype: type) -> bool:
        return isinstance(pytype, type) and issubclass(pytype, MqttMessage)

    @classmethod
    def decode(cls, data: Any, *, trigger_metadata: Mapping[str, Any] | None = None) -> MqttMessage:
        if data.type not in ("string", "bytes"):
            raise NotImplementedError(f"mqttTrigger: unsupported payload type {data.type!r}")
        body = data.value.encode() if isinstance(data.value, str) else data.value
        metadata = trigger_metadata or {}
        topic, qos = metadata.get("Topic"), metadata.get("Qos")
        return MqttMessage(
            body,
            topic=topic.value if topic else "",
            qos=int(qos.value) if qos else 0,
        )


class MqttConverter(meta.OutConverter, binding="mqtt"):
    """Writes what the MQTT extension's output takes."""

    @classmethod
    def check_output_type_annotation(cls, pytype: type) -> bool:
        return isinstance(pytype, type) and issubclass(pytype, (MqttMessage, str))

    @classmethod
    def encode(cls, obj: Any, *, expected_type: type | None = None) -> meta.Datum:
        if isinstance(obj, str):
            return meta.Datum(obj, "string")
        if isinstance(obj, MqttMessage):
            document = {"topic": obj.topic, "payload": obj.payload.decode(), "qos": obj.qos}
            return meta.Datum(json.dumps(document), "json")
        raise NotImplementedError(f"mqtt: cannot send {type(obj).__name__}")
