"""The client for asynchronous tests."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..errors import InvocationError
from ..runtime.runtime import Runtime
from .base import BaseClient
from .clock import AsyncClock
from .result import ClientResponse, Result

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..context import TraceContext
    from ..delivery.call import Call
    from ..runtime.invocation import Invocation
    from .durable import AsyncDurableEntity, AsyncOrchestration
    from .requests import RequestOptions

__all__ = ["AsyncTestClient"]


class AsyncTestClient(BaseClient["Coroutine[Any, Any, ClientResponse]"]):
    """The client for asynchronous tests: ``async with AsyncTestClient(app) as client``.

    Coroutine functions run on the test's event loop, plain ones in threads. Everything else is as
    for :class:`TestClient`, which describes the arguments.
    """

    async def __aenter__(self) -> Self:
        loaded = self._load()
        runtime = Runtime(loaded, log_limit=self._log_limit)
        try:
            self._runtime = await runtime.__aenter__()
        except BaseException:
            self._close(loaded)
            raise
        if self._has_durable_client():
            await self._durable.endpoint.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        loaded, runtime = self.app, self._runtime
        try:
            if runtime is not None:
                if self._has_durable_client():
                    await self._durable.endpoint.stop()
                await runtime.__aexit__(kind, error, trace)
        finally:
            self._close(loaded)

    if not TYPE_CHECKING:

        def __enter__(self) -> None:
            raise InvocationError(
                "an AsyncTestClient is opened by 'async with AsyncTestClient(app) as client'. In "
                "a test that is no coroutine take TestClient"
            )

        __exit__ = None  # which Python looks for before it calls the other

    @property
    def clock(self) -> AsyncClock:
        """The time, which stands still until it is moved; timers go by it."""
        return AsyncClock(self)

    def _run(self, call: Call) -> Coroutine[Any, Any, Invocation]:
        return self._run_on_loop(call)

    async def invoke(
        self,
        name: str,
        /,
        *payload: Any,
        metadata: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
        retry_count: int = 0,
        max_retry_count: int = 0,
        retry_exception: Any = None,
        invocation_id: str | None = None,
        trace_context: TraceContext | None = None,
        **values: Any,
    ) -> Result:
        """Invoke a function; see :meth:`TestClient.invoke`."""
        call = self._calls.make(
            name,
            payload,
            values,
            metadata=metadata,
            inputs=inputs,
            retry_count=retry_count,
            max_retry_count=max_retry_count,
            retry_exception=retry_exception,
            invocation_id=invocation_id,
            trace_context=trace_context,
        )
        return Result(*await self._attempts(call))

    async def drain(self, name: str | None = None, *, limit: int = 100) -> list[Result]:
        """Deliver what waits until nothing is left; see :meth:`TestClient.drain`."""
        return await self._drained(name, limit)

    async def start_orchestration(
        self, name: str, input: Any = None, *, instance_id: str | None = None
    ) -> AsyncOrchestration:
        """Start an orchestration; see :meth:`TestClient.start_orchestration`."""
        started = self.orchestration(self._durable.start(name, input, instance_id))
        await self._settled()
        return started

    async def run_orchestration(
        self,
        name: str,
        input: Any = None,
        *,
        instance_id: str | None = None,
        events: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        limit: int = 1000,
    ) -> AsyncOrchestration:
        """Run an orchestration to its end; see :meth:`TestClient.run_orchestration`."""
        started = self.orchestration(self._durable.start(name, input, instance_id, events))
        await self._settled()
        await started.run(limit=limit)
        return started

    def orchestration(self, instance_id: str) -> AsyncOrchestration:
        """Find an orchestration; see :meth:`TestClient.orchestration`."""
        from .durable import AsyncOrchestration

        durable = self._durable
        return AsyncOrchestration(durable.hub, durable.instance(instance_id), self._settled)

    def orchestrations(self) -> list[AsyncOrchestration]:
        """Give all orchestrations, in the order in which they were started."""
        return [self.orchestration(each) for each in self._durable.hub.instances]

    def entity(self, name: str, key: str) -> AsyncDurableEntity:
        """Find a durable entity, which need not exist yet."""
        from .durable import AsyncDurableEntity

        return AsyncDurableEntity(self._durable.hub, name, key, self._settled)

    async def request(
        self, method: str, url: str, **options: Unpack[RequestOptions]
    ) -> ClientResponse:
        """Send an HTTP request; see :meth:`TestClient.request`."""
        reached = self._reach(method, url, options)
        if isinstance(reached, ClientResponse):
            return await self._unreached(reached, method, url, options)
        attempts = await self._attempts(reached.call)
        return self._requests.response(reached, attempts[-1], self.cookies)
