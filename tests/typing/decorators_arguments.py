"""Decorators take the arguments that they declare, and no others."""

from __future__ import annotations

from datetime import datetime, time

from typing_extensions import assert_type

import azure_functions_lib as func

app = func.FunctionApp("anonymous")
func.FunctionApp(http_auth_level=func.AuthLevel.ADMIN)

app.timer_trigger("timer", "0 */5 * * * *", run_on_startup=True)
app.schedule(arg_name="timer", schedule="0 */5 * * * *", use_monitor=False)
app.blob_trigger("blob", "c/{name}", "C", source=func.BlobSource.EVENT_GRID, data_type="binary")
app.cosmos_db_trigger("docs", "C", "db", "c", start_from_time=time(1), start_from_beginning=True)
app.cosmos_db_trigger("docs", "C", "db", "c", start_from_time=datetime(2020, 1, 1))
app.kafka_trigger("event", "t", "b", protocol="saslssl", cardinality=func.Cardinality.MANY)
app.generic_trigger("x", "custom", any_key=1, other_key=["a"])
app.embeddings_input("x", "text", func.InputType.RawText, func.OpenAIModels.DefaultChatModel.value)
app.mcp_prompt_trigger("x", "p", prompt_arguments=[func.PromptArgument("a")])
app.route(trigger_extra_fields={"a": 1})
func.WsgiFunctionApp(object(), root_path="/api").on_shutdown(lambda: None)
app.register_functions(func.Blueprint())
func.Blueprint().register_blueprint(func.Blueprint())

assert_type(app.auth_level, func.AuthLevel)

app.queue_trigger("msg", "q")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
app.queue_trigger(1, "q", "C")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
app.timer_trigger("t")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
app.table_input("t", "C", "t", more=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
app.route(methods=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
app.retry("fixed_delay", 3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
app.no_such_trigger("x")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
app.route()(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
func.Blueprint().get_functions()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
func.AsgiFunctionApp(object(), "admin", "web", "/api")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def needs_an_argument(argument: int) -> None: ...


app.on_startup(needs_an_argument)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
app.on_shutdown(5)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
app.middleware(needs_an_argument)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
app.retry("fixed_delay", "3")(needs_an_argument)("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
