"""The client that calls an app's functions as the host would, without a host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..errors import InvocationError
from ..runtime.invoker import arguments
from ..runtime.runtime import Runtime
from .base import BaseClient
from .clock import Clock
from .result import ClientResponse, Result
from .waitless import now

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..context import TraceContext
    from ..delivery.call import Call
    from ..runtime.invocation import Invocation
    from .durable import DurableEntity, Orchestration
    from .requests import RequestOptions

__all__ = ["TestClient"]


class TestClient(BaseClient[ClientResponse]):
    """Calls the functions of an app as the host would; used as a context manager.

    ::

        with TestClient(app) as client:
            response = client.get("/api/items/7")
            result = client.invoke("process", msg=QueueMessage("text"))

    Opening it loads the app, finds all problems and runs the startup hooks; closing it runs the
    shutdown hooks and puts environment, modules and logging back as they were. Plain functions run
    in the calling thread.

    Args:
        app: the app's folder, of either programming model, or ``function_app.py``; a module; an
            app object; or a loaded app, which stays loaded. A folder's code may also import
            ``azure.functions``, which is this library unless it has been imported before.
        settings: application settings, which win over those of the environment and of
            ``local.settings.json``.
        local_settings: whether ``local.settings.json`` is read.
        validate: whether opening raises when anything is wrong with the app. If not, a function
            with problems raises when it is called.
        raise_exceptions: whether a call raises what the function raises. If not, it is the
            result's ``exception``, and for HTTP the status is 500.
        keys: the access keys by name, which are then asked for as their functions' ``auth_level``
            says: that of a function under its name, a host key under ``"default"`` or any other
            name, the master key under ``"_master"``. None asks for no keys, as the local host.
        base_url: what stands before a path.
        headers: headers of every request.
        cookies: cookies of every request; ``cookies`` then also holds what responses set.
        log_limit: how many log records of one invocation are kept; a last one tells how many more
            there were.
        now: the time that :attr:`clock` shows first, aware; that of this machine by default.

    Attributes:
        cookies: the cookies that requests carry, by name. A response adds and removes some;
            domain and path are not looked at.

    Raises:
        InvalidValueError: a keyword or the type of an argument is wrong (a TypeError and
            ValueError).
        AppError: there is no such app.
        FunctionLoadError: when it is opened: the app has problems; the message lists them all.
    """

    def __enter__(self) -> Self:
        loaded = self._load()
        runtime = Runtime(loaded, inline=True, log_limit=self._log_limit)
        try:
            self._runtime = runtime.__enter__()
        except BaseException:
            self._close(loaded)
            raise
        if self._has_durable_client():
            runtime.complete(self._durable.endpoint.start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        loaded, runtime = self.app, self._runtime
        try:
            if runtime is not None:
                if self._has_durable_client():
                    runtime.complete(self._durable.endpoint.stop())
                runtime.__exit__(kind, error, trace)
        finally:
            self._close(loaded)

    if not TYPE_CHECKING:

        def __aenter__(self) -> None:
            raise InvocationError(
                "a TestClient is opened by 'with TestClient(app) as client'. In an asynchronous "
                "test take AsyncTestClient"
            )

        __aexit__ = None  # which Python looks for before it calls the other

    @property
    def clock(self) -> Clock:
        """The time, which stands still until it is moved; timers go by it."""
        return Clock(self)

    def _run(self, call: Call) -> Invocation:
        return self._connected(call).run(call.function, **arguments(call))

    def _made(self, call: Call) -> Sequence[Invocation]:
        """Do what :meth:`_attempts` does; where nothing is waited for, in 0.5 µs of 12 less."""
        if "_durable" in self.__dict__ or self._retries(call):
            return now(self._attempts(call))
        invocation = self._run(call)
        self._store(call, invocation)
        self._raise(invocation)
        return (invocation,)

    def _settle(self) -> None:
        now(self._settled())

    def invoke(
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
        """Invoke a function.

        Args:
            name: the function's name.
            payload: the trigger's value, if it is not given by name: a value of the trigger's
                type, a list for a batch, a body, a payload of :mod:`.events`, or a Datum.
            metadata: trigger metadata by its wire names, which wins over the payload's.
            inputs: values of input bindings by name; None for something that does not exist.
            retry_count: how many attempts have failed before.
            max_retry_count: how many retries the policy allows.
            retry_exception: what the attempt before raised.
            invocation_id: the id; a new UUID by default.
            trace_context: the distributed trace that the invocation belongs to.
            values: the values of trigger and inputs by the names of their bindings.

        Raises:
            InvocationError: there is no such function, or a value is missing or too many.
            InvalidValueError: an argument is of a wrong type (a TypeError and ValueError).
            Exception: what the function raised, unless the client was told otherwise.
        """
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
        return Result(*self._made(call))

    def drain(self, name: str | None = None, *, limit: int = 100) -> list[Result]:
        """Deliver what waits in a queue, topic, event hub or container until nothing is left.

        What is sent while that goes on is delivered too. The host's rules hold: what fails is
        delivered again, with a higher dequeue count, until it has failed ``maxDequeueCount`` times
        and goes to the poison queue (ten times and the dead-letter queue for Service Bus; a batch
        of events stays until it succeeds). The clock jumps over the waits.

        Args:
            name: the name of the queue, topic, event hub or container; by None all.
            limit: how many deliveries there may be.

        Returns:
            the results, in order.

        Raises:
            InvocationError: no function is triggered by it, or the limit is reached.
            Exception: what a function raised, unless the client was told otherwise. Its message is
                back in the queue, or has gone to the poison queue if that was the last time.
        """
        return now(self._drained(name, limit))

    def start_orchestration(
        self, name: str, input: Any = None, *, instance_id: str | None = None
    ) -> Orchestration:
        """Start an orchestration, and let it go on until it waits for time or an event.

        Args:
            name: the orchestrator's name.
            input: its input, which has a JSON form.
            instance_id: its id; a new one by default.

        Raises:
            InvocationError: there is no such orchestrator, the id is that of an instance that has
                not ended, or azure-functions-durable is not of version 1.
            InvalidValueError: the input has no JSON form (a TypeError and ValueError).
        """
        started = self.orchestration(self._durable.start(name, input, instance_id))
        self._settle()
        return started

    def run_orchestration(
        self,
        name: str,
        input: Any = None,
        *,
        instance_id: str | None = None,
        events: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        limit: int = 1000,
    ) -> Orchestration:
        """Run an orchestration to its end; the clock jumps over what it waits for.

        What orchestrator, activities or entities raise is not raised here: the orchestration then
        has the status ``"Failed"``.

        Args:
            name: the orchestrator's name.
            input: its input, which has a JSON form.
            instance_id: its id; a new one by default.
            events: the data of the external events that are raised before time passes, by name;
                or pairs of these, where there are several of one name.
            limit: how many timers there may be.

        Raises:
            InvocationError: as for :meth:`start_orchestration`; the orchestration waits for an
                event that does not come, or does not end.
            InvalidValueError: the input, or the data of an event, has no JSON form.
        """
        started = self.orchestration(self._durable.start(name, input, instance_id, events))
        self._settle()
        started.run(limit=limit)
        return started

    def orchestration(self, instance_id: str) -> Orchestration:
        """Find an orchestration that a function, or the test, has started.

        Raises:
            InvocationError: there is none with this id.
        """
        from .durable import Orchestration

        durable = self._durable
        return Orchestration(durable.hub, durable.instance(instance_id), self._settle)

    def orchestrations(self) -> list[Orchestration]:
        """Give all orchestrations, in the order in which they were started."""
        return [self.orchestration(each) for each in self._durable.hub.instances]

    def entity(self, name: str, key: str) -> DurableEntity:
        """Find a durable entity, which need not exist yet."""
        from .durable import DurableEntity

        return DurableEntity(self._durable.hub, name, key, self._settle)

    def request(self, method: str, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send an HTTP request to the function that the host would give it to.

        Without such a function the status is 404, or 405 for another method; without a key that
        is asked for it is 401.

        Args:
            method: the method.
            url: the path, route prefix included, or a whole URL.
            params: query parameters besides those of the URL.
            headers: headers besides those of the client.
            content: a body as it is, text as UTF-8, without a content type.
            json: a value to send as JSON.
            data: a body, or the fields of a form.
            files: files to upload, by field name or as pairs: the content, or
                ``(filename, content)`` or ``(filename, content, content_type)``.
            cookies: cookies besides those of the client.
            inputs: values of input bindings by name; None for something that does not exist.
            invocation_id: the invocation's id; a new UUID by default.
            trace_context: the distributed trace that the invocation belongs to.

        Raises:
            InvocationError: an input has no value, or a value no input.
            InvalidValueError: the request cannot be made (a TypeError and ValueError).
            Exception: what the function raised, unless the client was told otherwise.
        """
        reached = self._reach(method, url, options)
        if isinstance(reached, ClientResponse):
            return now(self._unreached(reached, method, url, options))
        attempts = self._made(reached.call)
        return self._requests.response(reached, attempts[-1], self.cookies)
