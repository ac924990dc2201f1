"""A decorated function keeps its parameters and return type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from typing_extensions import assert_type

import azure_functions_lib as func

app = func.FunctionApp()
blueprint = func.Blueprint()


@app.function_name("named")
@app.retry("fixed_delay", "3", delay_interval="00:00:10")
@app.queue_output("out", "q", "C")
@app.queue_trigger(arg_name="msg", queue_name="q", connection="C")
def plain(msg: func.QueueMessage, times: int = 1) -> str:
    return msg.get_body().decode() * times


@blueprint.route("items/{id}", methods=["GET", func.HttpMethod.POST], auth_level="anonymous")
async def coroutine(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("")


@app.mcp_tool()
@app.mcp_tool_property("a", "the first", func.McpPropertyType.INTEGER)
def tool(a: int, b: str = "") -> list[str]:
    return [b] * a


@app.on_startup
def start() -> int:
    return 1


@app.middleware
async def around(context: func.Context, call_next: Callable[[func.Context], Awaitable[str]]) -> str:
    return await call_next(context)


class Holder:
    @app.timer_trigger("timer", "0 * * * * *")
    @staticmethod
    def static(timer: func.TimerRequest) -> bool:
        return timer.past_due


message = func.QueueMessage(body=b"a")
assert_type(plain(message, times=2), str)
assert_type(tool(1, b="x"), list[str])
assert_type(start(), int)
assert_type(plain.build().get_user_function()(message), str)

assert_type(Holder.static(func.TimerRequest()), bool)
assert_type(plain.build("anonymous").get_function_json(), str)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
wrong: Callable[[str], str] = plain  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

as_callable: Callable[[func.QueueMessage, int], str] = plain
as_awaitable: Callable[[func.HttpRequest], Awaitable[func.HttpResponse]] = coroutine

plain("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
plain(message, 1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
plain(message, other=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
tool()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def awaiting() -> None:
    assert_type(await coroutine(func.HttpRequest("GET", "/", body=b"")), func.HttpResponse)


number: int = plain(message)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
