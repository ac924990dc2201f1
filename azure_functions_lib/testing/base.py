"""What the test clients share: an open app, its storage, and what comes of its calls."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..app.loaded import LoadedApp
from ..app.loader import load_app
from ..app.problem import errors
from ..bindings import binding_type
from ..errors import (
    AzureFunctionsError,
    FunctionLoadError,
    InvalidValueError,
    InvocationError,
)
from ..runtime.invocation import Invocation
from ..runtime.invoker import arguments as call_arguments
from ..runtime.logs import LOG_LIMIT
from ..runtime.runtime import Runtime
from . import arguments
from .result import ClientResponse, Result
from .waitless import now

if TYPE_CHECKING:
    from typing_extensions import Never, Unpack

    from ..app.loaded import LoadedFunction
    from ..delivery.call import Call
    from ..delivery.front import Accepted
    from ..http.headers import HeaderSource
    from ..wire.datum import Datum
    from ..wire.declaration import Binding
    from .calls import Calls
    from .deliveries import Deliveries
    from .durable import Durable
    from .places import BlobPlace, QueuePlace, TablePlace
    from .requests import RequestOptions, Requests

__all__ = ["BaseClient", "failures", "is_durable_client"]

Answer = TypeVar("Answer")
"""What a request gives: the response, or what gives one when it is awaited."""

failures: deque[Invocation] = deque(maxlen=10)
"""The last invocations that failed, for the pytest plugin's report."""


def is_durable_client(binding: Binding) -> bool:
    """Whether a binding hands a function a client of orchestrations."""
    return binding_type(binding.type).event == "durable_client"


