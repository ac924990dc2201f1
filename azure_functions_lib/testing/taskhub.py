"""Durable Functions in memory: what a task hub keeps, and how it moves orchestrations on.

An orchestrator is a plain function to the host: it is given the history of its instance and answers
with all actions that it has asked for since the beginning, which azure-functions-durable makes of
the generator that the user wrote. The hub runs what is new among them and calls the orchestrator
again with what came of it, until that says that it is done.

Tasks have no number in an answer. The hub and azure-functions-durable both count them in the order
in which they are asked for; what waits for an external event has no number.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from ..bindings import binding_type
from ..delivery.call import Failure
from ..delivery.events import entity as entity_event
from ..errors import InvocationError, preview
from ..wire.datum import Datum
from ..wire.jsontext import dump_json, parse_json
from ..wire.scalars import timestamp

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction
    from ..runtime.invocation import Invocation
    from .clock import JumpingClock

__all__ = ["Entity", "Instance", "TaskHub"]

Perform: TypeAlias = "Callable[[str, Datum], Awaitable[Invocation]]"
"""Runs the function of a name with a payload for its trigger; it does not raise what that does."""

MAX_STEPS = 10_000
"""After how many steps without any time between them the hub gives up."""

# The kinds of events in a history, as numbers on the wire and as names to people.
EXECUTION_STARTED, EXECUTION_COMPLETED, EXECUTION_TERMINATED = 0, 1, 3
TASK_SCHEDULED, TASK_COMPLETED, TASK_FAILED = 4, 5, 6
SUB_CREATED, SUB_COMPLETED, SUB_FAILED = 7, 8, 9
TIMER_CREATED, TIMER_FIRED = 10, 11
ORCHESTRATOR_STARTED, ORCHESTRATOR_COMPLETED = 12, 13
EVENT_SENT, EVENT_RAISED = 14, 15

EVENT_NAMES = {
    EXECUTION_STARTED: "ExecutionStarted",
    EXECUTION_COMPLETED: "ExecutionCompleted",
    EXECUTION_TERMINATED: "ExecutionTerminated",
    TASK_SCHEDULED: "TaskScheduled",
    TASK_COMPLETED: "TaskCompleted",
    TASK_FAILED: "TaskFailed",
    SUB_CREATED: "SubOrchestrationInstanceCreated",
    SUB_COMPLETED: "SubOrchestrationInstanceCompleted",
    SUB_FAILED: "SubOrchestrationInstanceFailed",
    TIMER_CREATED: "TimerCreated",
    TIMER_FIRED: "TimerFired",
    ORCHESTRATOR_STARTED: "OrchestratorStarted",
    ORCHESTRATOR_COMPLETED: "OrchestratorCompleted",
    EVENT_SENT: "EventSent",
    EVENT_RAISED: "EventRaised",
}

# The kinds of actions in an orchestrator's answer.
(
    CALL_ACTIVITY,
    CALL_ACTIVITY_WITH_RETRY,
    CALL_SUB,
    CALL_SUB_WITH_RETRY,
    CONTINUE_AS_NEW,
    CREATE_TIMER,
    WAIT_FOR_EVENT,
    CALL_ENTITY,
    CALL_HTTP,
    SIGNAL_ENTITY,
) = range(10)

_FAILURES = (TASK_FAILED, SUB_FAILED)
_ANSWER = "$OutOfProcData$:"  # what precedes the answer of an orchestrator that has failed
_SCHEMA = 1  # of the answer; the next one has the worker split timers of more than six days

FINISHED = ("Completed", "Failed", "Terminated")

Event: TypeAlias = dict[str, Any]


@dataclass
class _Retried:
    """A task with retry options: its action, and how often it has been tried."""

    action: Mapping[str, Any]
    attempt: int = 1

    def delay(self) -> timedelta:
        """The wait after the attempt that has just failed."""
        options = self.action["retryOptions"]
        wait = float(options["firstRetryIntervalInMilliseconds"])
        wait *= float(options.get("backoffCoefficient") or 1) ** (self.attempt - 1)
        longest = options.get("maxRetryIntervalInMilliseconds")
        return timedelta(milliseconds=min(wait, float(longest)) if longest else wait)

    @property
    def may_go_on(self) -> bool:
        return self.attempt < int(self.action["retryOptions"]["maxNumberOfAttempts"])


@dataclass
class _Execution:
    """One run of an instance, of which ``continue_as_new`` begins another."""

    history: list[Event] = field(default_factory=list)
    actions: list[int | None] = field(default_factory=list)
    """The numbers of the actions that have been seen to; None for those that have no number."""
    numbers: Iterator[int] = field(default_factory=count)
    retried: dict[int, _Retried] = field(default_factory=dict)
    """Tasks with retry options, by the number of their attempt or of the timer before the next."""
    timers: set[int] = field(default_factory=set)
    waits: list[str] = field(default_factory=list)
    """The names of the external events that are waited for."""


@dataclass
class Instance:
    """An orchestration.

    Attributes:
        id: the instance's id.
        name: the orchestrator's.
        input: its input as JSON text.
        function: the orchestrator.
        created: when it was started.
        updated: when something last happened to it.
        status: as the host writes it: ``"Pending"``, ``"Running"``, ``"Completed"``, ...
        output: what the orchestrator has returned, or why it failed or was terminated.
        custom_status: what the orchestrator has set.
        exception: what the orchestrator has raised.
    """

    id: str
    name: str
    input: str | None
    function: LoadedFunction
    created: datetime
    updated: datetime
    parent: tuple[Instance, _Execution, int] | None = None
    status: str = "Pending"
    output: Any = None
    custom_status: Any = None
    exception: BaseException | None = None
    execution: _Execution = field(default_factory=_Execution)
    events: list[tuple[str, str]] = field(default_factory=list)
    """External events that nothing has waited for so far: names and JSON texts."""
    held: list[tuple[_Execution, Event]] = field(default_factory=list)
    """What came while it was suspended."""

    @property
    def finished(self) -> bool:
        return self.status in FINISHED


@dataclass
class Entity:
    """An entity.

    Attributes:
        name: its name, in lower case.
        key: its key.
        state: its state as JSON text; None while it does not exist.
        updated: when an operation on it last ended.
    """

    name: str
    key: str
    state: str | None = None
    updated: datetime | None = None


class TaskHub:
    """Orchestrations and entities of an app, moved on when :meth:`run` is called.

    Args:
        app: the app.
        clock: tells the time, by which timers fire.
    """

    def __init__(self, app: LoadedApp, clock: JumpingClock) -> None:
        self.clock = clock
        self.instances: dict[str, Instance] = {}
        self.entities: dict[tuple[str, str], Entity] = {}
        self._functions: dict[tuple[str, str], LoadedFunction] = {}
        for function in app.functions.values():
            if function.trigger is not None and not function.disabled:
                kind = binding_type(function.trigger.type).event
                fields = function.trigger.get_dict_repr()
                declared = fields.get(_NAME_FIELDS.get(kind, ""))
                self._functions[kind, str(declared or function.name).lower()] = function
        self._work: deque[Callable[[Perform], Awaitable[None]]] = deque()
        self._timers: list[tuple[datetime, int, Instance, _Execution, int]] = []
        self._order = count()
        self._runs = False

    # -- What it is asked from outside

    def start(
        self,
        name: str,
        input: str | None,
        instance_id: str | None = None,
        parent: tuple[Instance, _Execution, int] | None = None,
    ) -> Instance:
        """Start an orchestration, which :meth:`run` then begins.

        Args:
            name: the orchestrator's name.
            input: its input as JSON text.
            instance_id: its id; a new one by default.
            parent: of a sub-orchestration who waits for it.

        Raises:
            InvocationError: there is no such orchestrator, or the id is that of an instance that
                has not ended.
        """
        function = self._found("orchestration", name)
        instance_id = instance_id or uuid4().hex
        known = self.instances.get(instance_id)
        if known is not None and not known.finished:
            raise InvocationError(
                f"an orchestration with the id {instance_id!r} has not ended: it is "
                f"{known.status}. Give another instance_id, or terminate that one"
            )
        now = self.clock.now()
        instance = Instance(instance_id, name, input, function, now, now, parent)
        self.instances[instance_id] = instance
        self._begin(instance)
        return instance

    def raise_event(self, instance: Instance, name: str, data: str) -> None:
        """Send an external event, with JSON text as its data, to an instance."""
        instance.events.append((name, data))
        self._work.append(partial(self._deliver_events, instance))

    def suspend(self, instance: Instance) -> None:
        """Keep all that comes to an instance until it is resumed."""
        instance.status = "Suspended"

    def resume(self, instance: Instance) -> None:
        """Let a suspended instance go on."""
        instance.status = "Running"
        for execution, event in instance.held:
            self._send(instance, execution, event)
        instance.held.clear()
        self._work.append(partial(self._deliver_events, instance))

    def terminate(self, instance: Instance, reason: str | None) -> None:
        """End an instance; what its functions do goes on."""
        self._event(instance.execution, EXECUTION_TERMINATED, Reason=reason)
        self._end(instance, "Terminated", reason)

    def signal(
        self, name: str, key: str, operation: str, input: str | None, reply: Any = None
    ) -> None:
        """Ask for an operation of an entity.

        Args:
            name: the entity's name, in any letter case.
            key: its key.
            operation: the operation.
            input: its input as JSON text.
            reply: is called with whether it failed, and the result as JSON text.

        Raises:
            InvocationError: there is no such entity function.
        """
        self._found("entity", name)
        self._work.append(partial(self._operate, name, key, operation, input, reply))

    def next_timer(self, instance: Instance | None = None) -> datetime | None:
        """When the next timer, of an instance or of any, fires."""
        times = (
            due
            for due, _, owner, execution, number in self._timers
            if self._waits_for(owner, execution, number) and instance in (None, owner)
        )
        return min(times, default=None)

    async def run(self, perform: Perform) -> None:
        """Do all that can be done at this time.

        Raises:
            InvocationError: it does not come to an end.
        """
        if self._runs:  # an activity asks for the state of an orchestration: this goes on later
            return
        self._runs = True
        try:
            for _ in range(MAX_STEPS):
                self._fire_timers()
                if not self._work:
                    return
                await self._work.popleft()(perform)
            self._work.clear()
            raise InvocationError(
                f"the orchestrations have not come to rest after {MAX_STEPS} steps. Does one "
                "continue as new, or start another, without ever waiting?"
            )
        finally:
            self._runs = False

    # -- Orchestrations

    def _begin(self, instance: Instance) -> None:
        execution = instance.execution = _Execution()
        started = {"Name": instance.name, "Version": "", "Input": instance.input}
        self._send(instance, execution, {"EventType": EXECUTION_STARTED, **started})

    def _send(self, instance: Instance, execution: _Execution, event: Event) -> None:
        self._work.append(partial(self._step, instance, execution, event))

    async def _step(
        self, instance: Instance, execution: _Execution, event: Event, perform: Perform
    ) -> None:
        """Call an orchestrator with what has happened."""
        if instance.finished or instance.execution is not execution:
            return
        if instance.status == "Suspended":
            instance.held.append((execution, event))
            return
        instance.status = "Running"
        instance.updated = self.clock.now()
        for earlier in execution.history:
            earlier["IsPlayed"] = True
        self._event(execution, ORCHESTRATOR_STARTED)
        self._event(execution, event.pop("EventType"), **event)
        # What is tried again takes its number before anything else that is asked for now.
        again = self._retry(instance, execution, execution.history[-1])
        invocation = await perform(instance.function.name, Datum(self._context(instance), "string"))
        answer = _answer(invocation)
        instance.custom_status = answer.get("customStatus")
        if again is not None:
            again()
        try:
            self._act(instance, execution, answer)
        except InvocationError as error:  # as of a function that does not exist
            self._fail(instance, str(error), error)
            return
        self._event(execution, ORCHESTRATOR_COMPLETED)
        if instance.execution is not execution:
            return
        failure = invocation.exception
        if failure is not None:
            reason = str(answer.get("error") or failure)
            self._fail(instance, reason, failure.__cause__ or failure)
        elif answer.get("isDone"):
            output = answer.get("output")
            self._event(
                execution,
                EXECUTION_COMPLETED,
                OrchestrationStatus="Completed",
                Result=dump_json(output),
            )
            self._end(instance, "Completed", output)
        else:
            await self._deliver_events(instance, perform)

    def _context(self, instance: Instance) -> str:
        return dump_json(
            {
                "history": instance.execution.history,
                "input": instance.input,
                "instanceId": instance.id,
                "isReplaying": False,
                "parentInstanceId": instance.parent and instance.parent[0].id,
                "upperSchemaVersion": _SCHEMA,
            }
        )

    def _act(self, instance: Instance, execution: _Execution, answer: Mapping[str, Any]) -> None:
        """Do what is new among the actions of an orchestrator's answer."""
        actions = list(_flat(answer.get("actions") or ()))
        for action, number in zip(actions, execution.actions, strict=False):
            if action.get("isCanceled") and number is not None:
                execution.timers.discard(number)
        for action in actions[len(execution.actions) :]:
            kind = action["actionType"]
            if kind == WAIT_FOR_EVENT:
                execution.actions.append(None)
                execution.waits.append(action["externalEventName"])
            elif kind == CONTINUE_AS_NEW:
                instance.input = action.get("input")
                self._begin(instance)
                return
            else:
                number = next(execution.numbers)
                execution.actions.append(number)
                if action.get("retryOptions"):
                    execution.retried[number] = _Retried(action)
                self._schedule(instance, execution, number, action)

    def _schedule(
        self, instance: Instance, execution: _Execution, number: int, action: Mapping[str, Any]
    ) -> None:
        """Begin with a task that an orchestrator asks for."""
        kind = action["actionType"]
        if kind in (CALL_ACTIVITY, CALL_ACTIVITY_WITH_RETRY):
            name = action["functionName"]
            function = self._found("activity", name)
            self._event(execution, TASK_SCHEDULED, number, Name=name, Input=action["input"])
            self._work.append(
                partial(self._activity, instance, execution, number, function, action["input"])
            )
        elif kind in (CALL_SUB, CALL_SUB_WITH_RETRY):
            name, text = action["functionName"], action.get("input")
            parent = (instance, execution, number)
            child = self.start(name, text, action.get("instanceId"), parent)
            created = {"Name": name, "InstanceId": child.id, "Input": text}
            self._event(execution, SUB_CREATED, number, **created)
        elif kind == CREATE_TIMER:
            self._set_timer(instance, execution, number, _time(action["fireAt"]))
            if action.get("isCanceled"):
                execution.timers.discard(number)
        elif kind in (CALL_ENTITY, SIGNAL_ENTITY):
            self._send_to_entity(instance, execution, number, action)
        else:
            what = "an HTTP call" if kind == CALL_HTTP else f"an action of kind {kind}"
            raise InvocationError(
                f"it asks for {what}, which the test client does not make. Have an activity do it"
            )

    async def _activity(
        self,
        instance: Instance,
        execution: _Execution,
        number: int,
        function: LoadedFunction,
        input: str,
        perform: Perform,
    ) -> None:
        invocation = await perform(function.name, Datum(input, "json"))
        error = invocation.exception
        if error is None:
            sent = invocation.return_value
            result = "null" if sent is None or sent.value is None else sent.value
            event = {"EventType": TASK_COMPLETED, "TaskScheduledId": number, "Result": result}
        else:
            failure = Failure.of(error)
            event = {
                "EventType": TASK_FAILED,
                "TaskScheduledId": number,
                "Reason": f"Activity function {function.name!r} failed: "
                f"{failure.type}: {failure.message}",
                "Details": failure.traceback,
            }
        self._send(instance, execution, event)

    def _retry(
        self, instance: Instance, execution: _Execution, event: Event
    ) -> Callable[[], None] | None:
        """Prepare what follows when a task with retry options fails, or has waited.

        After each failure there is a wait; after that of the last attempt the failure is the
        orchestrator's.
        """
        done = event.get("TaskScheduledId", event.get("TimerId"))
        retried = None if done is None else execution.retried.pop(done, None)
        if retried is None:
            return None
        if event["EventType"] in _FAILURES:
            number = next(execution.numbers)
            execution.retried[number] = retried
            due = self.clock.now() + (retried.delay() if retried.may_go_on else timedelta())
            return partial(self._set_timer, instance, execution, number, due)
        if event["EventType"] == TIMER_FIRED and retried.may_go_on:
            retried.attempt += 1
            number = next(execution.numbers)
            execution.retried[number] = retried
            return partial(self._schedule, instance, execution, number, retried.action)
        return None

    def _set_timer(
        self, instance: Instance, execution: _Execution, number: int, due: datetime
    ) -> None:
        self._event(execution, TIMER_CREATED, number, FireAt=_written(due))
        execution.timers.add(number)
        heapq.heappush(self._timers, (due, next(self._order), instance, execution, number))

    @staticmethod
    def _waits_for(instance: Instance, execution: _Execution, number: int) -> bool:
        current = instance.execution is execution and not instance.finished
        return current and number in execution.timers

    def _fire_timers(self) -> None:
        now = self.clock.now()
        while self._timers and self._timers[0][0] <= now:
            due, _, instance, execution, number = heapq.heappop(self._timers)
            if self._waits_for(instance, execution, number):
                execution.timers.discard(number)
                fired = {"TimerId": number, "FireAt": _written(due)}
                self._send(instance, execution, {"EventType": TIMER_FIRED, **fired})

    async def _deliver_events(self, instance: Instance, _perform: Perform) -> None:
        """Hand over the events that the instance waits for by now."""
        if instance.status != "Running":
            return
        execution = instance.execution
        for name in list(execution.waits):
            for event in instance.events:
                if event[0].lower() == name.lower():
                    instance.events.remove(event)
                    execution.waits.remove(name)
                    raised = {"EventType": EVENT_RAISED, "Name": name, "Input": event[1]}
                    self._send(instance, execution, raised)
                    break

    def _fail(self, instance: Instance, reason: str, error: BaseException) -> None:
        instance.exception = error
        message = f"Orchestrator function {instance.name!r} failed: {reason.rstrip()}"
        self._event(
            instance.execution, EXECUTION_COMPLETED, OrchestrationStatus="Failed", Reason=message
        )
        self._end(instance, "Failed", message)

    def _end(self, instance: Instance, status: str, output: Any) -> None:
        instance.status, instance.output = status, output
        instance.updated = self.clock.now()
        if instance.parent is None:
            return
        parent, execution, number = instance.parent
        event: Event = {"EventType": SUB_COMPLETED, "TaskScheduledId": number}
        if status == "Completed":
            event["Result"] = dump_json(output)
        else:
            event["EventType"] = SUB_FAILED
            event["Reason"] = str(output).replace("Orchestrator", "Sub-orchestrator", 1)
            event["Details"] = ""
        self._send(parent, execution, event)

    def _event(self, execution: _Execution, kind: int, number: int = -1, **fields: Any) -> None:
        time = _written(self.clock.now())
        event = {"EventType": kind, "EventId": number, "IsPlayed": False, "Timestamp": time}
        execution.history.append({**event, **fields})

    # -- Entities

    def _send_to_entity(
        self, instance: Instance, execution: _Execution, number: int, action: Mapping[str, Any]
    ) -> None:
        target, operation, text = action["instanceId"], action["operation"], action.get("input")
        _, name, key = target.split("@", 2)
        request = str(uuid4())
        sent: dict[str, Any] = {"id": request, "op": operation, "input": text}

        def reply(failed: bool, result: str) -> None:
            content = {"result": result}
            if failed:
                content["exceptionType"] = "System.Exception"
            raised = {"Name": request, "Input": dump_json(content)}
            self._send(instance, execution, {"EventType": EVENT_RAISED, **raised})

        if action["actionType"] == CALL_ENTITY:
            self.signal(name, key, operation, text, reply)
        else:
            sent["signal"] = True
            self.signal(name, key, operation, text)
        self._event(
            execution, EVENT_SENT, number, InstanceId=target, Name="op", Input=dump_json(sent)
        )

    async def _operate(
        self,
        name: str,
        key: str,
        operation: str,
        input: str | None,
        reply: Callable[[bool, str], None] | None,
        perform: Perform,
    ) -> None:
        found = self.entities.setdefault((name.lower(), key), Entity(name.lower(), key))
        asked = {"id": str(uuid4()), "name": operation, "isSignal": reply is None}
        # Both the caller and the host make JSON of an input.
        asked["input"] = dump_json(input)
        context = {
            "self": {"name": found.name, "key": key},
            "exists": found.state is not None,
            "state": found.state,
            "batch": [asked],
        }
        payload = entity_event(context).data
        assert payload is not None
        invocation = await perform(self._found("entity", name).name, payload)
        error = invocation.exception
        if error is not None:
            failed, result = True, dump_json(str(error))
        else:
            answer = _json_of(invocation.return_value)
            found.state = answer.get("entityState") if answer.get("entityExists") else None
            found.updated = self.clock.now()
            (first, *_) = answer.get("results") or [{}]
            failed, result = bool(first.get("isError")), first.get("result") or "null"
            for each in answer.get("signals") or ():
                target = each["target"]
                self.signal(target["name"], target["key"], each["name"], each.get("input"))
        if found.state is None:
            self.entities.pop((found.name, key), None)
        if reply is not None:
            reply(failed, result)

    # -- Functions

    def _found(self, kind: str, name: str) -> LoadedFunction:
        """Find a function by the name that durable clients and orchestrators have for it."""
        function = self._functions.get((kind, name.lower()))
        if function is None:
            known = sorted(name for each, name in self._functions if each == kind)
            raise InvocationError(
                f"the app has no function {name!r} of the kind {kind!r} that is not disabled. "
                f"It has: {', '.join(map(repr, known)) or 'none'}"
            )
        return function


