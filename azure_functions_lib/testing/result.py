"""What a call of the test client gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from ..delivery.front import Reply, morsels, reply_of
from ..errors import InvalidPayloadError, InvocationError, described, preview
from ..http.content import media_type
from ..http.response import HttpResponse
from ..wire.datum import Datum, python_value
from ..wire.declaration import RETURN

if TYPE_CHECKING:
    from logging import LogRecord

    from typing_extensions import Self

    from ..context import Context
    from ..runtime.invocation import Invocation

__all__ = ["ClientResponse", "Result", "Sent"]


class Result:
    """What came of an invocation, as the host would receive it.

    Attributes:
        invocation: the invocation as the runtime gives it, with the values before they were
            encoded.
        attempts: all attempts that the function's retry policy has made, the last one among them.
    """

    __slots__ = ("attempts", "invocation")

    def __init__(self, *attempts: Invocation) -> None:
        self.attempts = attempts
        self.invocation = attempts[-1]

    @property
    def ok(self) -> bool:
        """Whether the function, and sending its values, succeeded."""
        return self.invocation.exception is None

    @property
    def exception(self) -> Exception | None:
        """What the function raised, or what its values gave rise to."""
        return self.invocation.exception

    @property
    def return_value(self) -> Any:
        """The return value after its way over the wire; see :attr:`outputs`."""
        return _decoded(RETURN, self.invocation.return_value)

    @property
    def outputs(self) -> dict[str, Any]:
        """What the output bindings were sent, by name, without those that were not set.

        Text and bytes are themselves, JSON is parsed, an HTTP response is an HttpResponse. The
        return value is :attr:`return_value`.

        Raises:
            InvalidPayloadError: what was sent as JSON is none (a ValueError).
        """
        return _outputs(self.invocation)

    @property
    def wire(self) -> Mapping[str, Datum]:
        """The payloads as they travel, by name; that of the return value under ``"$return"``."""
        return _wire(self.invocation)

    @property
    def logs(self) -> list[LogRecord]:
        """The log records that were made during the invocation."""
        return self.invocation.logs

    @property
    def context(self) -> Context:
        """The context that the function was given."""
        return self.invocation.context

    def raise_for_exception(self) -> None:
        """Raise :attr:`exception` if there is one."""
        self.invocation.raise_for_exception()

    def __repr__(self) -> str:
        state = "ok" if self.ok else repr(self.exception)
        return f"<Result of {self.invocation.function_name!r}: {state}>"


def _decoded(name: str, datum: Datum | None) -> Any:
    if datum is not None and datum.type == "http":
        return ClientResponse._of(partial(reply_of, datum), datum, None)
    try:
        return python_value(datum)
    except ValueError as error:
        raise InvalidPayloadError.of(
            f"output {name!r}",
            "value",
            came=preview(datum.value if datum else None),
            expected=f"JSON, as the payload says it is ({error})",
        ) from None


def _outputs(invocation: Invocation) -> dict[str, Any]:
    return {name: _decoded(name, datum) for name, datum in invocation.outputs.items()}


def _wire(invocation: Invocation) -> dict[str, Datum]:
    wire = dict(invocation.outputs)
    if invocation.return_value is not None:
        wire[RETURN] = invocation.return_value
    return wire


class Sent(NamedTuple):
    """The request that a response answers.

    Attributes:
        method: the method, in upper case.
        url: the absolute URL.
        hint: why no function was reached, and what would; empty where one was.
    """

    method: str = ""
    url: str = ""
    hint: str = ""


class ClientResponse(HttpResponse):
    """A response as it was sent on the wire, and what else the function did.

    Attributes:
        invocation: the invocation; None when no function was reached, as for status 404.
    """

    __slots__ = ("_datum", "_reply", "_sent", "invocation")

    _datum: Datum | None
    _reply: Callable[[], Reply]
    _sent: Callable[[], Sent]
    invocation: Invocation | None

    # A slot that is still empty is filled from the reply when it is first asked for.

    @classmethod
    def _of(
        cls,
        reply: Callable[[], Reply],
        datum: Datum | None,
        invocation: Invocation | None,
        sent: Callable[[], Sent] = Sent,
    ) -> ClientResponse:
        response = cls.__new__(cls)
        response._reply = reply
        response._datum = datum
        response.invocation = invocation
        response._sent = sent
        return response

    if not TYPE_CHECKING:

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.invocation = self._datum = None
            self._sent = Sent

        def __getattr__(self, name: str) -> Any:
            if name not in HttpResponse.__slots__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            self._read()
            return object.__getattribute__(self, name)

    def _read(self) -> None:
        self._status_code, self._headers, self._body = self._reply()
        self._mimetype, options = media_type(
            next((value for name, value in self._headers if name.lower() == "content-type"), None)
        )
        self._charset = options.get("charset", "utf-8")

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status_code < 400

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return 200 <= self.status_code < 300

    @property
    def reason_phrase(self) -> str:
        """The usual phrase for the status (RFC 9110), such as ``"Not Found"``; empty for others."""
        try:
            return HTTPStatus(self.status_code).phrase
        except ValueError:
            return ""

    @property
    def url(self) -> str:
        """The absolute URL that was asked for; empty for a response among the outputs."""
        return self._sent().url

    @property
    def hint(self) -> str:
        """Why the request has reached no function; empty where it has.

        For 404 these are the routes that exist, for 405 the methods that they answer. A host does
        not tell: the body is empty.
        """
        return self._sent().hint

    @property
    def elapsed(self) -> timedelta:
        """How long the function took; zero when none was reached."""
        return timedelta(seconds=0.0 if self.invocation is None else self.invocation.duration)

    def raise_for_status(self) -> Self:
        """Give the response itself, unless its status is 400 or more.

        Raises:
            InvocationError: it is; the message has request, status, hint and the beginning of the
                body. Its cause is what the function raised.
        """
        if self.ok:
            return self
        raise InvocationError(self._description() + self._beginning()) from self.exception

    def _description(self) -> str:
        sent, why = self._sent(), ""
        if sent.hint:
            why = f": {sent.hint}"
        elif self.exception is not None:
            why = f": the function raised {described(self.exception)}"
        status = f"{self.status_code} {self.reason_phrase}".rstrip()
        url = sent.url.partition("?")[0]  # the query may hold a key
        return f"{status} for {sent.method} {url}{why}" if url else f"{status}{why}"

    def _beginning(self) -> str:
        return f". The body is {preview(self.content, 200)}" if self.content else ""

    def __repr__(self) -> str:
        return f"<ClientResponse {self._description()}>"

    @property
    def content(self) -> bytes:
        """The body."""
        return self.get_body()

    def iter_lines(self) -> Iterator[str]:
        """Give the lines of the body's text without what ends them, as of server-sent events.

        Raises:
            InvalidPayloadError: the body is not text in its charset (a ValueError).
        """
        yield from self.text.splitlines()

    def json(self) -> Any:
        """Parse the body as JSON.

        Raises:
            ValueError: the body is empty, is not JSON, or nests too deeply to be read.
        """
        return self.get_json()

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that the response sets, by name."""
        return {morsel.key: morsel.coded_value for morsel in morsels(self._datum)}

    @property
    def outputs(self) -> dict[str, Any]:
        """What the function's other outputs were sent, by name; see :attr:`Result.outputs`."""
        if self.invocation is None:
            return {}
        outputs = _outputs(self.invocation)
        return {name: value for name, value in outputs.items() if type(value) is not ClientResponse}

    @property
    def wire(self) -> Mapping[str, Datum]:
        """The payloads as they travel, by name; see :attr:`Result.wire`."""
        return {} if self.invocation is None else _wire(self.invocation)

    @property
    def logs(self) -> list[LogRecord]:
        """The log records that were made during the invocation."""
        return [] if self.invocation is None else self.invocation.logs

    @property
    def exception(self) -> Exception | None:
        """What the function raised; the status is then 500."""
        return None if self.invocation is None else self.invocation.exception

    def raise_for_exception(self) -> None:
        """Raise :attr:`exception` if there is one."""
        if self.invocation is not None:
            self.invocation.raise_for_exception()
