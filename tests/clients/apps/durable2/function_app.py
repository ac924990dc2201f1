"""An app of Durable Functions 2: an orchestrator, an activity, an entity and a starter."""

from dataclasses import dataclass

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@dataclass
class City:
    name: str

    def to_json(self) -> dict:
        return {"name": self.name}

    @classmethod
    def from_json(cls, data: dict) -> "City":
        return cls(data["name"])


@app.orchestration_trigger(context_name="context")
def greet(context):
    first = yield context.call_activity("say", context.get_input())
    second = yield context.call_activity("say", "Tromsø")
    return [first, second]


@app.activity_trigger(input_name="city")
def say(city: str) -> str:
    return f"Hello {city}"


@app.activity_trigger(input_name="city")
async def found(city: City) -> City:
    return City(city.name.upper())


@app.entity_trigger(context_name="context")
def counter(context):
    value = context.get_state(lambda: 0)
    if context.operation_name == "add":
        value += context.get_input()
    context.set_state(value)
    context.set_result(value)


@app.route(route="start/{name}")
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client) -> func.HttpResponse:
    return client.create_check_status_response(req, "abc")
