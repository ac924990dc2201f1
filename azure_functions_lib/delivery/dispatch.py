"""The way of one occasion: inputs, call, retries, outputs, and then what becomes of the message.

The same for a host that waits for real messages and for the test client, whose storage is memory
and whose clock jumps. A message is deleted after the outputs of its function are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from .._log import warn
from ..bindings import Channel, binding_type
from ..context import new_invocation_id
from ..errors import AzureFunctionsError, DeclarationError, InvocationError
from ..wire.datum import Datum
from ..wire.declaration import RETURN
from ..wire.jsontext import parse_json
from .call import Call, Failure, Invoker, Outcome
from .channels import (
    Place,
    blob_content,
    decoded,
    encoded,
    entities,
    messages,
    place_of,
    split_path,
    value_of,
)
from .clock import Clock, Interrupted
from .expressions import BindingData
from .inputs import STORED, read_input
from .occasions import (
    blob_occasion,
    bus_occasion,
    bus_text,
    queue_occasion,
    stream_occasion,
    timer_occasion,
)
from .options import HostOptions
from .payloads import input_datums
from .queueing import put, queue_blob
from .recorded import RecordedPayload
from .retries import (
    LEASE,
    MAX_DELIVERY_COUNT,
    Fate,
    RetryPolicy,
    Settlement,
    poison_queue,
    settle_bus_message,
    settle_queue_message,
)
from .sources import Source, source_of
from .storage import (
    MOST_TAKEN,
    BlobProperties,
    InvalidRequestError,
    Message,
    NotFoundError,
    Queues,
    Storage,
)
from .timers import Tick, Timer

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction
    from ..wire.declaration import Binding
    from .front import Answered

__all__ = ["Dispatcher", "Source"]

_DEAD_LETTERS = "$deadletterqueue"
_BLOB_POISON = "webjobs-blobtrigger-poison"
_NO_END = "No try has come to an end: each time the process was ended while the function ran."

_Data = Callable[[], BindingData]
Observer = Callable[[Call, Outcome, "Exception | None"], None]


class Dispatcher:
    """Delivers occasions to functions, and what they give to where it belongs.

    Args:
        app: the app.
        invoker: runs its functions.
        storage: holds its queues, blobs and tables.
        clock: tells the time.
        options: what host.json says.
        settings: the application settings.
        host_id: what the blobs that the host keeps for this app are told from another's by.
        lease: how long a message that is taken is invisible, unless whoever took it renews that.
        observe: is told of each attempt: the call, what came of it, and what kept its inputs from
            being read or its outputs from being stored.
    """

    def __init__(
        self,
        app: LoadedApp,
        invoker: Invoker,
        storage: Storage,
        clock: Clock,
        *,
        options: HostOptions | None = None,
        settings: Mapping[str, str] | None = None,
        host_id: str = "local",
        lease: timedelta = LEASE,
        observe: Observer | None = None,
    ) -> None:
        self.app = app
        self.invoker = invoker
        self.storage = storage
        self.clock = clock
        self.options = options or HostOptions()
        self.settings = settings or {}
        self.host_id = host_id
        self.lease = lease
        self.observe = observe

    # -- Where occasions come from

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The triggers that storage, or a service that is not reached, has messages for."""
        return tuple(each for each in self._triggers.values() if isinstance(each, Source))

    @cached_property
    def timers(self) -> dict[str, Timer]:
        """When the functions with timer triggers run, by their names."""
        triggers = self._triggers.items()
        return {name: each for name, each in triggers if isinstance(each, Timer)}

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong with the triggers that nothing can make run, by their functions' names."""
        triggers = self._triggers.items()
        return {name: str(each) for name, each in triggers if isinstance(each, AzureFunctionsError)}

    @cached_property
    def _triggers(self) -> dict[str, Source | Timer | AzureFunctionsError | None]:
        return {
            name: self._waits_for(function, function.trigger)
            for name, function in self.app.functions.items()
            if function.trigger is not None and not function.disabled
        }

    def _waits_for(
        self, function: LoadedFunction, trigger: Binding
    ) -> Source | Timer | AzureFunctionsError | None:
        try:
            if binding_type(trigger.type).listener == "timer":
                return Timer.of(trigger.get_dict_repr(), self.settings)
            return source_of(function, trigger, self.settings)
        except AzureFunctionsError as error:
            return error

    # -- One occasion

    async def occur(
        self, function: LoadedFunction, occasion: RecordedPayload, cause: str | None = None
    ) -> Outcome:
        """Run a function for an occasion; see :meth:`run`.

        Args:
            function: the function.
            occasion: the payload of its trigger.
            cause: the id of the invocation that made it happen.
        """
        payloads = dict(occasion.inputs)
        if function.trigger is not None:
            payloads[function.trigger.name] = occasion.data or Datum(None, None)
        call = Call(function.name, payloads, occasion.metadata, cause=cause)
        return await self.run(function, call)

    async def run(self, function: LoadedFunction, call: Call) -> Outcome:
        """Run a function as often as its retry policy says, and store its outputs.

        Args:
            function: the function.
            call: the first attempt. The inputs that it has no payloads of are read from storage,
                for each attempt anew; later ones have ids of their own.

        Returns:
            what came of the last attempt, after which there is no other one if the clock is
            interrupted. It has failed, too, if an input could not be read or an output not be
            stored.
        """
        policy = self._policy(function)
        waits = iter(()) if policy is None else policy.waits()
        retries, failure = 0, call.retry_exception
        while True:
            attempt = replace(call, invocation_id=call.invocation_id or new_invocation_id())
            if policy is not None:
                attempt.max_retry_count = policy.max_retry_count
                attempt.retry_count, attempt.retry_exception = retries, failure
            outcome = await self._attempt(function, attempt)
            wait = None if outcome.ok else next(waits, None)
            if wait is None:
                return outcome
            try:
                await self.clock.sleep_until(self.clock.now() + wait)
            except Interrupted:
                return outcome
            retries, failure = retries + 1, outcome.exception
            call = replace(call, invocation_id=None)

    def _policy(self, function: LoadedFunction) -> RetryPolicy | None:
        try:
            return RetryPolicy.of(function.retry) if function.retry else self.options.retry
        except DeclarationError:
            return None  # a function with such a problem is not run at all

    async def _attempt(self, function: LoadedFunction, call: Call) -> Outcome:
        error: Exception | None = None
        outcome = Outcome(function.name, call.invocation_id or "")
        try:
            call.payloads = await self.payloads(function, call)
            outcome = await self.invoker.invoke(call)
            if outcome.ok:
                await self.store(function, call, outcome)
        except AzureFunctionsError as raised:
            error = raised
            outcome = replace(outcome, exception=Failure.of(raised))
        if self.observe is not None:
            self.observe(call, outcome, error)
        return outcome

    def _data(self, function: LoadedFunction, call: Call) -> _Data:
        """What gives the values that the expressions of a function's bindings can name."""
        trigger = function.trigger
        payload = None if trigger is None else call.payloads.get(trigger.name)
        made: list[BindingData] = []

        def data() -> BindingData:
            # The body of a message is parsed for bindings with expressions alone, and once.
            if not made:
                now = self.clock.now()
                made.append(BindingData.of(function.name, now, payload, call.metadata, trigger))
            return made[0]

        return data

    async def payloads(self, function: LoadedFunction, call: Call) -> dict[str, Datum]:
        """Give the payloads of a call, with those of its inputs that storage has.

        Raises:
            AzureFunctionsError: an input cannot be read, or there is no payload for it.
        """
        given = {
            binding.name: call.payloads[binding.name]
            for binding in function.inputs
            if binding.name in call.payloads
        }
        stored = await self.stored_inputs(function, call, given)
        for binding in function.inputs:
            if binding.name not in {**stored, **given} and not binding_type(binding.type).occurs:
                raise InvocationError(
                    f"function {function.name!r}: nothing gives its input {binding.name!r}: the "
                    f"service of {binding.type} is not reached here. Call the function by azfl "
                    "invoke or a test client, with a value for it"
                )
        return {**call.payloads, **input_datums(function, {**stored, **given})}

    async def stored_inputs(
        self, function: LoadedFunction, call: Call, given: Container[str]
    ) -> dict[str, Datum]:
        """Give the inputs of a call that storage has.

        Args:
            function: the function.
            call: the call, with the payload of its trigger.
            given: the names of the inputs that are not asked for.

        Raises:
            AzureFunctionsError: an input cannot be read.
        """
        data = self._data(function, call)
        stored = {}
        for binding in function.inputs:
            if binding.name not in given and binding_type(binding.type).channel in STORED:
                place = place_of(binding, self.settings, data)
                if place is not None:
                    stored[binding.name] = await read_input(
                        binding, place, self.storage, self.settings, data
                    )
        return stored

    # -- Outputs

    async def store(self, function: LoadedFunction, call: Call, answered: Answered) -> None:
        """Store the outputs of a call.

        Raises:
            AzureFunctionsError: an output cannot be stored.
        """
        data = self._data(function, call)
        for binding in function.bindings:
            if binding.name == RETURN:
                datum = answered.return_value
            else:
                datum = answered.outputs.get(binding.name)
            if binding.direction == 1 and datum is not None and datum.type is not None:
                place = place_of(binding, self.settings, data)
                if place is not None:
                    await self._store(binding, place, datum, data, call.invocation_id)

    async def _store(
        self, binding: Binding, place: Place, datum: Datum, data: _Data, cause: str | None
    ) -> None:
        if place.channel is Channel.BLOB:
            content = blob_content(datum)
            if content is not None:
                await self.write_blob(*split_path(place.name), content, cause=cause)
        elif place.channel is Channel.TABLE:
            partition_key, row_key = (
                value_of(binding, key, self.settings, data) for key in ("partitionKey", "rowKey")
            )
            for entity in entities(datum, partition_key=partition_key, row_key=row_key):
                await self.storage.tables.create(place.name)
                await self.storage.tables.upsert(place.name, entity)
        else:
            await self.send(place, messages(datum, place.channel), cause=cause)

    async def send(
        self, place: Place, bodies: Sequence[str | bytes], *, cause: str | None = None
    ) -> None:
        """Send messages to a queue, topic, hub or Kafka topic.

        Args:
            place: where to.
            bodies: the messages.
            cause: the id of the invocation that sends them.
        """
        if place.channel is Channel.QUEUE:
            for body in bodies:
                text = encoded(body, is_base64=self.options.queues.is_base64)
                await put(self.storage.queues, place.name, text, cause)
        elif place.channel is Channel.SERVICE_BUS:
            # Each subscription of a topic gets every message; functions of one share them.
            readers = {source.name for source in self.sources if source.place == place}
            for name in sorted(readers) or [f"{place.channel.value}/{place.name}"]:
                for body in bodies:
                    await put(self.storage.bus, name, bus_text(body), cause)
        else:
            texts = [bus_text(body) for body in bodies]
            stream = f"{place.channel.value}/{place.name}"
            await self.storage.streams.append(stream, texts, cause=cause)

    async def write_blob(
        self, container: str, name: str, content: bytes, *, cause: str | None = None
    ) -> None:
        """Make a blob, and tell the triggers that it is there; the container is made if need be.

        The metadata of one that is replaced stay, as an output binding of the host keeps them.

        Args:
            container: the container.
            name: the blob.
            content: the whole content.
            cause: the id of the invocation that writes it.
        """
        blobs = self.storage.blobs
        await blobs.create(container)
        try:
            metadata = (await blobs.properties(container, name)).metadata
        except NotFoundError:
            metadata = {}
        written = await blobs.write(container, name, content, metadata=metadata)
        await self.notice_blob(written, cause=cause)

    async def notice_blob(self, blob: BlobProperties, *, cause: str | None = None) -> bool:
        """Queue a blob for each trigger whose path it fits, unless that was done for its ETag.

        Args:
            blob: the blob as it is.
            cause: the id of the invocation that has written it.

        Returns:
            whether all are queued; if not, somebody else is about to do it.
        """
        done = True
        for source in self.sources:
            pattern = source.pattern
            if (
                pattern is not None
                and pattern.container == blob.container
                and pattern.match(blob.name) is not None
            ):
                done &= await queue_blob(blob, source, self.storage, self.host_id, cause)
        return done

    # -- Deliveries

    async def take(self, source: Source, count: int | None = None) -> list[Message]:
        """Take the next messages of a source that is no stream; none if nothing is visible.

        Args:
            source: the source.
            count: how many at most; as many as one delivery takes if None.
        """
        count = min(count or source.max_count, MOST_TAKEN)
        try:
            return await self._queues(source).get(source.name, count=count, visibility=self.lease)
        except NotFoundError:
            return []

    def _queues(self, source: Source) -> Queues:
        return self.storage.queues if source.place.channel is Channel.QUEUE else self.storage.bus

    async def deliver(self, source: Source, taken: list[Message]) -> Outcome | None:
        """Run a source's function for messages that were taken, and settle them.

        Args:
            source: the source.
            taken: the messages. Whoever renews their time of being invisible while the function
                runs puts what :meth:`renew` gives here, since the pop receipt is another then.

        Returns:
            what came of it; None if there was nothing to run.
        """
        channel = source.place.channel
        if channel is Channel.QUEUE:
            return await self._deliver_queue(source, taken)
        if channel is Channel.BLOB:
            return await self._deliver_blob(source, taken)
        dead_letters = f"{source.name}/{_DEAD_LETTERS}"
        for message in [each for each in taken if each.dequeue_count > MAX_DELIVERY_COUNT]:
            taken.remove(message)
            await self._settle(source, message, Settlement(Fate.MOVE, dead_letters), None)
        if not taken:
            return None
        make = partial(bus_occasion, source.trigger, taken, many=source.many)
        outcome = await self._bring(source, make, taken[0].cause)
        for message in taken:
            settlement = settle_bus_message(
                dead_letters, message.dequeue_count, succeeded=outcome.ok
            )
            await self._settle(source, message, settlement, outcome)
        return outcome

    async def _bring(
        self, source: Source, make: Callable[[], RecordedPayload], cause: str | None
    ) -> Outcome:
        """Run a source's function for what came; if it cannot be given that, it has failed."""
        try:
            occasion = make()
        except AzureFunctionsError as error:
            name = source.function.name
            call = Call(name, {}, invocation_id=new_invocation_id(), cause=cause)
            outcome = Outcome.failed(call, error)
            if self.observe is not None:
                self.observe(call, outcome, error)
            return outcome
        return await self.occur(source.function, occasion, cause)

    async def renew(self, source: Source, message: Message) -> Message:
        """Keep a taken message invisible for a whole lease again.

        Raises:
            StorageError: somebody else has it by now, or the store cannot be used.
        """
        return await self._queues(source).update(
            source.name, message.id, message.pop_receipt, visibility=self.lease
        )

    async def release(self, source: Source, message: Message) -> None:
        """Let a taken message be taken again at once.

        Raises:
            UnavailableError: the store cannot be used.
        """
        await self._settle(source, message, Settlement(Fate.RELEASE), None)

    async def _deliver_queue(self, source: Source, taken: list[Message]) -> Outcome | None:
        options = self.options.queues
        poison = poison_queue(source.name)
        message = taken[0]
        if message.dequeue_count > options.max_dequeue_count:
            if poison is not None:
                await self._settle(source, message, Settlement(Fate.MOVE, poison), None)
            return None
        body, was_encoded = decoded(message.text, is_base64=options.is_base64)
        if not was_encoded and message.dequeue_count == 1:
            warn(
                "queue %s: message %s is no base64 and is taken as text. Azure moves it to the "
                "poison queue: send base64, or set messageEncoding none in host.json",
                source.name,
                message.id,
            )
        make = partial(queue_occasion, source.trigger, message, body)
        outcome = await self._bring(source, make, message.cause)
        settlement = settle_queue_message(
            source.name,
            message.dequeue_count,
            succeeded=outcome.ok,
            max_dequeue_count=options.max_dequeue_count,
            visibility_timeout=options.visibility_timeout,
        )
        await self._settle(source, taken[0], settlement, outcome)
        return outcome

    async def _deliver_blob(self, source: Source, taken: list[Message]) -> Outcome | None:
        threshold = self.options.blobs.poison_blob_threshold
        if taken[0].dequeue_count > threshold:
            await self._settle(source, taken[0], Settlement(Fate.MOVE, _BLOB_POISON), None)
            return None
        document = parse_json(taken[0].text)
        container, name = document["ContainerName"], document["BlobName"]
        try:
            blob = await self.storage.blobs.read(container, name)
        except NotFoundError:
            blob = None
        if blob is None or blob.properties.etag != document["ETag"] or source.pattern is None:
            # It is gone, or a newer one has a message of its own.
            await self._settle(source, taken[0], Settlement(Fate.DELETE), None)
            return None
        captures = source.pattern.match(name) or {}
        make = partial(blob_occasion, source.trigger, blob, captures)
        outcome = await self._bring(source, make, taken[0].cause)
        settlement = Settlement(Fate.RELEASE)
        if outcome.ok:
            settlement = Settlement(Fate.DELETE)
        elif taken[0].dequeue_count >= threshold:
            settlement = Settlement(Fate.MOVE, _BLOB_POISON)
        await self._settle(source, taken[0], settlement, outcome)
        return outcome

    async def _settle(
        self, source: Source, message: Message, settlement: Settlement, outcome: Outcome | None
    ) -> None:
        queues = self._queues(source)
        failure = message.failure
        if outcome is not None and outcome.exception is not None:
            failure = outcome.exception.traceback or outcome.exception.message
        if settlement.fate is Fate.MOVE:
            target, text = queues, message.text
            if source.place.channel is Channel.BLOB:
                target = self.storage.queues
                text = encoded(text, is_base64=self.options.queues.is_base64)
            warn(
                "%s: message %s of %s has been tried %d times and goes to %s",
                source.function.name,
                message.id,
                source.place.name,
                message.dequeue_count,
                settlement.queue,
            )
            cause = message.cause if outcome is None else outcome.invocation_id
            await put(target, settlement.queue, text, cause, failure or _NO_END)
        try:
            if settlement.fate is Fate.RELEASE:
                await queues.update(
                    source.name,
                    message.id,
                    message.pop_receipt,
                    visibility=settlement.visibility,
                    failure=failure,
                )
            else:
                await queues.delete(source.name, message.id, message.pop_receipt)
        except (NotFoundError, InvalidRequestError):
            pass  # somebody else has it by now

    async def deliver_events(self, source: Source) -> Outcome | None:
        """Run a source's function for the next events of its stream, which stay until it succeeds.

        Returns:
            what came of it; None if there were no events.
        """
        streams, reader = self.storage.streams, source.function.name
        position = await streams.position(source.name, reader)
        events = await streams.read(source.name, after=position, count=source.max_count)
        if not events:
            return None
        channel, many = source.place.channel, source.many
        make = partial(stream_occasion, source.trigger, channel, events, many=many)
        outcome = await self._bring(source, make, events[0].cause)
        if outcome.ok:
            await streams.checkpoint(source.name, reader, events[-1].position)
        return outcome

    async def deliver_tick(self, function: LoadedFunction, timer: Timer, tick: Tick) -> Outcome:
        """Run a function for its timer."""
        return await self.occur(function, timer_occasion(timer, tick))
