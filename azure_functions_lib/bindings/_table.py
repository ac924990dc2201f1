"""One row per binding file: the names it exports, the binding types it serves, its decorators.

The public exports, the registry and the typed decorator methods are all made from these rows.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """What one module brings to the package.

    Attributes:
        module: its name below the package.
        exports: the public names it gives to ``import azure_functions_lib``.
        codecs: binding type -> codec class, as workers find them in the registry.
        unlisted: binding type -> codec class, for types that the mirrored registry lacks.
        decorators: the declaration functions that become decorator methods.
    """

    module: str
    exports: tuple[str, ...] = ()
    codecs: dict[str, str] = {}  # noqa: RUF012 - rows are constants
    unlisted: dict[str, str] = {}  # noqa: RUF012
    decorators: tuple[str, ...] = ()


ROWS: tuple[Row, ...] = (
    Row(
        "bindings.queue",
        exports=("QueueMessage",),
        codecs={"queueTrigger": "QueueTriggerCodec", "queue": "QueueCodec"},
        decorators=("queue_trigger", "queue_output"),
    ),
    Row(
        "bindings.blob",
        exports=("InputStream",),
        codecs={"blobTrigger": "BlobTriggerCodec", "blob": "BlobCodec"},
        decorators=("blob_trigger", "blob_input", "blob_output"),
    ),
    Row(
        "bindings.timer",
        exports=("TimerRequest",),
        codecs={"timerTrigger": "TimerTriggerCodec"},
        decorators=("timer_trigger",),
    ),
    Row(
        "bindings.service_bus",
        exports=("ServiceBusMessage",),
        codecs={"serviceBusTrigger": "ServiceBusTriggerCodec", "serviceBus": "ServiceBusCodec"},
        decorators=(
            "service_bus_queue_trigger",
            "service_bus_queue_output",
            "service_bus_topic_trigger",
            "service_bus_topic_output",
        ),
    ),
    Row(
        "bindings.event_hub",
        exports=("EventHubEvent",),
        codecs={"eventHubTrigger": "EventHubTriggerCodec", "eventHub": "EventHubCodec"},
        decorators=("event_hub_message_trigger", "event_hub_output"),
    ),
    Row(
        "bindings.kafka",
        exports=("KafkaEvent",),
        codecs={"kafkaTrigger": "KafkaTriggerCodec", "kafka": "KafkaCodec"},
        decorators=("kafka_trigger", "kafka_output"),
    ),
    Row(
        "bindings.generic",
        unlisted={"generic": "GenericCodec"},
        decorators=("generic_trigger", "generic_input_binding", "generic_output_binding"),
    ),
)