class BaseClient(Generic[Answer]):
    """All that does not wait, and as coroutines what does; those of a plain client never wait."""

    __test__ = False  # pytest takes classes of this name for tests

    def __init__(
        self,
        app: Any,
        *more: Never,
        settings: Mapping[str, str] | None = None,
        local_settings: bool = True,
        validate: bool = True,
        raise_exceptions: bool = True,
        keys: Mapping[str, str] | None = None,
        base_url: str = "http://localhost:7071",
        headers: HeaderSource | None = None,
        cookies: Mapping[str, str] | None = None,
        log_limit: int = LOG_LIMIT,
        now: datetime | None = None,
        **others: Never,
    ) -> None:
        own = type(self).__name__
        if more:
            expected = "keywords after the app, such as settings={...}"
            came = type(more[0]).__name__  # it may hold secrets
            raise InvalidValueError.of(own, "a second argument", came=came, expected=expected)
        for name in others:
            known = BaseClient.__init__.__kwdefaults__ or {}
            raise arguments.unknown(own, name, others[name], known)
        for name, given in (("settings", settings), ("keys", keys), ("cookies", cookies)):
            if given is not None:
                arguments.mapping(own, name, given)
        for name, key in (keys or {}).items():
            if not isinstance(key, str) or not key:
                came = "''" if key == "" else type(key).__name__  # it may be a secret
                raise InvalidValueError.of(own, f"keys[{name!r}]", came=came, expected="text")
        for name, flag in (
            ("local_settings", local_settings),
            ("validate", validate),
            ("raise_exceptions", raise_exceptions),
        ):
            if not isinstance(flag, bool):
                raise arguments.refused(own, name, flag, "True or False")
        if now is not None and (not isinstance(now, datetime) or now.tzinfo is None):
            expected = "an aware datetime, such as datetime(2026, 1, 1, tzinfo=timezone.utc)"
            raise arguments.refused(own, "now", now, expected)
        self._given = app
        self._start = now
        self._settings = settings
        self._local_settings = local_settings
        self._validate = validate
        self._raises = raise_exceptions
        self._keys = keys
        self._log_limit = arguments.count(own, "log_limit", log_limit)
        self._base_url = _checked_url(own, base_url)
        self._headers = headers
        self.cookies = dict(cookies or {})
        self._undo = ExitStack()
        self._runtime: Runtime | None = None
        self._loaded: LoadedApp | None = None

    @property
    def app(self) -> LoadedApp:
        """The loaded app: its functions, settings and problems.

        Raises:
            InvocationError: the client is not open.
        """
        if self._loaded is None:
            raise InvocationError(
                f"this client is not open. Open it by 'with {type(self).__name__}(app) as client'"
            )
        return self._loaded

    def _load(self) -> LoadedApp:
        if self._loaded is not None:
            raise InvocationError("this client is open already. Make another one")
        loaded = self._given if isinstance(self._given, LoadedApp) else self._load_app()
        problems = []
        if self._validate:
            from ..checking import check_app

            problems = errors(check_app(loaded, warnings=False))
        if problems:
            cause = loaded.error
            self._close(loaded)
            lines = "".join(
                f"\n- {each} ({each.place})" if each.place else f"\n- {each}" for each in problems
            )
            count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
            raise FunctionLoadError(f"the app has {count}:{lines}") from cause
        self._loaded = loaded
        for_all = loaded.host.data.get("retry")
        self._has_policy = {
            name: bool(function.retry or for_all) for name, function in loaded.functions.items()
        }
        return loaded

    def _load_app(self) -> LoadedApp:
        with ExitStack() as undo:
            if isinstance(self._given, (str, os.PathLike)):
                from .alias import azure_functions

                undo.enter_context(azure_functions())
            loaded = load_app(
                self._given, settings=self._settings, local_settings=self._local_settings
            )
            self._undo = undo.pop_all()
        return loaded

    def _close(self, loaded: LoadedApp) -> None:
        self._loaded = self._runtime = None
        for made in ("_calls", "_deliveries", "_durable", "_requests"):
            self.__dict__.pop(made, None)
        if loaded is not self._given:
            loaded.close()
        self._undo.close()

    @cached_property
    def _requests(self) -> Requests:
        from .requests import Requests

        return Requests(self.app, self._base_url, self._headers, self._keys, self._inputs)

    @cached_property
    def _calls(self) -> Calls:
        from .calls import Calls

        return Calls(self.app, lambda: self._deliveries)

    @cached_property
    def _deliveries(self) -> Deliveries:
        from .deliveries import Deliveries

        return Deliveries(self.app, self._run, self._start)

    @cached_property
    def _durable(self) -> Durable:
        from .durable import Durable

        return Durable(
            self.app,
            self._deliveries.clock,
            self._base_url,
            lambda name, payload: self._calls.make(name, (payload,), {}),
            self._run,
            self._run_on_loop,
            self._performed,
        )

    def _inputs(
        self, function: LoadedFunction, call: Call, given: Mapping[str, Any]
    ) -> dict[str, Datum]:
        return self._calls.inputs(function, call, given)

    def _has_durable_client(self) -> bool:
        """Whether a function may call the task hub by its endpoint."""
        return any(
            is_durable_client(binding)
            for function in self.app.functions.values()
            for binding in function.inputs
        )

    # -- Places of its storage

    def queue(self, name: str) -> QueuePlace:
        """A queue, topic, event hub or Kafka topic: what waits there, and a way to send.

        Args:
            name: its name; of a dead-letter queue ``"<queue>/$deadletterqueue"`` or
                ``"<topic>/subscriptions/<subscription>/$deadletterqueue"``.
        """
        from .places import QueuePlace

        return QueuePlace(self._deliveries, arguments.text("client.queue()", "name", name))

    def blob(self, path: str) -> BlobPlace:
        """A blob, to be read, written or deleted.

        Args:
            path: its container and name, such as ``"totals/may.csv"``.

        Raises:
            DeclarationError: the path has no container, or no name.
        """
        from .places import BlobPlace

        return BlobPlace(self._deliveries, arguments.text("client.blob()", "path", path))

    def table(self, name: str) -> TablePlace:
        """A table: its rows, and a way to add some."""
        from .places import TablePlace

        return TablePlace(self._deliveries, arguments.text("client.table()", "name", name))

    # -- Requests

    def request(self, method: str, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Send an HTTP request; see :meth:`TestClient.request`."""
        raise NotImplementedError

    def get(self, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Send a GET request; see :meth:`request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Send a POST request; see :meth:`request`."""
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Send a PUT request; see :meth:`request`."""
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Send a PATCH request; see :meth:`request`."""
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Send a DELETE request; see :meth:`request`."""
        return self.request("DELETE", url, **options)

    def head(self, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Send a HEAD request; see :meth:`request`."""
        return self.request("HEAD", url, **options)

    def options(self, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Send an OPTIONS request; see :meth:`request`."""
        return self.request("OPTIONS", url, **options)

    def _reach(self, method: str, url: str, options: RequestOptions) -> Accepted | ClientResponse:
        if not (isinstance(method, str) and isinstance(url, str)):
            raise InvalidValueError.of(
                "request",
                "method and url",
                came=f"{type(method).__name__} and {type(url).__name__}",
                expected="text",
            )
        if not options and not self.cookies:
            return self._requests.plain(method, url)
        if self.cookies:
            own = arguments.mapping("request", "cookies", options.get("cookies") or {})
            options["cookies"] = {**self.cookies, **own}
        return self._requests.reach(method, url, **options)

    async def _unreached(
        self, response: ClientResponse, method: str, url: str, options: RequestOptions
    ) -> ClientResponse:
        """Answer a request that no function has: it may be one for the task hub."""
        if not _is_managed(url):
            return response
        reply = await self._durable.answer(method, url, options)
        await self._settled()
        return ClientResponse._of(lambda: reply, None, None)

    # -- Calls

    def _run(self, call: Call) -> Any:
        """Make one call: an Invocation, or what gives one when it is awaited."""
        raise NotImplementedError

    async def _run_on_loop(self, call: Call) -> Invocation:
        return await self._connected(call).invoke(call.function, **call_arguments(call))

    def _connected(self, call: Call) -> Runtime:
        """Give the runtime for a call, whose durable clients know the task hub."""
        if "_durable" in self.__dict__:
            self._durable.connect(call)
        runtime = self._runtime
        assert runtime is not None  # without one no call is made
        return runtime

    async def _attempts(self, call: Call) -> Sequence[Invocation]:
        """Run a call as often as its retry policy says, and see to what comes of it."""
        attempts: Sequence[Invocation]
        if self._retries(call):
            attempts = await self._deliveries.run(self.app.function(call.function), call)
        else:
            made = self._run(call)
            attempts = (made if isinstance(made, Invocation) else await made,)
            self._store(call, attempts[0])
        await self._settled()
        self._raise(attempts[-1])
        return attempts

    def _retries(self, call: Call) -> bool:
        """Whether a policy decides how often the function is run, and not the test itself."""
        if not self._has_policy[call.function]:
            return False
        return not (call.retry_count or call.max_retry_count or call.retry_exception)

    def _performed(self, call: Call, invocation: Invocation) -> None:
        """Store what a function of an orchestration has sent; that sees to its exception."""
        if not self._retries(call):
            self._store(call, invocation)
        if invocation.exception is not None:
            failures.append(invocation)

    def _store(self, call: Call, invocation: Invocation) -> None:
        """Store what an invocation has sent: the host has it before anybody gets an answer."""
        answer = invocation.return_value
        if invocation.exception is not None or not (
            invocation.outputs or (answer is not None and answer.type != "http")
        ):
            return
        function = self.app.function(call.function)
        if any(binding_type(binding.type).channel for binding in function.bindings):
            try:
                now(self._deliveries.dispatcher.store(function, call, invocation))
            except AzureFunctionsError as error:
                invocation.exception = error

    def _raise(self, invocation: Invocation) -> None:
        if invocation.exception is not None:
            failures.append(invocation)
            if self._raises:
                raise invocation.exception

    def _delivered(self, attempts: Sequence[Invocation]) -> Result:
        self._raise(attempts[-1])
        return Result(*attempts)

    # -- What waits

    async def _settled(self) -> None:
        """Let the orchestrations go on, if there is a task hub."""
        if "_durable" in self.__dict__:
            await self._durable.settle()

    async def _drained(self, name: str | None, limit: int) -> list[Result]:
        if name is not None:
            arguments.text("client.drain()", "name", name)
        arguments.count("client.drain()", "limit", limit)
        sources = self._deliveries.sources(name)
        results: list[Result] = []
        while attempts := await self._deliveries.deliver_next(sources, len(results), limit):
            await self._settled()
            results.append(self._delivered(attempts))
        return results

    async def _passed(self, until: datetime) -> list[Result]:
        """Let time pass: run the timers whose time comes, in order."""
        results: list[Result] = []
        for stop in self._stops(until):
            while attempts := await self._deliveries.fire_next(stop):
                await self._settled()
                results.append(self._delivered(attempts))
            await self._settled()
        return results

    def _stops(self, until: datetime) -> Iterator[datetime]:
        """Give the times of the timers of orchestrations that fire before a time, then that."""
        if "_durable" in self.__dict__:
            while (due := self._durable.hub.next_timer()) is not None and due < until:
                yield due
        yield until


def _checked_url(owner: str, url: object) -> str:
    base = url.rstrip("/") if isinstance(url, str) else ""
    scheme, _, host = base.partition("://")
    if not scheme or not host or "/" in host or "?" in host:
        raise arguments.refused(
            owner,
            "base_url",
            url,
            "scheme and host, such as 'http://localhost:7071'",
            "The path of a request begins with the route prefix, as in '/api/items'",
        )
    return base


def _is_managed(url: str) -> bool:
    """Whether a URL that no function has is a management URL of Durable Functions."""
    from ..delivery.events.durable import MANAGEMENT_PATH

    return f"{MANAGEMENT_PATH}/" in url
