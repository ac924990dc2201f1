"""The host: it loads an app, waits for what makes its functions run, and answers for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from ..delivery.cors import Cors
from ..delivery.front import Reply
from ..errors import AppError, AzureFunctionsError
from .asgi import Message, Receive, Send, header_of, respond
from .changes import Changes
from .observer import Observer
from .serving import Serving
from .worker import place_and_text

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from .clock import HostClock
    from .journal import Journal
    from .keys import KeyFiles
    from .storage.embedded import EmbeddedStorage
    from .worker import Workers

__all__ = ["Host", "Observer"]

_LONGEST_START = 30.0  # seconds that a request waits for the app to be loaded
_CHECK_AFTER = 0.1  # seconds: the first requests would share the processor with the check

_logger = logging.getLogger("azure_functions_lib.host")


class Host:
    """Serves an app: its HTTP part is this object, an ASGI application.

    Args:
        workers: makes, of the application settings, who loads the app and runs its calls.
        storage: holds queues, blobs, tables, and what the host itself keeps.
        clock: tells the time.
        settings: reads the application settings, for each time that the app is loaded.
        journal: keeps what happens.
        observer: is told what happens.
        keys: the access keys that are asked for; None lets everyone in.
        cors: whose pages may call the app; None for what local.settings.json says.
        base_url: scheme and host of the app's URLs.
        grace: how many seconds running invocations may take to end.

    Attributes:
        reason: why the app could not be loaded the last time; empty if it could.
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
        keys: KeyFiles | None = None,
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
        self.keys = keys
        self.cors = cors
        self._loading = asyncio.Lock()
        self._moving = asyncio.Lock()
        self._loaded = asyncio.Event()
        self.reason = ""
        self._stopped = False
        self._kept: list[Serving] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self.checking: asyncio.Task[None] | None = None
        self._handover: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    # -- Its life

    async def start(self) -> None:
        """Load the app and begin to serve it.

        Raises:
            AppError: the app cannot be loaded.
            UnavailableError: the store cannot be used.
        """
        self.clock.offset = await self.storage.clock_offset()
        await self._load()

    async def reload(self) -> None:
        """Load the app anew, beside what is served.

        One that cannot be loaded, or in which a file cannot be imported, leaves that as it is.
        """
        try:
            await self._load()
        except AppError as error:
            self.observer.broken(str(error), served=self.serving is not None)

    async def _load(self) -> None:
        async with self._loading:
            if self._stopped:
                raise AppError("the host is stopping")
            self._loaded.clear()
            try:
                await self._load_now()
                self.reason = ""
            except AppError as error:
                self.reason = str(error)
                raise
            finally:
                self._loaded.set()

    async def _load_now(self) -> None:
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
        self.observer.loaded(new)
        self.checking = self.spawn(self._check(new))
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
        retiring = asyncio.ensure_future(self._retire(old))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)

    async def _retire(self, old: Serving) -> None:
        await old.stop(None)
        self._kept.remove(old)

    async def stop(self) -> None:
        """Take no more work, let what runs end within the grace period, and close everything."""
        self._stopped = True
        async with self._loading:
            self.serving = None
            tasks = [*self._retiring, *([self._handover] if self._handover else [])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(*(serving.stop(self.grace) for serving in self._kept))
            self._kept.clear()  # not before: until then they can be killed
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.journal is not None:
            await self.journal.flush()
        await self.storage.close()

    async def _check(self, serving: Serving) -> None:
        await asyncio.sleep(_CHECK_AFTER)
        findings = await serving.workers.findings()
        if serving is self.serving:
            self.observer.checked(findings)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something in the background; an event loop holds its tasks only weakly."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def kill(self) -> None:
        """End the workers at once; this process is about to end."""
        for serving in self._kept:
            serving.workers.kill()

    # -- Its time

    async def advance(self, span: timedelta) -> None:
        """Let a span of time pass: what is due in it happens, in its order.

        Raises:
            InvalidValueError: the span is negative, or leads beyond the calendar.
            UnavailableError: the store cannot keep the time.
        """
        async with self._moving:
            end = self.clock.end_of(span)
            # First: what is put in a time that a killed host has not reached would wait for it.
            await self.storage.keep_clock_offset(self.clock.offset + span)
            await self.clock.advance(end, self._settle)

    async def at(self, when: datetime) -> None:
        """Let time pass until a time; see :meth:`advance`.

        Args:
            when: the time; without a zone it is UTC.
        """
        if when.tzinfo is None:
            when = when.replace(tzinfo=timezone.utc)
        await self.advance(when - self.clock.now())

    async def reset(self) -> None:
        """Go with the machine's clock again.

        Messages go on waiting for as long as before; timers count their next times anew.

        Raises:
            UnavailableError: the store cannot keep the time.
        """
        async with self._moving:
            if self.serving is not None:
                await self.serving.stop_listening(self.grace)
            await self.storage.go_back(self.clock.offset)
            self.clock.reset()
            if self.serving is not None and not self.serving.draining:
                self.serving.start()

    async def _settle(self) -> None:
        if self.serving is not None:
            await self.serving.settle()

    # -- HTTP

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, as an ASGI application."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            _refuse_websocket(scope)
            await receive()
            await send({"type": "websocket.close", "code": 1003})
        else:
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and stop with the server (the lifespan of ASGI)."""
        await receive()
        try:
            await self.start()
        except AzureFunctionsError as error:
            await self.stop()
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if header_of(scope, b"upgrade").lower() == "websocket":  # of a server that has none
            _refuse_websocket(scope)
            await respond(send, Reply(501, []), scope["method"])
            return
        if scope["path"].lower().startswith(("/admin/", "/runtime/webhooks/")):
            from .admin import answer

            await answer(self, scope, receive, send)
            return
        if self.serving is None:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._loaded.wait(), _LONGEST_START)
        serving = self.serving
        if serving is None:
            reason = "" if self._stopped else self.reason
            text = f"Function host is not running.\n{reason}".strip()
            reply = Reply(503, [("content-type", "text/plain; charset=utf-8")], text.encode())
            await respond(send, reply, scope["method"])
        elif serving.offline is not None:
            await respond(send, serving.offline, scope["method"])
        else:
            await serving.http(scope, receive, send)


def _refuse_websocket(scope: Message) -> None:
    _logger.warning(
        "%s: a WebSocket was refused. Azure Functions has none; use server-sent events or a "
        "service such as Azure Web PubSub",
        scope["path"],
    )


def _refuse_worse(old: LoadedApp, new: LoadedApp) -> None:
    """Refuse an app with a function that cannot be loaded any more."""
    for name, function in new.functions.items():
        before = old.functions.get(name)
        if function.load_problems and (before is None or not before.load_problems):
            raise AppError("\n".join(map(place_and_text, function.load_problems)))
