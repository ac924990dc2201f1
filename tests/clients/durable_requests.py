"""What the host sends to an app of Durable Functions 2: messages of its protocol, in base64."""

from __future__ import annotations

import base64
from datetime import datetime, timezone
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

TIME = Timestamp()
TIME.FromDatetime(datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc))


def _text(message: Any) -> str:
    return base64.b64encode(message.SerializeToString()).decode()


def orchestration(name: str, text: str, *results: str) -> str:
    """Ask to replay an orchestration whose first activities have given results."""
    event = pb.HistoryEvent
    instance = pb.OrchestrationInstance(instanceId="i-1")
    instance.executionId.value = "e-1"
    started = pb.ExecutionStartedEvent(name=name, orchestrationInstance=instance)
    started.input.value = text
    begin = event(eventId=-1, timestamp=TIME, orchestratorStarted=pb.OrchestratorStartedEvent())
    past = [begin, event(eventId=-1, timestamp=TIME, executionStarted=started)]
    new = []
    for number, result in enumerate(results, 1):
        scheduled = pb.TaskScheduledEvent(name="say")
        completed = pb.TaskCompletedEvent(taskScheduledId=number)
        completed.result.value = result
        past.append(event(eventId=number, timestamp=TIME, taskScheduled=scheduled))
        new = [begin, event(eventId=-1, timestamp=TIME, taskCompleted=completed)]
        past += new
    if not results:
        past, new = [], past
    else:
        past, new = past[: -len(new)], new
    return _text(pb.OrchestratorRequest(instanceId="i-1", pastEvents=past, newEvents=new))


def entity(name: str, operation: str, text: str, state: str) -> str:
    """Ask an entity for one operation."""
    asked = pb.OperationRequest(operation=operation, requestId="r-1")
    asked.input.value = text
    request = pb.EntityBatchRequest(instanceId=f"@{name}@key", operations=[asked])
    request.entityState.value = state
    return _text(request)


def without_times(answer: str) -> str:
    """Take from an entity's answer when its operations began and ended."""
    result = pb.EntityBatchResult.FromString(base64.b64decode(answer))
    for each in result.results:
        outcome = getattr(each, each.WhichOneof("resultType"))
        outcome.ClearField("startTimeUtc")
        outcome.ClearField("endTimeUtc")
    return _text(result)
