"""The real host on a free port, for tests from end to end with a real HTTP client."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from ..app.loaded import LoadedApp
from ..app.loader import load_app
from ..bindings import Channel
from ..delivery.channels import Place, decoded, entities, entity_values, split_path
from ..delivery.storage import NotFoundError
from ..errors import FunctionLoadError, InvocationError
from ..host.clock import HostClock
from ..host.host import Host
from ..host.journal import Journal
from ..host.ports import listening_socket
from ..host.server import make_server
from ..host.storage.embedded import EmbeddedStorage
from ..host.worker import Worker
from ..wire.datum import Datum
from ..wire.jsontext import dump_json
from .arguments import some_message

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..host.journal import Entry

__all__ = ["LiveBlob", "LiveClock", "LiveHost", "LiveQueue", "LiveTable", "live"]

T = TypeVar("T")

_GRACE = 5.0


def live(
    app: Any, *, settings: Mapping[str, str] | None = None, now: datetime | None = None
) -> LiveHost:
    """Run an app in a real host: HTTP on a free port, timers, queues, blobs, tables in memory.

    ::

        with live(app) as host:
            assert httpx.get(f"{host.url}/api/hello").text == "Hello"
            host.clock.advance(days=1)

    ``async with`` does the same. The host runs in a thread of its own; what its methods do is done
    when they return.

    Args:
        app: the app's folder or file, a module, an app object, or a loaded app, which stays loaded.
        settings: application settings, which win over all others.
        now: the time that the clock shows first, aware; that of this machine if None. It goes on
            as time does, and jumps when it is advanced.
    """
    return LiveHost(app, settings, now)


class _Worker(Worker):
    """Runs the calls of an app that the test has loaded, and closes itself."""

    def __init__(self, app: LoadedApp) -> None:
        super().__init__(app.root)
        self._app = app

    def _load(self) -> LoadedApp:
        return self._app

    def _unload(self, app: LoadedApp) -> None:
        """Leave it to the test."""


class LiveHost:
    """A host that runs while it is entered as a context manager; made by :func:`live`.

    Attributes:
        url: scheme, address and port, such as ``"http://127.0.0.1:40123"``.
        clock: its clock.

    Raises:
        AppError: when it is entered: there is no such app.
        FunctionLoadError: when it is entered: the app has problems; the message lists them all.
    """

    def __init__(self, app: Any, settings: Mapping[str, str] | None, now: datetime | None) -> None:
        self._given = app
        self._settings = settings
        self._now = now
        self._undo = ExitStack()
        self._host: Host | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.url = ""
        self.clock = LiveClock(self)

    # -- Its life

    def __enter__(self) -> Self:
        if self._loop is not None:
            raise InvocationError("this host runs already. Make another one")
        with ExitStack() as undo:
            app = self._load(undo)
            loop = self._loop = asyncio.new_event_loop()
            thread = Thread(target=_run, args=(loop,), name="azfl-live", daemon=True)
            thread.start()
            undo.callback(self._end, thread)
            self._do(self._serve(app, undo))
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._undo.close()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, *exc_info: object) -> None:
        self.__exit__()

    def _load(self, undo: ExitStack) -> LoadedApp:
        app = self._given
        if not isinstance(app, LoadedApp):
            from .alias import azure_functions

            if isinstance(app, (str, os.PathLike)):
                undo.enter_context(azure_functions())
            app = undo.enter_context(load_app(app, settings=self._settings))
        if app.problems:
            lines = "".join(f"\n- {problem}" for problem in app.problems)
            raise FunctionLoadError(f"the app has problems:{lines}") from app.error
        return app

    async def _serve(self, app: LoadedApp, undo: ExitStack) -> None:
        listening = listening_socket("127.0.0.1", 0)
        undo.callback(listening.close)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        clock = HostClock()
        storage = EmbeddedStorage(now=clock.now)
        if self._now is not None:
            await storage.keep_clock_offset(self._now - clock.now())
        settings = {**os.environ, **(self._settings or {})}
        self._host = Host(
            lambda _: _Worker(app),
            storage,
            clock,
            settings=lambda: settings,
            journal=Journal(storage.database),
            base_url=self.url,
            grace=_GRACE,
        )
        undo.callback(lambda: self._do(self.running.stop()))
        await self._host.start()
        server = make_server(self._host)
        serving = asyncio.ensure_future(server.serve(sockets=[listening]))

        async def stop() -> None:
            server.should_exit = True
            await serving

        undo.callback(lambda: self._do(stop()))

    def _end(self, thread: Thread) -> None:
        loop, self._loop = self._loop, None
        assert loop is not None  # it runs until here
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        self._host = None

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the host's thread."""
        if self._loop is None:
            work.close()
            raise InvocationError("this host does not run. Start it by 'with live(app) as host'")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    @property
    def running(self) -> Host:
        """The host itself, whose methods are for its own thread.

        Raises:
            InvocationError: it does not run.
        """
        if self._host is None:
            raise InvocationError("this host does not run. Start it by 'with live(app) as host'")
        return self._host

    # -- What happens in it

    def settle(self) -> None:
        """Wait until all that functions have sent is done, and what that has sent."""

        async def settle() -> None:
            assert self.running.serving is not None
            await self.running.serving.settle()

        self._do(settle())

    @property
    def invocations(self) -> list[Entry]:
        """What has run until now, in order: function, failure, attempt, cause and more."""

        async def entries() -> list[Entry]:
            journal = self.running.journal
            assert journal is not None
            await journal.flush()
            return await journal.entries(count=10_000)

        return self._do(entries())

    def queue(self, name: str) -> LiveQueue:
        """A storage queue; one of another service can only be sent to."""
        return LiveQueue(self, name)

    def blob(self, path: str) -> LiveBlob:
        """A blob, by its container and name, such as ``"totals/may.csv"``.

        Raises:
            DeclarationError: the path has no container, or no name.
        """
        return LiveBlob(self, path)

    def table(self, name: str) -> LiveTable:
        """A table."""
        return LiveTable(self, name)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop in its thread until it is stopped."""
    asyncio.set_event_loop(loop)
    loop.run_forever()
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


class LiveClock:
    """The clock of a live host: it goes as time does, and can be set forward."""

    def __init__(self, host: LiveHost) -> None:
        self._live = host

    def now(self) -> datetime:
        """Give the time, in UTC."""
        return self._live.running.clock.now()

    def advance(self, span: timedelta | None = None, /, **units: float) -> None:
        """Let time pass: what is due in it has happened when this returns.

        Args:
            span: how much time.
            units: or ``days``, ``hours``, ``minutes``, ``seconds``, as for a timedelta.

        Raises:
            InvalidValueError: the time would go back.
        """
        self._live._do(self._live.running.advance((span or timedelta()) + timedelta(**units)))

    def move_to(self, when: datetime) -> None:
        """Let time pass until ``when``, an aware time; see :meth:`advance`."""
        self._live._do(self._live.running.at(when))


class LiveQueue:
    """A queue of a live host."""

    def __init__(self, host: LiveHost, name: str) -> None:
        self._live = host
        self.name = name.lower()

    @property
    def messages(self) -> list[str | bytes]:
        """The messages that can be taken, up to 32, the next one first."""
        return [body for body, _ in self._live._do(self._peek())]

    @property
    def failures(self) -> list[str | None]:
        """Why each of :attr:`messages` failed last, a traceback, or None."""
        return [failure for _, failure in self._live._do(self._peek())]

    async def _peek(self) -> list[tuple[str | bytes, str | None]]:
        try:
            found = await self._live.running.storage.queues.peek(self.name, count=32)
        except NotFoundError:
            return []
        is_base64 = self._is_base64()
        return [(decoded(each.text, is_base64=is_base64)[0], each.failure) for each in found]

    def _is_base64(self) -> bool:
        assert self._live.running.serving is not None
        return self._live.running.serving.options.queues.is_base64

    def put(self, message: Any) -> None:
        """Send a message, as another program would.

        Args:
            message: text or bytes; any other value goes as JSON.

        Raises:
            InvalidValueError: it is None, which no host sends (a TypeError and ValueError).
        """
        some_message(f"queue {self.name!r}", message)
        body = message if isinstance(message, (str, bytes)) else dump_json(message)

        async def send() -> None:
            assert self._live.running.serving is not None
            dispatcher = self._live.running.serving.dispatcher
            places = [each.place for each in dispatcher.sources if each.place.name == self.name]
            await dispatcher.send(places[0] if places else Place(Channel.QUEUE, self.name), [body])

        self._live._do(send())


class LiveBlob:
    """A blob of a live host."""

    def __init__(self, host: LiveHost, path: str) -> None:
        self._live = host
        self.container, self.name = split_path(path)

    @property
    def exists(self) -> bool:
        """Whether there is such a blob."""
        try:
            self.read()
        except NotFoundError:
            return False
        return True

    def read(self) -> bytes:
        """Give its content.

        Raises:
            NotFoundError: there is no such blob.
        """
        blobs = self._live.running.storage.blobs
        return self._live._do(blobs.read(self.container, self.name)).content

    def text(self) -> str:
        """Give its content as UTF-8 text; errors as :meth:`read`."""
        return self.read().decode()

    def write(self, content: bytes | str) -> None:
        """Make the blob, or replace it; the functions that it triggers run."""
        data = content.encode() if isinstance(content, str) else content
        serving = self._live.running.serving
        assert serving is not None
        self._live._do(serving.dispatcher.write_blob(self.container, self.name, data))

    def delete(self) -> None:
        """Delete the blob; errors as :meth:`read`."""
        self._live._do(self._live.running.storage.blobs.delete(self.container, self.name))


class LiveTable:
    """A table of a live host."""

    def __init__(self, host: LiveHost, name: str) -> None:
        self._live = host
        self.name = name

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows by their keys, with ``PartitionKey`` and ``RowKey``."""

        async def rows() -> list[dict[str, Any]]:
            tables = self._live.running.storage.tables
            try:
                return [entity_values(each) async for each in tables.query(self.name)]
            except NotFoundError:
                return []

        return self._live._do(rows())

    def put(self, row: Mapping[str, Any]) -> None:
        """Add a row, or replace the one with its keys.

        Raises:
            InvocationError: it lacks ``PartitionKey`` or ``RowKey``.
        """

        async def put() -> None:
            tables = self._live.running.storage.tables
            await tables.create(self.name)
            for entity in entities(Datum(dump_json(dict(row)), "json")):
                await tables.upsert(self.name, entity)

        self._live._do(put())
