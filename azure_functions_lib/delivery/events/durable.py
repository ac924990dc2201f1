"""Orchestrations, entities and activities of Durable Functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...bindings.durable import ActivityTriggerCodec
from ...wire.datum import Datum
from ...wire.jsontext import dump_json
from ..recorded import RecordedPayload
from .common import body_datum, content_of

MANAGEMENT_PATH = "/runtime/webhooks/durabletask"
"""What the paths of management URLs begin with."""


def orchestration(
    body: str | Mapping[str, Any] | None = None,
    *,
    input: Any = None,
    instance_id: str = "4f2f0c5b1c5e4f0f9d1c2b3a4d5e6f70",
    history: Sequence[Mapping[str, Any]] = (),
) -> RecordedPayload:
    """Make the first, or another, run of an orchestrator.

    Args:
        body: the whole context, in place of all else.
        input: the orchestration's input.
        instance_id: its id.
        history: what follows the start in its history.
    """
    common = {"EventId": -1, "IsPlayed": False, "Timestamp": "2024-05-06T07:08:09.1234567Z"}
    serialized = dump_json(input)
    orchestrator_started = {"EventType": 12, **common}
    execution_started = {
        "EventType": 0,
        **common,
        "Name": "orchestrator",
        "Version": "",
        "Input": serialized,
    }
    context = {
        "history": [orchestrator_started, execution_started, *history],
        "input": serialized,
        "instanceId": instance_id,
        "isReplaying": False,
        "parentInstanceId": None,
        "upperSchemaVersion": 2,
    }
    content = content_of(context if body is None else body)
    return RecordedPayload(body_datum(content), event="orchestration")


def entity(
    body: str | Mapping[str, Any] | None = None,
    *,
    operation: str = "get",
    input: Any = None,
    state: Any = None,
    name: str = "entity",
    key: str = "key",
) -> RecordedPayload:
    """Make an operation on an entity.

    Args:
        body: the whole context, in place of all else.
        operation: the operation.
        input: its input.
        state: the entity's state; None for an entity that does not exist yet.
        name: the entity's name.
        key: the entity's key.
    """
    # Both the caller and the host make JSON of an input.
    sent = dump_json(None if input is None else dump_json(input))
    context = {
        "self": {"name": name, "key": key},
        "exists": state is not None,
        "state": None if state is None else dump_json(state),
        "batch": [{"id": "1", "name": operation, "input": sent, "isSignal": False}],
    }
    content = content_of(context if body is None else body)
    return RecordedPayload(body_datum(content), event="entity")


def activity(input: Any = "input") -> RecordedPayload:
    """Make the call of an activity.

    Args:
        input: its input: text, a value that is sent as JSON, or an object with ``to_json``.
    """
    if isinstance(input, str):
        return RecordedPayload(Datum(input, "string"), event="activity")

    return RecordedPayload(ActivityTriggerCodec.encode(input), event="activity")


def durable_client(
    task_hub: str = "TestHub",
    *,
    base_url: str = "http://localhost:7071" + MANAGEMENT_PATH,
    rpc_base_url: str = "http://127.0.0.1:17071/durabletask/",
) -> RecordedPayload:
    """Make what the input ``durableClient`` is given.

    Args:
        task_hub: the name of the task hub.
        base_url: what the management URLs begin with.
        rpc_base_url: the endpoint that the client calls.
    """
    query = f"taskHub={task_hub}&connection=Storage&code=key"
    instance = f"{base_url}/instances/INSTANCEID"
    urls = {
        "id": "INSTANCEID",
        "statusQueryGetUri": f"{instance}?{query}",
        "sendEventPostUri": f"{instance}/raiseEvent/{{eventName}}?{query}",
        "terminatePostUri": f"{instance}/terminate?reason={{text}}&{query}",
        "rewindPostUri": f"{instance}/rewind?reason={{text}}&{query}",
        "purgeHistoryDeleteUri": f"{instance}?{query}",
        "restartPostUri": f"{instance}/restart?{query}",
        "suspendPostUri": f"{instance}/suspend?reason={{text}}&{query}",
        "resumePostUri": f"{instance}/resume?reason={{text}}&{query}",
    }
    start = f"{base_url}/orchestrators/{{functionName}}[/{{instanceId}}]?code=key"
    client = {
        "taskHubName": task_hub,
        "creationUrls": {"createNewInstancePostUri": start},
        "managementUrls": urls,
        "baseUrl": base_url,
        "requiredQueryStringParameters": "code=key",
        "rpcBaseUrl": rpc_base_url,
    }
    return RecordedPayload(Datum(dump_json(client), "string"), event="durable_client")
