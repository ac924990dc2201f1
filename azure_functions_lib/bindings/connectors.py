"""Connectors: an event of a connected service as trigger."""

from __future__ import annotations

from typing import Any

from ..enums import Cardinality, DataType, DeliveryMode
from ..errors import DeclarationError
from ..wire.codec import AnsweredTrigger
from ..wire.declaration import Trigger, member


class ConnectorTriggerCodec(AnsweredTrigger):
    """An event of a connected service as the text that came, or a batch of these."""

    binding = "connectorTrigger"
    accepts_many = (str, bytes, dict)


# -- Declarations --


def connector_trigger(
    arg_name: str,
    data_type: DataType | str | None = None,
    delivery_mode: DeliveryMode | str | None = None,
    connection: str | None = None,
    trigger_config_name: str | None = None,
    cardinality: Cardinality | str | None = None,
    max_batch_size: int | None = None,
    max_concurrent_calls: int | None = None,
    target_pending_event_threshold: int | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for events of a connector.

    Args:
        arg_name: the parameter that is given the event: str, bytes or dict; with a cardinality
            of many a list of these.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        delivery_mode: ``"poll"`` lets the host fetch events, ``"webhook"`` takes those that are
            posted to it; in any letter case, or a member of DeliveryMode. None means webhook.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection; required to poll.
        trigger_config_name: the connector's trigger configuration, or ``%SETTING%``; required
            to poll.
        cardinality: ``"one"`` event for each run, or ``"many"`` as a batch, in any letter case,
            or a member of Cardinality; None means one.
        max_batch_size: the most events of a batch; None takes that of ``host.json``.
        max_concurrent_calls: the most runs at a time for single events; None takes that of
            ``host.json``. Batches run one after the other.
        target_pending_event_threshold: how many waiting events there may be for each instance
            of the app before another one is started.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type``, ``delivery_mode`` or ``cardinality`` names no member (a
            KeyError and ValueError).
        DeclarationError: to poll without ``connection`` or ``trigger_config_name``.
    """
    mode = member(delivery_mode, DeliveryMode)
    if mode is DeliveryMode.POLL:
        required = {"connection": connection, "trigger_config_name": trigger_config_name}
        missing = [name for name, value in required.items() if value is None]
        if missing:
            raise DeclarationError(
                f"connectorTrigger {arg_name!r}: delivery_mode 'poll' lacks "
                f"{' and '.join(missing)}. Give what the host is to fetch events with"
            )
    return Trigger(
        arg_name,
        data_type,
        "connectorTrigger",
        {
            "deliveryMode": mode,
            "connection": connection,
            "triggerConfigName": trigger_config_name,
            "cardinality": member(cardinality, Cardinality),
            "maxBatchSize": max_batch_size,
            "maxConcurrentCalls": max_concurrent_calls,
            "targetPendingEventThreshold": target_pending_event_threshold,
        },
        kwargs,
    )
