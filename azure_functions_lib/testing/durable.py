"""Durable Functions in a test client: orchestrations and entities as a test sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode

from ..bindings.durable import df_dumps
from ..delivery.events import durable_client
from ..delivery.events.common import content_of
from ..delivery.events.durable import MANAGEMENT_PATH
from ..errors import InvocationError
from ..http.headers import source_pairs
from ..runtime.invocation import Invocation
from ..wire.jsontext import dump_json, parse_json
from .arguments import pairs, text
from .base import is_durable_client
from .taskhub import EVENT_NAMES, Entity, Instance, Perform, TaskHub
from .taskhub_http import Endpoint, TaskHubApi

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ..app.loaded import LoadedApp
    from ..delivery.call import Call
    from ..delivery.front import Reply
    from ..wire.datum import Datum
    from .clock import JumpingClock

    Run: TypeAlias = Callable[[Call], Invocation | Awaitable[Invocation]]

__all__ = [
    "AsyncDurableEntity",
    "AsyncOrchestration",
    "Durable",
    "DurableEntity",
    "Orchestration",
    "json_text",
]


_PACKAGE = "azure-functions-durable"

_NOWHERE = durable_client().data
"""What a durable client is given without a task hub."""


class Durable:
    """The task hub of a test client, and the ways to it.

    Args:
        app: the app.
        clock: the client's clock.
        base_url: what stands before the path of a management URL.
        call: makes a call of a function's name and the payload of its trigger.
        run: runs a call.
        run_on_loop: runs a call on the event loop, which waits for it.
        store: stores what a call has sent.
    """

    def __init__(
        self,
        app: LoadedApp,
        clock: JumpingClock,
        base_url: str,
        call: Callable[[str, Datum], Call],
        run: Run,
        run_on_loop: Run,
        store: Callable[[Call, Invocation], None],
    ) -> None:
        self.hub = TaskHub(app, clock)
        self._app = app
        self._base_url = f"{base_url}{MANAGEMENT_PATH}"
        self._call = call
        self._store = store
        self._perform = self._performing(run)
        self._api = TaskHubApi(self.hub, self._performing(run_on_loop))
        self.endpoint = Endpoint(self._api)

    def _performing(self, run: Run) -> Perform:
        async def perform(name: str, payload: Datum) -> Invocation:
            call = self._call(name, payload)
            made = run(call)
            invocation = made if isinstance(made, Invocation) else await made
            self._store(call, invocation)
            return invocation

        return perform

    async def settle(self) -> None:
        """Let all orchestrations go on as far as they can at this time."""
        await self.hub.run(self._perform)

    def connect(self, call: Call) -> None:
        """Give the durable clients of a call this task hub, unless a test gives them another."""
        for binding in self._app.function(call.function).inputs:
            if is_durable_client(binding) and call.payloads.get(binding.name) == _NOWHERE:
                client = durable_client(base_url=self._base_url, rpc_base_url=self.endpoint.url)
                assert client.data is not None
                call.payloads = {**call.payloads, binding.name: client.data}

    def start(
        self,
        name: str,
        input: Any,
        instance_id: str | None,
        events: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
    ) -> str:
        """Start an orchestration with external events; give its id."""
        _check_version()
        text("an orchestration", "name", name)
        sent_events = [
            (event, json_text(data)) for event, data in pairs("an orchestration", "events", events)
        ]
        sent = None if input is None else json_text(input)
        instance = self.hub.start(name, sent, instance_id)
        for event, data in sent_events:
            self.hub.raise_event(instance, event, data)
        return instance.id

    def instance(self, instance_id: str) -> Instance:
        """Find an instance.

        Raises:
            InvocationError: there is none.
        """
        try:
            return self.hub.instances[instance_id]
        except KeyError:
            known = ", ".join(map(repr, self.hub.instances)) or "none"
            raise InvocationError(
                f"there is no orchestration with the id {instance_id!r}. There are: {known}"
            ) from None

    async def answer(self, method: str, url: str, options: Mapping[str, Any]) -> Reply:
        """Answer a request to a management URL."""
        if options.get("params"):
            query = urlencode(list(source_pairs(options["params"])), doseq=True)
            url = f"{url}{'&' if '?' in url else '?'}{query}"
        body = options.get("data") or b""
        if options.get("json") is not None:
            body = dump_json(options["json"])
        content = content_of(body)
        return await self._api.answer(
            method, url, content.encode() if isinstance(content, str) else content
        )


def json_text(value: Any) -> str:
    """Write an input as azure-functions-durable does; an object with ``to_json`` as its class says.

    Raises:
        InvalidValueError: it has no JSON form (a TypeError and ValueError).
    """
    return df_dumps(value)


def _check_version() -> None:
    """Refuse a package whose orchestrators read and write something else."""
    try:
        found = metadata.version(_PACKAGE)
    except metadata.PackageNotFoundError:  # the app has brought it along in another way
        return
    if not found.startswith("1."):
        raise InvocationError(
            f"orchestrations run through {_PACKAGE} 1; {found} is installed, which speaks another "
            f"protocol. Install '{_PACKAGE}<2', or invoke the functions one by one"
        )


class _Orchestration:
    """What both kinds of orchestration share: what can be read.

    Attributes:
        id: the instance's id.
        name: the orchestrator's name.
    """

    def __init__(self, hub: TaskHub, instance: Instance, settle: Callable[[], Any]) -> None:
        self.id = instance.id
        self.name = instance.name
        self._hub = hub
        self._settle = settle

    @property
    def _instance(self) -> Instance:
        try:
            return self._hub.instances[self.id]
        except KeyError:
            raise InvocationError(f"the orchestration {self.id!r} has been purged") from None

    @property
    def status(self) -> str:
        """What the host calls ``runtimeStatus``.

        ``"Pending"``, ``"Running"``, ``"Completed"``, ``"Failed"``, ``"Terminated"`` or
        ``"Suspended"``.
        """
        return self._instance.status

    @property
    def output(self) -> Any:
        """What the orchestrator has returned, read from JSON.

        If it has failed or was terminated, why. None while it goes on.
        """
        return self._instance.output

    @property
    def input(self) -> Any:
        """The input, read from JSON; after ``continue_as_new`` that of the last one."""
        text = self._instance.input
        return None if text is None else parse_json(text)

    @property
    def custom_status(self) -> Any:
        """What the orchestrator has set by ``set_custom_status``, read from JSON."""
        return self._instance.custom_status

    @property
    def history(self) -> list[dict[str, Any]]:
        """The events of its history, with the names that the host's status query has for them."""
        return [
            {**event, "EventType": EVENT_NAMES[event["EventType"]]}
            for event in self._instance.execution.history
        ]

    @property
    def waiting_for(self) -> list[str]:
        """The names of the external events that it waits for."""
        return list(self._instance.execution.waits)

    @property
    def next_timer(self) -> datetime | None:
        """When its next timer fires."""
        return self._hub.next_timer(self._instance)

    @property
    def ok(self) -> bool:
        """Whether it has completed."""
        return self.status == "Completed"

    @property
    def exception(self) -> BaseException | None:
        """What the orchestrator has raised."""
        return self._instance.exception

    def raise_for_exception(self) -> None:
        """Raise :attr:`exception` if there is one."""
        if self.exception is not None:
            raise self.exception

    def _unfinished(self) -> Instance:
        instance = self._instance
        if instance.finished:
            raise InvocationError(
                f"the orchestration {self.id!r} of {self.name!r} has ended: it is {instance.status}"
            )
        return instance

    def _raise_event(self, name: str, data: Any) -> Any:
        self._hub.raise_event(self._unfinished(), name, json_text(data))
        return self._settle()

    def _suspend(self) -> None:
        self._hub.suspend(self._unfinished())

    def _resume(self) -> Any:
        self._hub.resume(self._unfinished())
        return self._settle()

    def _terminate(self, reason: str | None) -> Any:
        self._hub.terminate(self._unfinished(), reason)
        return self._settle()

    def _jump(self, timers: int, limit: int) -> bool:
        """Move the clock on to the next timer; say no if there is nothing to wait for."""
        instance = self._instance
        if instance.finished:
            return False
        due = self._hub.next_timer()
        if due is None or timers >= limit:
            raise InvocationError(
                f"the orchestration {self.id!r} of {self.name!r} is {instance.status} after "
                f"{timers} timers. {self._remedy()}"
            )
        self._hub.clock.jump(due)
        return True

    def _remedy(self) -> str:
        if self.waiting_for:
            return (
                f"It waits for the external event {self.waiting_for[0]!r}. Give events={{name: "
                "data}, or start it by start_orchestration, and raise the event"
            )
        if self.next_timer is not None:
            return (
                "One that goes on for ever is started by start_orchestration, and moved on by "
                "client.clock.advance(...)"
            )
        return "It waits for what does not come: is it, or a sub-orchestration, suspended?"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id!r} of {self.name!r}: {self.status}>"


