"""Agents, given to functions and to orchestrations."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.agents.extensions import base

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
base.configure_app(app, provider="echo")


@app.route(route="ask/{name}")
@base.markdown_agent(app, provider="echo", arg_name="agent", agent_name="helper")
async def ask(req: func.HttpRequest, agent: object, context: func.Context) -> str:
    return f"{agent} for {req.route_params['name']}"


@app.queue_trigger(arg_name="msg", queue_name="asked", connection="AzureWebJobsStorage")
@base.markdown_agent(app, provider="echo", arg_name="agent", agent_name="helper")
async def on_asked(msg: func.QueueMessage, agent: object) -> None:
    assert agent, msg.get_body()


base.configure_durable_app(app)


@base.durable_orchestration_trigger(
    app, sdk_decorator=app.orchestration_trigger, context_name="context"
)
def greet(context):
    answer = yield context.call_activity("say", context.get_input())
    return answer
