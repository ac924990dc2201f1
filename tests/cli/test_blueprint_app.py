"""The example app of decorated functions in three nested blueprints: invoked, checked, exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Azfl

APP = Path(__file__).parent.parent.parent / "docs" / "examples" / "decorated"

EVENT = {
    "id": "1",
    "eventType": "Shop.OrderPaid",
    "subject": "orders",
    "topic": "shop",
    "dataVersion": "1.0",
    "eventTime": "2024-05-06T07:08:09Z",
    "data": {"order": "7"},
}

# function: (arguments of azfl invoke, {output: (binding, wire type, value)})
INVOCATIONS: dict[str, tuple[list[str], dict[str, tuple[str, str, Any]]]] = {
    "health": ([], {"$return": ("http", "http", "open")}),
    "place_order": (
        ["--json", '{"article": "a1"}'],
        {
            "message": ("queue", "string", {"article": "a1"}),
            "$return": ("http", "http", "Accepted"),
        },
    ),
    "get_order": (
        ["--route-param", "id=7", "--input", 'documents=[{"id": "7"}]'],
        {"$return": ("http", "http", {"id": "7"})},
    ),
    "store_order": (
        ["--data", '{"article": "a1"}', "--metadata", "Id=m1"],
        {"document": ("cosmosDB", "json", [{"id": "m1", "article": "a1"}])},
    ),
    "confirm_payment": (
        [
            "--data",
            '{"order": "7"}',
            "--metadata",
            "MessageId=p1",
            "--metadata",
            'EnqueuedTimeUtc="2024-05-06T07:08:09Z"',
        ],
        {
            "event": (
                "eventGrid",
                "json",
                {
                    "id": "p1",
                    "subject": "orders",
                    "dataVersion": "1.0",
                    "eventType": "Shop.OrderPaid",
                    "data": {"order": "7"},
                    "eventTime": "2024-05-06T07:08:09+00:00",
                },
            )
        },
    ),
    "book_delivery": (
        ["--data", "article,amount\na1,3\n"],
        {
            "rows": (
                "table",
                "string",
                '[{"PartitionKey": "stock", "RowKey": "a1", "article": "a1", "amount": "3"}]',
            )
        },
    ),
    "get_stock": (
        ["--route-param", "article=a1", "--input", 'row={"amount": "3"}'],
        {"$return": ("http", "string", "3")},
    ),
    "watch_scales": (
        ["--data", '[{"weight": 2}, {"weight": 1}]'],
        {"$return": ("queue", "string", "lightest: 1")},
    ),
    "NightlyReport": ([], {"report": ("blob", "string", "in time")}),
    "announce": (
        ["--data", json.dumps(EVENT)],
        {"$return": ("serviceBus", "string", "Shop.OrderPaid: 7")},
    ),
    "price": (
        ["--data", '{"arguments": {"article": "a1"}}', "--input", "prices=a1 2.50\na2 3.00"],
        {
            "$return": (
                "mcpToolTrigger",
                "string",
                {"article": "a1", "price": "2.50", "currency": "EUR"},
            )
        },
    ),
    "forward_click": (["--data", "home"], {"$return": ("eventHub", "string", "home")}),
}

HTTP = {"direction": "OUT", "type": "http", "name": "$return"}

EXPORT: dict[str, list[dict[str, Any]]] = {
    "price": [
        {
            "direction": "IN",
            "type": "blob",
            "name": "prices",
            "path": "prices/latest.txt",
            "connection": "Storage",
        },
        {
            "direction": "IN",
            "type": "mcpToolTrigger",
            "name": "context",
            "toolName": "price",
            "description": (
                "Tell the price of an article.\n\nArgs:\n    currency: What to pay with."
            ),
            "toolProperties": (
                '[{"propertyName": "article", "propertyType": "string", '
                '"description": "The article\'s number.", "isArray": false, "isRequired": true}, '
                '{"propertyName": "currency", "propertyType": "string", '
                '"description": "What to pay with.", "isArray": false, "isRequired": false}]'
            ),
            "useResultSchema": False,
        },
    ],
    "forward_click": [
        {
            "direction": "OUT",
            "type": "eventHub",
            "name": "$return",
            "connection": "Hub",
            "eventHubName": "clicks",
        },
        {
            "direction": "IN",
            "dataType": "STRING",
            "type": "kafkaTrigger",
            "name": "click",
            "topic": "clicks",
            "brokerList": "KafkaBrokers",
            "consumerGroup": "shop",
            "cardinality": "ONE",
            "authenticationMode": "NOTSET",
            "keyDataType": "STRING",
            "protocol": "NOTSET",
            "lagThreshold": 1000,
        },
    ],
    "book_delivery": [
        {
            "direction": "OUT",
            "type": "table",
            "name": "rows",
            "connection": "Storage",
            "tableName": "stock",
        },
        {
            "direction": "IN",
            "type": "blobTrigger",
            "name": "delivery",
            "path": "deliveries/{name}.csv",
            "connection": "Storage",
        },
    ],
    "get_stock": [
        {
            "direction": "IN",
            "type": "table",
            "name": "row",
            "connection": "Storage",
            "tableName": "stock",
            "rowKey": "{article}",
        },
        {
            "direction": "IN",
            "type": "httpTrigger",
            "name": "req",
            "methods": ["GET"],
            "authLevel": "ANONYMOUS",
            "route": "stock/{article}",
        },
        HTTP,
    ],
    "watch_scales": [
        {
            "direction": "OUT",
            "type": "queue",
            "name": "$return",
            "queueName": "refill",
            "connection": "Storage",
        },
        {
            "direction": "IN",
            "type": "eventHubTrigger",
            "name": "readings",
            "connection": "Hub",
            "eventHubName": "scales",
            "cardinality": "MANY",
        },
    ],
    "NightlyReport": [
        {
            "direction": "OUT",
            "type": "blob",
            "name": "report",
            "path": "reports/latest.txt",
            "connection": "Storage",
        },
        {
            "direction": "IN",
            "type": "timerTrigger",
            "name": "timer",
            "schedule": "0 0 2 * * *",
        },
    ],
    "announce": [
        {
            "direction": "OUT",
            "type": "serviceBus",
            "name": "$return",
            "connection": "Bus",
            "topicName": "news",
        },
        {"direction": "IN", "type": "eventGridTrigger", "name": "event"},
    ],
    "place_order": [
        {
            "direction": "OUT",
            "type": "queue",
            "name": "message",
            "queueName": "orders",
            "connection": "Storage",
        },
        {
            "direction": "IN",
            "type": "httpTrigger",
            "name": "req",
            "methods": ["POST"],
            "authLevel": "FUNCTION",
            "route": "orders",
        },
        HTTP,
    ],
    "get_order": [
        {
            "direction": "IN",
            "type": "cosmosDB",
            "name": "documents",
            "connection": "Cosmos",
            "databaseName": "shop",
            "containerName": "orders",
            "id": "{id}",
        },
        {
            "direction": "IN",
            "type": "httpTrigger",
            "name": "req",
            "methods": ["GET"],
            "authLevel": "FUNCTION",
            "route": "orders/{id}",
        },
        HTTP,
    ],
    "store_order": [
        {
            "direction": "OUT",
            "type": "cosmosDB",
            "name": "document",
            "connection": "Cosmos",
            "databaseName": "shop",
            "containerName": "orders",
        },
        {
            "direction": "IN",
            "type": "queueTrigger",
            "name": "message",
            "queueName": "orders",
            "connection": "Storage",
        },
    ],
    "confirm_payment": [
        {"direction": "OUT", "type": "eventGrid", "name": "event", "connection": "Events"},
        {
            "direction": "IN",
            "type": "serviceBusTrigger",
            "name": "payment",
            "connection": "Bus",
            "queueName": "payments",
        },
    ],
    "health": [
        {
            "direction": "IN",
            "type": "httpTrigger",
            "name": "req",
            "methods": ["GET"],
            "authLevel": "ANONYMOUS",
            "route": "health",
        },
        HTTP,
    ],
}


@pytest.mark.slow
def test_check_and_list(azfl: Azfl) -> None:
    assert azfl("check", APP).stdout == "No problems in 12 functions.\n"
    functions = json.loads(azfl("list", APP, "--output", "json").stdout)
    assert [each["name"] for each in functions] == list(EXPORT)
    assert {each["name"]: each["route"] for each in functions if each["route"]} == {
        "get_stock": "/shop/stock/{article}",
        "place_order": "/shop/orders",
        "get_order": "/shop/orders/{id}",
        "health": "/shop/health",
    }


@pytest.mark.parametrize("name", INVOCATIONS)
def test_invoke(azfl: Azfl, name: str) -> None:
    arguments, expected = INVOCATIONS[name]
    result = azfl("invoke", APP, name, *arguments, "--output", "json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["exception"] is None
    found = {}
    for output, sent in document["outputs"].items():
        value = sent["value"]
        if sent["type"] == "http":
            value = value["body"]["value"]
        if sent["type"] == "json" or value.startswith("{"):  # spaces depend on the JSON library
            value = json.loads(value)
        found[output] = (sent["binding"], sent["type"], value)
    assert found == expected


def test_invoke_a_missing_document(azfl: Azfl) -> None:
    result = azfl("invoke", APP, "get_order", "--route-param", "id=8")
    assert result.stdout.startswith("HTTP 404 Not Found\n")


def test_invoke_of_a_function_that_raises(azfl: Azfl) -> None:
    call = ("invoke", APP, "price", "--data", '{"arguments": {"article": "?"}}')
    result = azfl(*call, "--input", "prices=")
    assert result.exit_code == 1
    assert "price has failed" in result.stderr  # the app's middleware


def test_export(azfl: Azfl) -> None:
    exported = json.loads(azfl("export", APP).stdout)
    assert list(exported) == list(EXPORT)
    for name, bindings in EXPORT.items():
        assert exported[name] == {"scriptFile": "function_app.py", "bindings": bindings}


def test_the_app_is_of_the_size_it_claims() -> None:
    types = {binding["type"] for bindings in EXPORT.values() for binding in bindings}
    assert len(EXPORT) == len(INVOCATIONS) == 12
    assert len(types) >= 8