_NAME_FIELDS = {"orchestration": "orchestration", "activity": "activity", "entity": "entityName"}
"""The key of the name in the trigger's declaration, where the function's is not meant."""


def _flat(actions: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    for each in actions:
        if isinstance(each, list):
            yield from _flat(each)
        elif "compoundActions" in each:
            yield from _flat(each["compoundActions"])
        else:
            yield each


def _answer(invocation: Invocation) -> Mapping[str, Any]:
    """Read an orchestrator's answer; of one that has failed it is in what it raised."""
    if invocation.exception is None:
        return _json_of(invocation.return_value)
    try:
        answer = parse_json(str(invocation.exception).partition(_ANSWER)[2])
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _json_of(sent: Datum | None) -> Mapping[str, Any]:
    try:
        answer = parse_json(sent.value if sent is not None else "")
    except (TypeError, ValueError):
        answer = None
    if not isinstance(answer, dict):
        raise InvocationError(
            f"got {preview(sent and sent.value)} from an orchestrator or entity; expected the JSON "
            "that azure-functions-durable 1 makes. Declare it by that package's decorators"
        )
    return answer


def _written(time: datetime) -> str:
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _time(text: str) -> datetime:
    time = timestamp(text)
    assert time is not None  # azure-functions-durable wrote it
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)
