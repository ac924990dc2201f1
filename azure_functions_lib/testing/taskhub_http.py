"""The HTTP API of a task hub in memory: what durable clients call, and the management URLs.

azure-functions-durable's client speaks HTTP with an endpoint of the host's own. The test client has
one too, on the loopback interface and on the event loop of the functions, so that a function that
waits for an orchestration lets that go on.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from ..delivery.events.durable import MANAGEMENT_PATH
from ..delivery.front import Reply
from ..errors import InvocationError
from ..wire.jsontext import dump_json, parse_json
from ..wire.scalars import timestamp
from .taskhub import EVENT_NAMES, Instance, TaskHub

if TYPE_CHECKING:
    from .taskhub import Perform

__all__ = ["Endpoint", "TaskHubApi"]

_ENDPOINT = "/durabletask/"
_SESSIONS = "azure.durable_functions.models.utils.http_utils"


class TaskHubApi:
    """Answers requests; see the host's "HTTP APIs in Durable Functions".

    Args:
        hub: the task hub.
        perform: runs a function.
    """

    def __init__(self, hub: TaskHub, perform: Perform) -> None:
        self._hub = hub
        self._perform = perform

    async def answer(self, method: str, url: str, body: bytes) -> Reply:
        """Answer a request to the endpoint of clients, or to a management URL.

        A client of azure-functions-durable makes JSON of an input twice.
        """
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        encodes_twice = parts.path.startswith(_ENDPOINT)
        base = _ENDPOINT if encodes_twice else MANAGEMENT_PATH
        path = [unquote(each) for each in parts.path.removeprefix(base).split("/") if each]
        try:
            text = _text(body, encodes_twice)
            if path[:1] != ["orchestrators"]:
                await self._hub.run(self._perform)
            return self._answer(method, path, query, text)
        except (InvocationError, ValueError) as error:
            return _reply(400, {"Message": str(error)})

    def _answer(
        self, method: str, path: Sequence[str], query: Mapping[str, str], text: str | None
    ) -> Reply:
        match (method, *path):
            case ("POST", "orchestrators", name):
                return self._started(self._hub.start(name, text))
            case ("POST", "orchestrators", name, instance_id):
                return self._started(self._hub.start(name, text, instance_id))
            case ("GET", "instances"):
                found = [each for each in self._hub.instances.values() if _fits(each, query)]
                return _reply(200, [_status(each, query) for each in found])
            case ("DELETE", "instances"):
                return self._purge([each for each in self._ended if _fits(each, query)])
            case (_, "instances", instance_id, *rest) if instance_id in self._hub.instances:
                return self._of_instance(
                    method, self._hub.instances[instance_id], rest, query, text
                )
            case ("GET", "entities", name, key):
                entity = self._hub.entities.get((name.lower(), key))
                state = None if entity is None else entity.state
                return _reply(404) if state is None else _reply(200, parse_json(state))
            case ("POST", "entities", name, key):
                self._hub.signal(name, key, query.get("op", ""), text)
                return _reply(202)
        return _reply(404)

    @property
    def _ended(self) -> list[Instance]:
        return [each for each in self._hub.instances.values() if each.finished]

    def _of_instance(
        self,
        method: str,
        instance: Instance,
        rest: Sequence[str],
        query: Mapping[str, str],
        text: str | None,
    ) -> Reply:
        hub = self._hub
        match (method, *rest):
            case ("GET",):
                return _reply(200 if instance.finished else 202, _status(instance, query))
            case ("DELETE",):
                return self._purge([instance] if instance.finished else [])
            case ("POST", "restart"):
                fresh = query.get("restartWithNewInstanceId", "true").lower() != "false"
                return self._started(
                    hub.start(instance.name, instance.input, None if fresh else instance.id)
                )
            case ("POST", *_) if instance.finished:
                return _reply(410)
            case ("POST", "raiseEvent", name):
                hub.raise_event(instance, name, "null" if text is None else text)
            case ("POST", "terminate"):
                hub.terminate(instance, query.get("reason"))
            case ("POST", "suspend"):
                hub.suspend(instance)
            case ("POST", "resume"):
                hub.resume(instance)
            case _:
                return _reply(404)
        return _reply(202)

    def _started(self, instance: Instance) -> Reply:
        return _reply(202, {"id": instance.id})

    def _purge(self, instances: Sequence[Instance]) -> Reply:
        for each in instances:
            del self._hub.instances[each.id]
        status = 200 if instances else 404
        return _reply(status, {"instancesDeleted": len(instances)} if instances else None)


def _text(body: bytes, encoded_twice: bool) -> str | None:
    if not body:
        return None
    value = parse_json(body)
    return value if encoded_twice and isinstance(value, str) else body.decode()


def _fits(instance: Instance, query: Mapping[str, str]) -> bool:
    statuses = query.get("runtimeStatus")
    begin, end = (_time(query.get(name)) for name in ("createdTimeFrom", "createdTimeTo"))
    return (
        (statuses is None or instance.status in statuses.split(","))
        and (begin is None or instance.created >= begin)
        and (end is None or instance.created <= end)
        and instance.id.startswith(query.get("instanceIdPrefix", ""))
    )


def _time(text: str | None) -> datetime | None:
    time = timestamp(text) if text else None
    return time.replace(tzinfo=timezone.utc) if time and time.tzinfo is None else time


def _status(instance: Instance, query: Mapping[str, str]) -> dict[str, Any]:
    def asked(name: str, default: str) -> bool:
        return query.get(name, default).lower() == "true"

    status: dict[str, Any] = {
        "name": instance.name,
        "instanceId": instance.id,
        "runtimeStatus": instance.status,
        "input": None,
        "customStatus": instance.custom_status,
        "output": instance.output,
        "createdTime": f"{instance.created:%Y-%m-%dT%H:%M:%SZ}",
        "lastUpdatedTime": f"{instance.updated:%Y-%m-%dT%H:%M:%SZ}",
    }
    if asked("showInput", "true") and instance.input is not None:
        status["input"] = parse_json(instance.input)
    if asked("showHistory", "false"):
        outputs = () if asked("showHistoryOutput", "false") else ("Input", "Result")
        status["historyEvents"] = [
            {
                **{name: value for name, value in event.items() if name not in outputs},
                "EventType": EVENT_NAMES[event["EventType"]],
            }
            for event in instance.execution.history
        ]
    return status


def _reply(status: int, document: Any = None) -> Reply:
    body = b"" if document is None else dump_json(document).encode()
    return Reply(status, [("content-type", "application/json")], body)


class Endpoint:
    """Serves the API to the clients of functions, on the running event loop.

    Args:
        api: answers the requests.
    """

    def __init__(self, api: TaskHubApi) -> None:
        self._api = api
        self._server: asyncio.Server | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port of the loopback interface."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{_ENDPOINT}"

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is None:
            return
        self._server.close()
        # azure-functions-durable has one session for the whole process, which is of no use beyond
        # the loop that it was made on. Of one that is closed it makes another.
        session = getattr(sys.modules.get(_SESSIONS), "_client_session", None)
        if session is not None:
            await session.close()
        await asyncio.sleep(0)  # in which the transports of the last answers are closed

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, which azure-functions-durable opens a connection for."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request, *lines = head.rstrip().split("\r\n")
            method, url, _ = request.split(" ")
            headers = {name.lower(): value for name, _, value in (x.partition(":") for x in lines)}
            body = await reader.readexactly(int(headers.get("content-length") or 0))
            reply = await self._api.answer(method, url, body)
            fields = [*reply.headers, ("content-length", str(len(reply.body)))]
            fields.append(("connection", "close"))
            answer = "".join(f"{name}: {value}\r\n" for name, value in fields)
            writer.write(f"HTTP/1.1 {reply.status} -\r\n{answer}\r\n".encode("latin-1"))
            writer.write(reply.body)
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            pass  # no client of a function has sent that
        finally:
            writer.close()