class Orchestration(_Orchestration):
    __doc__ = _Orchestration.__doc__

    def raise_event(self, name: str, data: Any = None) -> None:
        """Send it an external event.

        Args:
            name: the event's name.
            data: its data, which has a JSON form.

        Raises:
            InvocationError: the orchestration has ended.
            InvalidValueError: the data has no JSON form (a TypeError and ValueError).
        """
        self._raise_event(name, data)

    def terminate(self, reason: str | None = None) -> None:
        """End it, with the reason as its output.

        Raises:
            InvocationError: the orchestration has ended.
        """
        self._terminate(reason)

    def suspend(self) -> None:
        """Let nothing happen to it until :meth:`resume`.

        Raises:
            InvocationError: the orchestration has ended.
        """
        self._suspend()

    def resume(self) -> None:
        """Let it go on.

        Raises:
            InvocationError: the orchestration has ended.
        """
        self._resume()

    def run(self, *, limit: int = 1000) -> None:
        """Let it go on to its end: the clock jumps to each timer, of this or another one.

        Timer triggers of the app do not run meanwhile; ``client.clock.advance`` runs them.

        Args:
            limit: how many timers there may be.

        Raises:
            InvocationError: it waits for an event, or there are more timers.
        """
        timers = 0
        while self._jump(timers, limit):
            self._settle()
            timers += 1


