"""Dapr, and bindings that are declared by their type: SignalR and Web PubSub."""

import json
import logging

import azure.functions as func

app = func.FunctionApp()


@app.function_name(name="create_order")
@app.dapr_service_invocation_trigger(arg_name="order_payload", method_name="CreateNewOrder")
@app.dapr_state_output(arg_name="saved_state", state_store="%StateStore%", key="order")
def create_order(order_payload: str, saved_state: func.Out[str]) -> None:
    logging.info("order %s", order_payload)
    saved_state.set(json.dumps({"value": json.loads(order_payload)["data"]}))


@app.dapr_topic_trigger(arg_name="topic_event", pub_sub_name="pub", topic="A", route="A")
@app.dapr_publish_output(arg_name="pub_event", pub_sub_name="pub", topic="B")
def transfer(topic_event: str, pub_event: func.Out[bytes]) -> None:
    pub_event.set(
        json.dumps({"payload": "transferred " + json.loads(topic_event)["data"]}).encode()
    )


@app.dapr_binding_trigger(arg_name="queue_message", binding_name="kafka")
@app.dapr_secret_input(
    arg_name="secret_value", secret_store_name="store", key="k", metadata="metadata.namespace=d"
)
def on_binding(queue_message: str, secret_value) -> None:
    assert [queue_message, secret_value] == ["m", '{"k": "s"}']


@app.route(route="negotiate", auth_level=func.AuthLevel.ANONYMOUS, methods=["POST"])
@app.generic_input_binding(
    arg_name="connection_info",
    type="signalRConnectionInfo",
    hub_name="chat",
    connection_string_setting="SignalR",
)
def negotiate(req: func.HttpRequest, connection_info) -> func.HttpResponse:
    return func.HttpResponse(connection_info)


@app.timer_trigger(schedule="*/10 * * * * *", arg_name="ten_seconds")
@app.generic_output_binding(
    arg_name="signal_messages", type="signalR", hub_name="chat", connection_string_setting="SignalR"
)
def broadcast(ten_seconds: func.TimerRequest, signal_messages: func.Out[str]) -> None:
    signal_messages.set(json.dumps({"target": "news", "arguments": [ten_seconds.past_due]}))


@app.generic_trigger(
    arg_name="request",
    type="webPubSubTrigger",
    hub="chat",
    event_name="message",
    event_type="user",
    data_type=func.DataType.STRING,
)
def on_chat(request) -> None:
    assert json.loads(request)["data"] == "hi"


@app.generic_trigger(
    arg_name="invocation",
    type="signalRTrigger",
    hub_name="chat",
    category="messages",
    event="broadcast",
    connection_string_setting="SignalR",
)
def on_broadcast(invocation) -> None:
    assert json.loads(invocation)["Arguments"] == ["hi"]
