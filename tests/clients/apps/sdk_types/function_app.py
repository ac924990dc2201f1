"""Types of Azure SDKs in place of payloads."""

# Workers take typing.List only.
# ruff: noqa: UP006, UP035

import json
from typing import List

import azure.functions as func
import azurefunctions.extensions.bindings.cosmosdb as cosmos
import azurefunctions.extensions.bindings.eventhub as hub
import azurefunctions.extensions.bindings.servicebus as bus
import azurefunctions.extensions.connectors.office365 as office

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.event_hub_message_trigger(arg_name="event", event_hub_name="one", connection="Hub")
@app.queue_output(arg_name="seen", queue_name="seen", connection="AzureWebJobsStorage")
def one_event(event: hub.EventData, seen: func.Out[str]) -> None:
    seen.set(event.body_as_str())


@app.event_hub_message_trigger(
    arg_name="events", event_hub_name="many", connection="Hub", cardinality="many"
)
@app.queue_output(arg_name="seen", queue_name="seen", connection="AzureWebJobsStorage")
def many_events(events: List[hub.EventData], seen: func.Out[str]) -> None:
    seen.set(json.dumps([event.body_as_str() for event in events]))


@app.service_bus_queue_trigger(
    arg_name="message", queue_name="one", connection="Bus", auto_complete_messages=False
)
@app.queue_output(arg_name="seen", queue_name="seen", connection="AzureWebJobsStorage")
def one_message(
    message: bus.ServiceBusReceivedMessage,
    seen: func.Out[str],
    message_actions: bus.ServiceBusMessageActions,
) -> None:
    seen.set(json.dumps([str(message.lock_token), type(message_actions).__name__]))


@app.service_bus_topic_trigger(
    arg_name="messages",
    topic_name="t",
    subscription_name="s",
    connection="Bus",
    cardinality="many",
)
@app.queue_output(arg_name="seen", queue_name="seen", connection="AzureWebJobsStorage")
def many_messages(messages: List[bus.ServiceBusReceivedMessage], seen: func.Out[str]) -> None:
    seen.set(json.dumps([str(message.lock_token) for message in messages]))


@app.route(route="container")
@app.cosmos_db_input(
    arg_name="container", database_name="db", container_name="c", connection="CosmosConnection"
)
def by_container(req: func.HttpRequest, container: cosmos.ContainerProxy) -> str:
    return container.id


@app.route(route="database")
@app.cosmos_db_input(
    arg_name="database", database_name="db", container_name="c", connection="CosmosConnection"
)
def by_database(req: func.HttpRequest, database: cosmos.DatabaseProxy) -> str:
    return database.id


@app.route(route="client")
@app.cosmos_db_input(
    arg_name="client", database_name="db", container_name="c", connection="CosmosConnection"
)
def by_client(req: func.HttpRequest, client: cosmos.CosmosClient) -> str:
    return type(client).__name__


@app.generic_trigger(arg_name="mail", type="connectorTrigger")
def on_mail(mail: office.ClientReceiveMessage) -> None:
    assert mail