class AsyncOrchestration(_Orchestration):
    """The orchestration of an AsyncTestClient; see :class:`Orchestration`."""

    async def raise_event(self, name: str, data: Any = None) -> None:
        """Send it an external event; see :meth:`Orchestration.raise_event`."""
        await self._raise_event(name, data)

    async def terminate(self, reason: str | None = None) -> None:
        """End it; see :meth:`Orchestration.terminate`."""
        await self._terminate(reason)

    async def suspend(self) -> None:
        """Let nothing happen to it; see :meth:`Orchestration.suspend`."""
        self._suspend()

    async def resume(self) -> None:
        """Let it go on; see :meth:`Orchestration.resume`."""
        await self._resume()

    async def run(self, *, limit: int = 1000) -> None:
        """Let it go on to its end; see :meth:`Orchestration.run`."""
        timers = 0
        while self._jump(timers, limit):
            await self._settle()
            timers += 1


class _Entity:
    """What both kinds of entity share: what can be read.

    Attributes:
        name: the entity's name.
        key: its key.
    """

    def __init__(self, hub: TaskHub, name: str, key: str, settle: Callable[[], Any]) -> None:
        self.name = text("an entity", "name", name)
        self.key = text("an entity", "key", key)
        self._hub = hub
        self._settle = settle

    @property
    def _entity(self) -> Entity | None:
        return self._hub.entities.get((self.name.lower(), self.key))

    @property
    def exists(self) -> bool:
        """Whether it has a state."""
        return self._entity is not None

    @property
    def state(self) -> Any:
        """Its state, read from JSON; None if it does not exist."""
        entity = self._entity
        return None if entity is None or entity.state is None else parse_json(entity.state)

    def _asked(self, operation: str, input: Any) -> tuple[list[tuple[bool, str]], Any]:
        replies: list[tuple[bool, str]] = []
        sent = None if input is None else json_text(input)
        self._hub.signal(
            self.name,
            self.key,
            operation,
            sent,
            lambda failed, result: replies.append((failed, result)),
        )
        return replies, self._settle()

    def _result(self, operation: str, replies: list[tuple[bool, str]]) -> Any:
        ((failed, text),) = replies
        result = parse_json(text)
        if failed:
            raise InvocationError(
                f"operation {operation!r} of the entity {self.name!r} {self.key!r} failed: {result}"
            )
        return result

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.key!r}: {self.state!r}>"


class DurableEntity(_Entity):
    __doc__ = _Entity.__doc__

    def call(self, operation: str, input: Any = None) -> Any:
        """Perform an operation, and give its result.

        Args:
            operation: the operation's name.
            input: its input, which has a JSON form.

        Raises:
            InvocationError: there is no such entity function, or the operation has failed.
            InvalidValueError: the input has no JSON form (a TypeError and ValueError).
        """
        replies, _ = self._asked(operation, input)
        return self._result(operation, replies)


class AsyncDurableEntity(_Entity):
    """The entity of an AsyncTestClient; see :class:`DurableEntity`."""

    async def call(self, operation: str, input: Any = None) -> Any:
        """Perform an operation; see :meth:`DurableEntity.call`."""
        replies, settled = self._asked(operation, input)
        await settled
        return self._result(operation, replies)
