"""The client that calls an app's functions as the host would, without a host."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..app.loaded import LoadedApp
from ..bindings import Channel, binding_type
from ..context import TraceContext
from ..delivery.call import Call
from ..errors import AppError, AzureFunctionsError, FunctionLoadError, InvocationError, preview
from ..runtime.invoker import arguments
from ..runtime.logs import LOG_LIMIT
from ..runtime.runtime import Runtime
from ..wire.datum import Datum
from .result import ClientResponse, Result

if TYPE_CHECKING:
    from typing_extensions import Self, TypedDict, Unpack

    from ..app.loaded import LoadedFunction
    from ..delivery.front import Accepted
    from ..http.headers import HeaderSource
    from ..runtime.invocation import Invocation
    from ..wire.declaration import Binding
    from .deliveries import Deliveries
    from .durable import (
        AsyncDurableEntity,
        AsyncOrchestration,
        Durable,
        DurableEntity,
        Orchestration,
    )
    from .places import BlobPlace, QueuePlace, TablePlace
    from .requests import Requests

    class RequestOptions(TypedDict, total=False):
        """What a request can be given besides method and URL; see :meth:`TestClient.request`."""

        params: Mapping[str, Any] | Iterable[tuple[str, Any]] | None
        headers: HeaderSource | None
        content: str | bytes | Iterable[bytes] | None
        json: Any
        data: str | bytes | Mapping[str, Any] | None
        files: Mapping[str, Any] | Iterable[tuple[str, Any]] | None
        cookies: Mapping[str, str] | None
        inputs: Mapping[str, Any] | None
        invocation_id: str | None
        trace_context: TraceContext | None


__all__ = ["AsyncTestClient", "TestClient"]

failures: deque[Invocation] = deque(maxlen=10)
"""The last invocations that failed, for the pytest plugin's report."""


def is_durable_client(binding: Binding) -> bool:
    """Whether a binding hands a function a client of orchestrations."""
    return binding_type(binding.type).event == "durable_client"


