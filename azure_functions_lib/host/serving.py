"""One version of an app's code, with all that waits for it to be called."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..bindings import Channel, binding_type
from ..delivery.call import Call, Outcome
from ..delivery.channels import place_of, shown_place
from ..delivery.clock import Interrupted
from ..delivery.connections import other_account
from ..delivery.cors import Cors
from ..delivery.dispatch import Dispatcher
from ..delivery.front import Accepted, Front
from ..delivery.options import read_host_options
from ..delivery.routes import http_trigger, methods_of, route_of, route_problems
from ..delivery.storage import MOST_TAKEN, StorageError
from ..errors import AppError
from .asgi import Connection
from .http import Http
from .listeners.blob import BlobListener
from .listeners.queue import QueueListener
from .listeners.stream import StreamListener
from .listeners.timer import TimerListener
from .pages import offline_page
from .singleton import singleton

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction
    from ..delivery.recorded import RecordedPayload
    from ..wire.declaration import Binding
    from .host import Host
    from .listeners.base import Listener
    from .worker import Workers

__all__ = ["Serving"]

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_BUS_CALLS = 16  # messages of Service Bus at a time
_HOST_ID = "AzureFunctionsWebHost__hostid"
_LAST_DELIVERIES = 1.0
"""Seconds for messages to go back whose calls were cancelled."""

_BETWEEN_LOOKS = 0.001
_TURNS = 10
"""Of the event loop: more than it takes until who is woken has come to do something."""


_logger = logging.getLogger("azure_functions_lib.host")


class _Busy:
    """Counts the work that stopping waits for, which is done in ``with`` blocks."""

    def __init__(self) -> None:
        self.count = 0
        self.idle = asyncio.Event()
        self.idle.set()

    def __enter__(self) -> None:
        self.count += 1
        self.idle.clear()

    def __exit__(self, *_: object) -> None:
        self.count -= 1
        if not self.count:
            self.idle.set()


class Serving:
    """One version of the app's code, with all that waits for it to be called.

    Args:
        host: the host.
        app: the app as it was loaded.
        workers: run its calls.
        settings: the application settings.

    Attributes:
        functions: those that can be run, by name.
    """

    def __init__(
        self, host: Host, app: LoadedApp, workers: Workers, settings: Mapping[str, str]
    ) -> None:
        self.host = host
        self.app = app
        self.workers = workers
        self.settings = settings
        self.options = read_host_options(
            app.host.data, self.settings, cpu_count=os.cpu_count() or 1
        )
        span = self.options.function_timeout
        self._timeout = None if span is None else span.total_seconds()
        self.functions = {name: function for name, function in app.functions.items() if function.ok}
        self._unserved = dict(self._find_unserved())
        self.dispatcher = Dispatcher(
            app,
            self,
            host.storage,
            self,
            options=self.options,
            settings=self.settings,
            host_id=self.settings.get(_HOST_ID) or "local",
            observe=self._observe,
        )
        self._faults = dict(self.dispatcher.faults)
        self._faults.update({str(each.function): each.cause for each in route_problems(app)})
        if host.keys is not None:
            host.keys.load(_extensions(self.functions.values()))
        cors = host.cors or Cors(frozenset(app.local.cors), app.local.cors_credentials)
        self.front = Front(
            app,
            functions=[
                function
                for name, function in self.functions.items()
                if not function.disabled and name not in self._faults
            ],
            keys=host.keys,
            cors=cors,
            options=self.options.http,
            base_url=host.base_url,
        )
        self.http = Http(
            self.front,
            self.options.http,
            self._run,
            [what for _, what in self.listing() if what[0] == "["],
            self.settings,
        )
        self.offline = offline_page(app.root)
        self.draining = False
        self.warm = False
        # What needs no storage goes straight to the workers.
        self._plain = {
            name
            for name, function in self.functions.items()
            if not (function.inputs or function.retry or self.options.retry)
            and all(binding_type(each.type).channel is None for each in function.bindings)
        }
        self._listeners: list[Listener] = []
        self._listening: list[asyncio.Task[None]] = []
        self._over = asyncio.Event()
        self._ending: list[asyncio.Task[None]] = []
        self._resting: set[asyncio.Task[Any] | None] = set()
        self._busy = _Busy()

    def _find_unserved(self) -> Iterator[tuple[str, str]]:
        """Give the functions that need an account which is not of this machine, and why."""
        for name, function in self.functions.items():
            for binding in function.bindings:
                setting = other_account(binding, self.settings)
                if setting is not None:
                    yield (
                        name,
                        f"{binding.type} {binding.name!r}: {setting} names an account of Azure "
                        "Storage, which this host does not reach. Leave it empty, or write "
                        "UseDevelopmentStorage=true, for the storage of this machine",
                    )
                    break

    def listing(self) -> Iterator[tuple[str, str]]:
        """Give each function's name, and what makes it run."""
        for name, function in self.functions.items():
            trigger = function.trigger
            assert trigger is not None  # of a function without problems
            if name in self._unserved:
                yield name, f"not served: {self._unserved[name]}"
            elif name in self._faults:
                yield name, f"not served: {self._faults[name]}"
            elif function.disabled:
                yield name, "disabled by a setting"
            elif http_trigger(function) is not None:
                methods = ",".join(sorted(methods_of(trigger))) or "any method"
                url = f"{self.host.base_url}{route_of(self.app, function)}"
                yield name, f"[{methods}] {url}"
            elif name in self.dispatcher.timers:
                timer = self.dispatcher.timers[name]
                due = timer.start(None, self.host.clock.now()).due
                when = "never" if due is None else f"{due:%Y-%m-%d %H:%M:%S %Z}"
                yield name, f"timer, next at {when}"
            else:
                yield name, self._waits_for(function, trigger)

    def _waits_for(self, function: LoadedFunction, trigger: Binding) -> str:
        """Tell what a function with neither a request nor a timer waits for."""
        places = (each.place for each in self.dispatcher.sources if each.function is function)
        place = next(places, None)
        if function.disabled:
            return f"{trigger.type}, disabled"
        if place is None:
            return f"{trigger.type}, which is not reached: run it by azfl call {function.name}"
        where = f"{trigger.type}, {place.channel.value} {shown_place(trigger, place.name)}"
        if place.channel in (Channel.QUEUE, Channel.BLOB):
            return where
        senders = sorted(
            each.name
            for each in self.functions.values()
            if any(
                binding.direction == 1 and place_of(binding, self.settings) == place
                for binding in each.bindings
            )
        )
        return f"{where}: what is sent by {', '.join(senders) or 'no function of this app'}"

    # -- Calls

    async def _run(self, accepted: Accepted, connection: Connection | None) -> Outcome:
        """Run the call of a request."""
        call = accepted.call
        if connection is None and call.function not in self._plain:
            with self._busy:
                return await self.dispatcher.run(accepted.function, call)
        outcome = await self._invoke(call, connection)
        self._observe(call, outcome, None)
        return outcome

    async def occur(self, function: LoadedFunction, occasion: RecordedPayload) -> Outcome:
        """Run a function for an occasion that no listener has brought."""
        with self._busy:
            return await self.dispatcher.occur(function, occasion)

    async def repeat(self, function: LoadedFunction, call: Call) -> Outcome:
        """Run a function again with what an earlier call has given it."""
        again = Call(call.function, call.payloads, call.metadata)
        with self._busy:
            return await self.dispatcher.run(function, again)

    @property
    def running(self) -> int:
        """How many invocations are running."""
        return self._busy.count

    async def invoke(self, call: Call) -> Outcome:
        """Run a call, for the dispatcher."""
        return await self._invoke(call, None)

    async def _invoke(self, call: Call, connection: Connection | None) -> Outcome:
        if call.function in self._unserved:
            return Outcome.failed(call, AppError(self._unserved[call.function]))
        with self._busy:
            return await self.workers.invoke(call, connection, timeout=self._timeout)

    def now(self) -> datetime:
        """Tell the dispatcher the time."""
        return self.host.clock.now()

    async def sleep_until(self, when: datetime) -> None:
        """Let the dispatcher wait before a retry, as long as this code takes new work.

        Raises:
            Interrupted: it does not any more.
        """
        task = asyncio.current_task()
        waits = [
            asyncio.ensure_future(self.host.clock.sleep_until(when)),
            asyncio.ensure_future(self._over.wait()),
        ]
        self._resting.add(task)
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._resting.discard(task)
            for each in waits:
                each.cancel()
        if self._over.is_set():
            raise Interrupted

    def _observe(self, call: Call, outcome: Outcome, error: Exception | None) -> None:
        host = self.host
        try:
            host.observer.ended(call, outcome)
        except Exception:  # what is shown decides nothing about what is done
            _logger.exception("%s: its end cannot be shown", call.function)
        if host.journal is not None:
            started = host.clock.now() - timedelta(seconds=outcome.duration)
            trigger = self.app.functions[call.function].trigger
            name = "" if trigger is None else trigger.name
            host.journal.add(call, outcome, trigger=name, started=started)

    # -- Listeners

    def start(self) -> None:
        """Begin to wait for what makes functions run."""
        self._over.clear()
        self._listeners = list(self._make_listeners())
        works = [self._listen(each) for each in self._listeners]
        works.append(self.host.changes.watch())
        self._listening = [asyncio.ensure_future(work) for work in works]

    def _make_listeners(self) -> Iterator[Listener]:
        host, dispatcher, storage = self.host, self.dispatcher, self.host.storage
        locks = f"locks/{dispatcher.host_id}"
        served = self.functions.keys() - self._unserved.keys()
        sources = [each for each in dispatcher.sources if each.function.name in served]
        for source in sources:
            lock = f"{locks}/Host.Functions.{source.function.name}.Listener"
            channel = source.place.channel
            if channel in (Channel.EVENT_HUB, Channel.KAFKA):
                yield StreamListener(source, dispatcher, host.changes, host.clock, lock=lock)
                continue
            batch_size, threshold = self._sizes(channel)
            yield QueueListener(
                source,
                storage.queues if channel is Channel.QUEUE else storage.bus,
                dispatcher,
                host.changes,
                host.clock,
                batch_size=batch_size,
                threshold=threshold,
            )
        if any(source.pattern is not None for source in sources):
            lock = f"{locks}/WebJobs.Internal.Blobs.Listener"
            yield BlobListener(dispatcher, storage.blobs, host.changes, lock=lock)
        for name, timer in dispatcher.timers.items():
            if name in served:
                lock = f"{locks}/Host.Functions.{name}.Listener"
                yield TimerListener(
                    self.functions[name], timer, dispatcher, storage.blobs, host.clock, lock=lock
                )

    def _sizes(self, channel: Channel) -> tuple[int, int]:
        """How many messages are fetched at once, and how many may still run then."""
        queues = self.options.queues
        if channel is Channel.QUEUE:
            return queues.batch_size, queues.new_batch_threshold
        at_a_time = _BUS_CALLS
        if channel is Channel.BLOB:
            at_a_time = self.options.blobs.max_degree_of_parallelism
        batch_size = min(MOST_TAKEN, at_a_time // 2 + 1)
        return batch_size, max(0, at_a_time - batch_size)

    async def _listen(self, listener: Listener) -> None:
        """Run a listener until it is cancelled and what it delivers has ended.

        After an error it is run again, ever later, and nothing else is touched by it.
        """
        wait, host = _FIRST_WAIT, self.host

        def rest() -> None:
            listener.resting = True

        while True:
            alone: AbstractAsyncContextManager[None] = nullcontext()
            if listener.lock is not None:
                alone = singleton(host.storage.blobs, listener.lock, waits=rest)
            try:
                async with alone:
                    listener.resting = False
                    try:
                        await listener.run()
                    finally:
                        await listener.ended()
            except StorageError as error:
                cause = f"the store cannot be used: {error}"
            except Exception as error:
                cause = f"{type(error).__name__}: {error}"
                _logger.exception("%s: its listener has failed", listener.name)
            else:
                return
            finally:
                rest()
            host.observer.noted(f"{listener.name}: {cause}. Tried again in {wait:g} s")
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def stop_listening(self, grace: float | None) -> None:
        """Take nothing more, and let what was taken be done, for some seconds at most.

        What waits for a retry has failed.
        """
        self._over.set()
        listening, self._listening = self._listening, []
        for task in listening:
            task.cancel()
        self._ending += listening
        if self._ending:
            _, pending = await asyncio.wait(self._ending, timeout=grace)
            self._ending = list(pending)

    async def stop(self, grace: float | None) -> None:
        """Take nothing more, let what runs end, for some seconds at most, and end the workers."""
        loop = asyncio.get_running_loop()
        end = None if grace is None else loop.time() + grace
        works = (self.stop_listening(grace), self._busy.idle.wait())
        await asyncio.wait(list(map(asyncio.ensure_future, works)), timeout=grace)
        await self.workers.stop(None if end is None else max(0.0, end - loop.time()))
        await self.stop_listening(_LAST_DELIVERIES)
        for listener in self._listeners:
            listener.give_up()

    async def settle(self) -> None:
        """Wait until all that has become due is done; what waits for a retry is not due."""
        turns = 0
        while turns < _TURNS:
            if self._at_rest():
                turns += 1
                await asyncio.sleep(0)
            else:
                turns = 0
                await asyncio.sleep(_BETWEEN_LOOKS)

    def _at_rest(self) -> bool:
        return all(
            listener.resting and listener.deliveries <= self._resting
            for listener in self._listeners
        )


def _extensions(functions: Iterable[LoadedFunction]) -> Iterator[str]:
    """Give the extensions whose webhooks take what functions are triggered by."""
    for function in functions:
        trigger = function.trigger
        if trigger is not None and binding_type(trigger.type).event == "event_grid":
            yield "eventgrid"
