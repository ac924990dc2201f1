"""The host: it loads an app, waits for what makes its functions run, and answers for them."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..bindings import Channel, binding_type
from ..delivery.call import Call, Outcome
from ..delivery.cors import Cors
from ..delivery.dispatch import Dispatcher
from ..delivery.front import Accepted, Front, Reply
from ..delivery.options import read_host_options
from ..delivery.routes import http_trigger, methods_of, route_of
from ..delivery.storage import StorageError
from ..errors import AppError
from .asgi import Connection, Message, Receive, Send, respond
from .changes import Changes
from .http import Http
from .pages import offline_page

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..delivery.keys import Keys
    from .clock import HostClock
    from .journal import Journal
    from .listeners.base import Listener
    from .storage.embedded import EmbeddedStorage
    from .worker import Workers

__all__ = ["Host", "Observer"]

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_LONGEST_START = 30.0  # seconds that a request waits for the app to be loaded
_LAST_DELIVERIES = 1.0
"""Seconds for messages to go back whose calls were cancelled."""

_LOOKS, _BETWEEN_LOOKS = 3, 0.002

_logger = logging.getLogger("azure_functions_lib.host")


class Observer:
    """What a host tells whoever shows it; each method does nothing unless it is overridden."""

    def loaded(self, app: LoadedApp) -> None:
        """The app was loaded, for the first time or anew."""

    def broken(self, reason: str) -> None:
        """The app cannot be loaded; what was served before still is."""

    def began(self, call: Call, reason: str) -> None:
        """An attempt of a function begins."""

    def ended(self, call: Call, outcome: Outcome) -> None:
        """An attempt of a function has ended."""

    def told(self, message: Any) -> None:
        """A child process has printed or logged: a message of :mod:`.messages`."""

    def noted(self, text: str) -> None:
        """Something that a person should know has happened."""


class Host:
    """Serves an app: its HTTP part is this object, an ASGI application.

    Args:
        workers: makes, of the application settings, who loads the app and runs its calls.
        storage: holds queues, blobs, tables, and what the host itself keeps.
        clock: tells the time.
        settings: reads the application settings, for each time that the app is loaded.
        journal: keeps what happens.
        observer: is told what happens.
        keys: make the access keys that are asked for of an app; None lets everyone in.
        cors: whose pages may call the app; None for what local.settings.json says.
        base_url: scheme and host of the app's URLs.
        grace: how many seconds running invocations may take to end.
    """

    def __init__(
        self,
        workers: Callable[[Mapping[str, str]], Workers],
        storage: EmbeddedStorage,
        clock: HostClock,
        *,
        settings: Callable[[], Mapping[str, str]],
        journal: Journal | None = None,
        observer: Observer | None = None,
        keys: Callable[[LoadedApp], Keys] | None = None,
        cors: Cors | None = None,
        base_url: str = "http://localhost:7071",
        grace: float = 5.0,
    ) -> None:
        self.storage = storage
        self.clock = clock
        self.changes = Changes(storage, clock)
        self.journal = journal
        self.observer = observer or Observer()
        self.base_url = base_url
        self.grace = grace
        self.started_at = clock.now()
        self.serving: Serving | None = None
        self._workers = workers
        self._settings = settings
        self._keys = keys
        self._cors = cors
        self._loading = asyncio.Lock()
        self._loaded = asyncio.Event()
        self._stopped = False
        self._kept: list[Serving] = []
        self._handover: asyncio.Task[None] | None = None

    # -- Its life

    async def start(self) -> None:
        """Load the app and begin to serve it.

        Raises:
            AppError: the app cannot be loaded.
        """
        await self._load()

    async def reload(self) -> None:
        """Load the app anew, beside what is served.

        One that cannot be loaded, or in which a file cannot be imported, leaves that as it is.
        """
        try:
            await self._load()
        except AppError as error:
            self.observer.broken(str(error))

    async def _load(self) -> None:
        async with self._loading:
            settings = self._settings()
            workers = self._workers(settings)
            app = await workers.start()
            old = self.serving
            try:
                if old is not None:
                    _refuse_worse(old.app, app)
                new = Serving(self, app, workers, settings)
            except AppError:
                await workers.stop(0)
                raise
            self.serving = new
            self._kept.append(new)
            self._loaded.set()
            self.observer.loaded(app)
            if old is None:
                new.start()
            else:
                previous = self._handover
                self._handover = asyncio.ensure_future(self._hand_over(previous, old, new))

    async def _hand_over(
        self, previous: asyncio.Task[None] | None, old: Serving, new: Serving
    ) -> None:
        """Let the old code end what it has begun, and the new code take what comes next."""
        if previous is not None:
            await previous
        await old.stop_listening(self.grace)
        new.start()
        await old.stop(None)
        self._kept.remove(old)

    async def stop(self) -> None:
        """Take no more work, let what runs end within the grace period, and close everything."""
        self._stopped = True
        async with self._loading:
            self.serving = None
            if self._handover is not None:
                self._handover.cancel()
                await asyncio.wait((self._handover,))
            kept, self._kept = self._kept, []
            await asyncio.gather(*(serving.stop(self.grace) for serving in kept))
        if self.journal is not None:
            await self.journal.flush()
        await self.storage.close()

    async def advance(self, span: timedelta) -> None:
        """Let a span of time pass: what is due in it happens, in its order."""
        await self.clock.advance(span, self._settle)

    async def _settle(self) -> None:
        if self.serving is not None:
            await self.serving.settle()

    # -- HTTP

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, as an ASGI application."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            _logger.warning(
                "%s: a WebSocket was refused. Azure Functions has none; use server-sent events or "
                "a service such as Azure Web PubSub",
                scope["path"],
            )
            await receive()
            await send({"type": "websocket.close", "code": 1003})
        else:
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and stop with the server (the lifespan of ASGI)."""
        while True:
            event = (await receive())["type"]
            try:
                await (self.start() if event == "lifespan.startup" else self.stop())
            except AppError as error:
                await send({"type": f"{event}.failed", "message": str(error)})
            else:
                await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                return

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"].lower().startswith(("/admin/", "/runtime/webhooks/")):
            from .admin import answer

            await answer(self, scope, receive, send)
            return
        if self.serving is None and not self._stopped:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._loaded.wait(), _LONGEST_START)
        serving = self.serving
        if serving is None:
            reply = Reply(503, [], b"Function host is not running.")
            await respond(send, reply, scope["method"])
        elif serving.offline is not None:
            await respond(send, serving.offline, scope["method"])
        else:
            await serving.http(scope, receive, send)