class _Client:
    """What both clients share: all but waiting for an invocation."""

    __test__ = False  # pytest takes classes of this name for tests

    def __init__(
        self,
        app: Any,
        *,
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
    ) -> None:
        self._given = app
        self._start = now
        self._settings = settings
        self._local_settings = local_settings
        self._validate = validate
        self._raises = raise_exceptions
        self._keys = keys
        self._log_limit = log_limit
        self._base_url = base_url.rstrip("/")
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
            from ..app.problem import errors
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
        from ..app.loader import load_app

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
        self.__dict__.pop("_requests", None)
        self.__dict__.pop("_deliveries", None)
        self.__dict__.pop("_durable", None)
        if loaded is not self._given:
            loaded.close()
        self._undo.close()

    @cached_property
    def _requests(self) -> Requests:
        from .requests import Requests

        return Requests(self.app, self._base_url, self._headers, self._keys, self._inputs)

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
            lambda name, payload: self._call(name, (payload,), {}),
            self._run,
            self._run_on_loop,
            self._performed,
        )

    def _has_durable_client(self) -> bool:
        """Whether a function may call the task hub by its endpoint."""
        return any(
            is_durable_client(binding)
            for function in self.app.functions.values()
            for binding in function.inputs
        )

    def _stops(self, until: datetime) -> Iterator[datetime]:
        """Give the times of the timers of orchestrations that fire before a time, then that."""
        durable: Durable | None = self.__dict__.get("_durable")
        if durable is not None:
            while (due := durable.hub.next_timer()) is not None and due < until:
                yield due
        yield until

    async def _settled(self) -> None:
        """Let the orchestrations go on, if there is a task hub."""
        durable: Durable | None = self.__dict__.get("_durable")
        if durable is not None:
            await durable.settle()

    def _run(self, call: Call) -> Any:
        """Make one call: an Invocation, or what gives one when it is awaited."""
        raise NotImplementedError

    async def _run_on_loop(self, call: Call) -> Invocation:
        runtime = self._connected(call)
        return await runtime.invoke(call.function, **arguments(call))

    def _connected(self, call: Call) -> Runtime:
        """Give the runtime for a call, whose durable clients know the task hub."""
        if "_durable" in self.__dict__:
            self._durable.connect(call)
        runtime = self._runtime
        assert runtime is not None  # without one no call is made
        return runtime

    # -- Places of its storage

    def queue(self, name: str) -> QueuePlace:
        """A queue, topic, event hub or Kafka topic: what waits there, and a way to send.

        Args:
            name: its name; of a dead-letter queue ``"<queue>/$deadletterqueue"`` or
                ``"<topic>/subscriptions/<subscription>/$deadletterqueue"``.
        """
        from .places import QueuePlace

        return QueuePlace(self._deliveries, name)

    def blob(self, path: str) -> BlobPlace:
        """A blob, to be read, written or deleted.

        Args:
            path: its container and name, such as ``"totals/may.csv"``.

        Raises:
            DeclarationError: the path has no container, or no name.
        """
        from .places import BlobPlace

        return BlobPlace(self._deliveries, path)

    def table(self, name: str) -> TablePlace:
        """A table: its rows, and a way to add some."""
        from .places import TablePlace

        return TablePlace(self._deliveries, name)

    def _inputs(
        self, function: LoadedFunction, call: Call, given: Mapping[str, Any]
    ) -> dict[str, Datum]:
        """Give the payloads of a function's inputs; what a test does not give, storage may have."""
        from ..delivery.payloads import input_datums

        values = dict(given)
        if any(self._has_channel(each) and each.name not in given for each in function.inputs):
            from .memory import now

            stored = now(self._deliveries.dispatcher.stored_inputs(function, call, given))
            values.update(stored)
        return input_datums(function, values)

    @staticmethod
    def _has_channel(binding: Binding) -> bool:
        """Whether storage, or a service that is not reached, has a part in a binding."""
        return binding_type(binding.type).channel is not None

    def _retries(self, call: Call) -> bool:
        """Whether a policy decides how often the function is run, and not the test itself."""
        if not self._has_policy[call.function]:
            return False
        return not (call.retry_count or call.max_retry_count or call.retry_exception)

    def _function(self, name: Any) -> LoadedFunction:
        if not isinstance(name, str):
            known = ", ".join(map(repr, self.app.functions))
            raise InvocationError(f"got {preview(name)}; expected a function's name: {known}")
        try:
            return self.app.function(name)
        except AppError as error:
            raise InvocationError(str(error)) from None

    def _call(
        self,
        name: str,
        payloads: tuple[Any, ...],
        values: Mapping[str, Any],
        *,
        metadata: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
        retry_count: int = 0,
        max_retry_count: int = 0,
        retry_exception: Any = None,
        invocation_id: str | None = None,
        trace_context: TraceContext | None = None,
    ) -> Call:
        from ..delivery.events.common import metadata_of
        from ..delivery.payloads import MISSING, trigger_event

        function = self._function(name)
        trigger = function.trigger
        if trigger is None:
            raise InvocationError(f"function {function.name!r} has no trigger")
        given = {**(inputs or {}), **values}
        if len(payloads) > 1 or (payloads and trigger.name in given):
            raise InvocationError(
                f"function {function.name!r}: got several payloads for its trigger "
                f"{trigger.name!r}. Give one, a list for a batch, and inputs by name"
            )
        value = payloads[0] if payloads else given.pop(trigger.name, MISSING)
        if value is MISSING:
            self._check_names(function, trigger, values)
        event = trigger_event(trigger, value)
        if binding_type(trigger.type).channel is Channel.BLOB:
            from ..delivery.occasions import with_captures

            event = with_captures(trigger, event, os.environ)
        data = Datum(None, None) if event.data is None else event.data
        trace = trace_context or TraceContext()
        call = Call(
            function.name,
            {trigger.name: data},
            {**event.metadata, **metadata_of(metadata)},
            invocation_id,
            trace.trace_parent,
            trace.trace_state,
            trace.attributes,
            retry_count,
            max_retry_count,
            retry_exception,
        )
        if function.inputs or given:
            inputs = self._inputs(function, call, {**event.inputs, **given})
            call.payloads = {trigger.name: data, **inputs}
        return call

    @staticmethod
    def _check_names(function: LoadedFunction, trigger: Binding, values: Mapping[str, Any]) -> None:
        """Say how a trigger's value is given to who has given values to what is no binding."""
        names = values.keys() - {binding.name for binding in function.bindings}
        if names:
            event = f"events.{binding_type(trigger.type).event}"
            raise InvocationError(
                f"function {function.name!r}: got a value for {min(names)!r}, which is none of its "
                f"bindings, and none for its trigger {trigger.name!r} ({trigger.type}). Give that "
                f"one: client.invoke({function.name!r}, {event}(...))"
            )

    def _request(self, method: str, url: str, options: Any) -> Accepted | ClientResponse:
        if not options and not self.cookies:
            return self._requests.plain(method, url)
        if self.cookies:
            options["cookies"] = {**self.cookies, **(options.get("cookies") or {})}
        return self._requests.reach(method, url, **options)

    @staticmethod
    def _is_managed(url: str) -> bool:
        """Whether a URL that no function has is a management URL of Durable Functions."""
        from ..delivery.events.durable import MANAGEMENT_PATH

        return f"{MANAGEMENT_PATH}/" in url

    async def _managed(self, method: str, url: str, options: Any) -> ClientResponse:
        reply = await self._durable.answer(method, url, options)
        await self._settled()
        return ClientResponse._of(lambda: reply, None, None)

    def _result(self, call: Call, attempts: Sequence[Invocation]) -> Result:
        __tracebackhide__ = True
        self._check(call, attempts)
        return Result(*attempts)

    def _response(self, accepted: Accepted, attempts: Sequence[Invocation]) -> ClientResponse:
        __tracebackhide__ = True
        self._check(accepted.call, attempts)
        return self._requests.response(accepted, attempts[-1], self.cookies)

    def _delivered(self, attempts: Sequence[Invocation]) -> Result:
        __tracebackhide__ = True
        self._raise(attempts[-1])
        return Result(*attempts)

    def _check(self, call: Call, attempts: Sequence[Invocation]) -> None:
        """Store what an invocation has sent, unless a policy has seen to that; raise if it failed.

        The host has it stored before anybody gets an answer.
        """
        __tracebackhide__ = True
        invocation = attempts[-1]
        self._store(call, invocation)
        self._raise(invocation)

    def _performed(self, call: Call, invocation: Invocation) -> None:
        """Store what a function of an orchestration has sent; that sees to its exception."""
        self._store(call, invocation)
        if invocation.exception is not None:
            failures.append(invocation)

    def _store(self, call: Call, invocation: Invocation) -> None:
        if invocation.exception is None and (
            invocation.outputs
            or ((answer := invocation.return_value) is not None and answer.type != "http")
        ):
            function = self.app.function(call.function)
            sends = any(self._has_channel(binding) for binding in function.bindings)
            if sends and not self._retries(call):
                from .memory import now

                try:
                    now(self._deliveries.dispatcher.store(function, call, invocation))
                except AzureFunctionsError as error:
                    invocation.exception = error

    def _raise(self, invocation: Invocation) -> None:
        __tracebackhide__ = True
        if invocation.exception is not None:
            failures.append(invocation)
            if self._raises:
                raise invocation.exception


