from collections.abc import Generator
from typing import Any

import azure_functions_lib as func

app = func.FunctionApp()


@app.route(
    "my_function",
    methods=["POST"],
    auth_level=func.AuthLevel.FUNCTION,
)
@app.durable_client_input("client")
async def my_function(req: func.HttpRequest, client: Any) -> func.HttpResponse:
    instance_id = await client.start_new("my_function_orchestrator")
    response: func.HttpResponse = client.create_check_status_response(req, instance_id)
    return response


@app.orchestration_trigger("context")
def my_function_orchestrator(context: Any) -> Generator[Any, Any, list[str]]:
    first = yield context.call_activity("my_function_activity", "Oslo")
    second = yield context.call_activity("my_function_activity", "Lima")
    return [first, second]


@app.activity_trigger("city")
def my_function_activity(city: str) -> str:
    return f"Hello, {city}!"