class Serving:
    """One version of the app's code, with all that waits for it to be called.

    Args:
        host: the host.
        app: the app as it was loaded.
        workers: run its calls.
        settings: the application settings.
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
        self.dispatcher = Dispatcher(
            app,
            self,
            host.storage,
            host.clock,
            options=self.options,
            settings=self.settings,
            observe=self._observe,
        )
        cors = host._cors or Cors(frozenset(app.local.cors), app.local.cors_credentials)
        self.front = Front(
            app,
            functions=[each for each in self.functions.values() if not each.disabled],
            keys=None if host._keys is None else host._keys(app),
            cors=cors,
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
        # What needs no storage goes straight to the workers.
        self._plain = {
            name
            for name, function in self.functions.items()
            if not (function.inputs or function.retry or self.options.retry)
            and all(binding_type(each.type).channel is None for each in function.bindings)
        }
        self._listeners: list[Listener] = []
        self._listening: list[asyncio.Task[None]] = []
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def listing(self) -> Iterator[tuple[str, str]]:
        """Give each function's name, and what makes it run."""
        for name, function in self.functions.items():
            trigger = function.trigger
            assert trigger is not None  # of a function without problems
            if http_trigger(function) is not None:
                methods = ",".join(sorted(methods_of(trigger))) or "any method"
                url = f"{self.host.base_url}{route_of(self.app, function)}"
                yield name, f"[{methods}] {url}"
            elif name in self.dispatcher.timers:
                timer = self.dispatcher.timers[name]
                due = timer.start(None, self.host.clock.now()).due
                when = "never" if due is None else f"{due:%Y-%m-%d %H:%M:%S %Z}"
                yield name, f"timer, next at {when}"
            else:
                places = (s.place for s in self.dispatcher.sources if s.function is function)
                place = next(places, None)
                where = f" {place.channel.value} {place.name}" if place else ""
                yield name, f"{trigger.type}{where}"

    # -- Calls

    async def _run(self, accepted: Accepted, connection: Connection | None) -> Outcome:
        """Run the call of a request."""
        call = accepted.call
        if connection is None and call.function not in self._plain:
            with self._busy():
                return await self.dispatcher.run(accepted.function, call)
        outcome = await self._invoke(call, connection)
        self._observe(call, outcome, None)
        return outcome

    async def invoke(self, call: Call) -> Outcome:
        """Run a call, for the dispatcher."""
        return await self._invoke(call, None)

    async def _invoke(self, call: Call, connection: Connection | None) -> Outcome:
        with self._busy():
            return await self.workers.invoke(call, connection, timeout=self._timeout)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        """Count what stopping waits for."""
        self._running += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    def _observe(self, call: Call, outcome: Outcome, error: Exception | None) -> None:
        host = self.host
        host.observer.ended(call, outcome)
        if host.journal is not None:
            started = host.clock.now() - timedelta(seconds=outcome.duration)
            trigger = self.app.functions[call.function].trigger
            name = "" if trigger is None else trigger.name
            host.journal.add(call, outcome, trigger=name, started=started)

    # -- Listeners

    def start(self) -> None:
        """Begin to wait for what makes functions run."""
        self._listeners = list(self._make_listeners())
        works = [self._listen(each) for each in self._listeners]
        works.append(self.host.changes.watch())
        self._listening = [asyncio.ensure_future(work) for work in works]

    def _make_listeners(self) -> Iterator[Listener]:
        from .listeners.queue import QueueListener
        from .listeners.stream import StreamListener
        from .listeners.timer import TimerListener

        host, dispatcher, queues = self.host, self.dispatcher, self.options.queues
        for source in dispatcher.sources:
            channel = source.place.channel
            if source.function.name not in self.functions:
                continue
            if channel in (Channel.EVENT_HUB, Channel.KAFKA):
                yield StreamListener(source, dispatcher, host.changes, host.clock)
            else:
                kept = host.storage.queues if channel is Channel.QUEUE else host.storage.bus
                yield QueueListener(
                    source,
                    kept,
                    dispatcher,
                    host.changes,
                    batch_size=queues.batch_size,
                    threshold=queues.new_batch_threshold,
                )
        for name, timer in dispatcher.timers.items():
            if name in self.functions:
                yield TimerListener(
                    self.functions[name],
                    timer,
                    dispatcher,
                    host.storage.blobs,
                    host.clock,
                    host_id="local",
                )

    async def _listen(self, listener: Listener) -> None:
        """Run a listener; one whose store cannot be used tries again, ever later."""
        wait = _FIRST_WAIT
        while True:
            try:
                await listener.run()
            except StorageError as error:
                self.host.observer.noted(
                    f"{listener.name}: the store cannot be used: {error}. Tried again in {wait:g} s"
                )
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                return

    async def stop_listening(self, grace: float | None) -> None:
        """Take nothing more, and let what was taken be done, for some seconds at most."""
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        await asyncio.gather(*(each.drain(grace) for each in self._listeners))

    async def stop(self, grace: float | None) -> None:
        """Take nothing more, let what runs end, for some seconds at most, and end the workers."""
        loop = asyncio.get_running_loop()
        end = None if grace is None else loop.time() + grace
        works = (self.stop_listening(grace), self._idle.wait())
        await asyncio.wait(list(map(asyncio.ensure_future, works)), timeout=grace)
        await self.workers.stop(None if end is None else max(0.0, end - loop.time()))
        await self.stop_listening(_LAST_DELIVERIES)

    async def settle(self) -> None:
        """Wait until all that has become due is done."""
        quiet = 0
        while quiet < _LOOKS:
            await asyncio.sleep(_BETWEEN_LOOKS)
            busy = self._running or any(each.busy for each in self._listeners)
            quiet = 0 if busy else quiet + 1


def _refuse_worse(old: LoadedApp, new: LoadedApp) -> None:
    """Refuse an app with a function that cannot be loaded any more."""
    for name, function in new.functions.items():
        before = old.functions.get(name)
        if function.load_problems and (before is None or not before.load_problems):
            raise AppError("\n".join(map(str, function.load_problems)))