class TestClient(_Client):
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

    @property
    def clock(self) -> Clock:
        """The time, which stands still until it is moved; timers go by it."""
        return Clock(self)

    def _run(self, call: Call) -> Invocation:
        return self._connected(call).run(call.function, **arguments(call))

    def _runs(self, call: Call) -> Sequence[Invocation]:
        if not self._retries(call):
            return (self._run(call),)
        from .memory import now

        return now(self._deliveries.run(self.app.function(call.function), call))

    def _settle(self) -> None:
        if "_durable" in self.__dict__:
            from .memory import now

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
            Exception: what the function raised, unless the client was told otherwise.
        """
        __tracebackhide__ = True
        call = self._call(
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
        attempts = self._runs(call)
        self._settle()
        return self._result(call, attempts)

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
        __tracebackhide__ = True
        from .memory import now

        sources = self._deliveries.sources(name)
        results: list[Result] = []
        while attempts := now(self._deliveries.deliver_next(sources, len(results), limit)):
            self._settle()
            results.append(self._delivered(attempts))
        return results

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
        __tracebackhide__ = True
        reached = self._request(method, url, options)
        if isinstance(reached, ClientResponse):
            if self._is_managed(url):
                from .memory import now

                return now(self._managed(method, url, options))
            return reached
        attempts = self._runs(reached.call)
        self._settle()
        return self._response(reached, attempts)

    def get(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a GET request; see :meth:`request`."""
        __tracebackhide__ = True
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a POST request; see :meth:`request`."""
        __tracebackhide__ = True
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a PUT request; see :meth:`request`."""
        __tracebackhide__ = True
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a PATCH request; see :meth:`request`."""
        __tracebackhide__ = True
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a DELETE request; see :meth:`request`."""
        __tracebackhide__ = True
        return self.request("DELETE", url, **options)

    def head(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a HEAD request; see :meth:`request`."""
        __tracebackhide__ = True
        return self.request("HEAD", url, **options)

    def options(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a OPTIONS request; see :meth:`request`."""
        __tracebackhide__ = True
        return self.request("OPTIONS", url, **options)


class AsyncTestClient(_Client):
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

    @property
    def clock(self) -> AsyncClock:
        """The time, which stands still until it is moved; timers go by it."""
        return AsyncClock(self)

    async def _run(self, call: Call) -> Invocation:
        return await self._run_on_loop(call)

    async def _runs(self, call: Call) -> Sequence[Invocation]:
        if not self._retries(call):
            return (await self._run(call),)
        return await self._deliveries.run(self.app.function(call.function), call)

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
        __tracebackhide__ = True
        call = self._call(
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
        attempts = await self._runs(call)
        await self._settled()
        return self._result(call, attempts)

    async def drain(self, name: str | None = None, *, limit: int = 100) -> list[Result]:
        """Deliver what waits until nothing is left; see :meth:`TestClient.drain`."""
        __tracebackhide__ = True
        sources = self._deliveries.sources(name)
        results: list[Result] = []
        while attempts := await self._deliveries.deliver_next(sources, len(results), limit):
            await self._settled()
            results.append(self._delivered(attempts))
        return results

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
        __tracebackhide__ = True
        reached = self._request(method, url, options)
        if isinstance(reached, ClientResponse):
            if self._is_managed(url):
                return await self._managed(method, url, options)
            return reached
        attempts = await self._runs(reached.call)
        await self._settled()
        return self._response(reached, attempts)

    async def get(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a GET request; see :meth:`TestClient.request`."""
        __tracebackhide__ = True
        return await self.request("GET", url, **options)

    async def post(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a POST request; see :meth:`TestClient.request`."""
        __tracebackhide__ = True
        return await self.request("POST", url, **options)

    async def put(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a PUT request; see :meth:`TestClient.request`."""
        __tracebackhide__ = True
        return await self.request("PUT", url, **options)

    async def patch(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a PATCH request; see :meth:`TestClient.request`."""
        __tracebackhide__ = True
        return await self.request("PATCH", url, **options)

    async def delete(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a DELETE request; see :meth:`TestClient.request`."""
        __tracebackhide__ = True
        return await self.request("DELETE", url, **options)

    async def head(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a HEAD request; see :meth:`TestClient.request`."""
        __tracebackhide__ = True
        return await self.request("HEAD", url, **options)

    async def options(self, url: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a OPTIONS request; see :meth:`TestClient.request`."""
        __tracebackhide__ = True
        return await self.request("OPTIONS", url, **options)


class _Clock:
    """What both clocks share: telling the time."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def now(self) -> datetime:
        """Give the time, in UTC."""
        deliveries: Deliveries = self._client._deliveries
        return deliveries.clock.now()

    def _span(self, when: datetime) -> timedelta:
        if not isinstance(when, datetime) or when.tzinfo is None:
            raise InvocationError(
                f"a clock was to be moved to {preview(when)}; expected an aware "
                "datetime, such as datetime(2026, 1, 1, tzinfo=timezone.utc)"
            )
        return when - self.now()

    def _target(self, span: timedelta | None, units: dict[str, float]) -> datetime:
        try:
            when = self.now() + (timedelta() if span is None else span) + timedelta(**units)
        except TypeError as error:
            came = preview(span) if span is not None else ", ".join(units)
            raise InvocationError(
                f"a clock was to be advanced by {came}; expected a timedelta, or days, hours, "
                f"minutes, seconds by name ({error})"
            ) from None
        if when < self.now():
            raise InvocationError(f"a clock was to be set back, to {when}. It only goes on")
        return when


class Clock(_Clock):
    """The clock of a :class:`TestClient`, which stands still until it is moved."""

    def advance(self, span: timedelta | None = None, /, **units: float) -> list[Result]:
        """Let time pass: run the timers whose time comes, in order.

        Args:
            span: how much time.
            units: or ``days``, ``hours``, ``minutes``, ``seconds``, as for a timedelta.

        Returns:
            the results of the timers' functions.

        Raises:
            InvocationError: the time would go back.
            Exception: what a function raised, unless the client was told otherwise. The clock then
                stands at that time, and goes on when it is advanced again.
        """
        __tracebackhide__ = True
        return self.move_to(self._target(span, units))

    def move_to(self, when: datetime) -> list[Result]:
        """Let time pass until ``when``, an aware time; see :meth:`advance`."""
        __tracebackhide__ = True
        from .memory import now

        until = self._target(self._span(when), {})
        results: list[Result] = []
        for stop in self._client._stops(until):
            while attempts := now(self._client._deliveries.fire_next(stop)):
                self._client._settle()
                results.append(self._client._delivered(attempts))
            self._client._settle()
        return results


class AsyncClock(_Clock):
    """The clock of an :class:`AsyncTestClient`; see :class:`Clock`."""

    async def advance(self, span: timedelta | None = None, /, **units: float) -> list[Result]:
        """Let time pass; see :meth:`Clock.advance`."""
        __tracebackhide__ = True
        return await self.move_to(self._target(span, units))

    async def move_to(self, when: datetime) -> list[Result]:
        """Let time pass until ``when``; see :meth:`Clock.move_to`."""
        __tracebackhide__ = True
        until = self._target(self._span(when), {})
        results: list[Result] = []
        for stop in self._client._stops(until):
            while attempts := await self._client._deliveries.fire_next(stop):
                await self._client._settled()
                results.append(self._client._delivered(attempts))
            await self._client._settled()
        return results
