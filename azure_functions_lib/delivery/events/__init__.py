"""Payloads as the host sends them: one file for each service, one builder for each trigger.

Every builder fills in what the host always sends, with fixed values; what a test does not give, it
should not depend on. A body may be text, bytes, or a value that is sent as JSON.
"""

from __future__ import annotations

from collections.abc import Callable

from ..recorded import RecordedPayload
from .blob import blob
from .connectors import connector
from .cosmos_db import cosmos_db
from .durable import activity, durable_client, entity, orchestration
from .event_grid import cloud_event, event_grid
from .event_hub import event_hub, event_hub_batch
from .generic import generic
from .http import http
from .kafka import kafka, kafka_batch
from .mcp import mcp_prompt, mcp_resource, mcp_tool
from .queue import queue
from .service_bus import service_bus, service_bus_batch
from .sql import mysql, sql
from .timer import timer
from .warmup import warmup

__all__ = [
    "KINDS",
    "activity",
    "blob",
    "cloud_event",
    "connector",
    "cosmos_db",
    "durable_client",
    "entity",
    "event_grid",
    "event_hub",
    "event_hub_batch",
    "generic",
    "http",
    "kafka",
    "kafka_batch",
    "mcp_prompt",
    "mcp_resource",
    "mcp_tool",
    "mysql",
    "orchestration",
    "queue",
    "service_bus",
    "service_bus_batch",
    "sql",
    "timer",
    "warmup",
]

KINDS: dict[str, Callable[[], RecordedPayload]] = {
    "activity": activity,
    "blob": blob,
    "cloud-event": cloud_event,
    "connector": connector,
    "cosmos-db": cosmos_db,
    "entity": entity,
    "event-grid": event_grid,
    "event-hub": event_hub,
    "event-hub-batch": event_hub_batch,
    "generic": generic,
    "http": http,
    "kafka": kafka,
    "kafka-batch": kafka_batch,
    "mcp-prompt": mcp_prompt,
    "mcp-resource": mcp_resource,
    "mcp-tool": mcp_tool,
    "mysql": mysql,
    "orchestration": orchestration,
    "queue": queue,
    "service-bus": service_bus,
    "service-bus-batch": service_bus_batch,
    "sql": sql,
    "timer": timer,
    "warmup": warmup,
}
"""The builders that need no argument, by the names of ``azfl event``."""
