"""A hundred more mistakes, as people make them who are new here: each is told as what it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Check, Files

ROUTE = '@app.route("x")\ndef a(req: func.HttpRequest) -> str: ...\n'

MISTAKES: dict[str, tuple[Files, list[str]]] = {
    "a route parameter as a parameter": (
        {
            "function_app.py": '@app.route("hello/{name}")\n'
            "def hello(req: func.HttpRequest, "
            "name: str) -> str: ...\n"
        },
        ["route-parameter"],
    ),
    "a query in the route": (
        {
            "function_app.py": '@app.route("hello?name={name}")\n'
            "def hello(req: func.HttpRequest) -> str: ...\n"
        },
        ["route-url"],
    ),
    "a URL as the route": (
        {
            "function_app.py": '@app.route("http://localhost:7071/api/hello")\n'
            "def hello(req: func.HttpRequest) -> str: ...\n"
        },
        ["route-url", "route-template"],
    ),
    "a method GTE": (
        {
            "function_app.py": '@app.route("hello", methods=["GTE"])\n'
            "def hello(req: func.HttpRequest) -> str: ...\n"
        },
        ["declaration"],
    ),
    "a level public": (
        {
            "function_app.py": '@app.route("hello", auth_level="public")\n'
            "def hello(req: func.HttpRequest) -> str: ...\n"
        },
        ["declaration"],
    ),
    "a parameter of another name than req": (
        {
            "function_app.py": '@app.route("hello")\n'
            "def hello(request: "
            "func.HttpRequest) -> str: "
            "...\n"
        },
        ["parameter-name", "parameter-missing"],
    ),
    "a function without parameters": (
        {"function_app.py": '@app.route("hello")\ndef hello() -> str: ...\n'},
        ["parameter-missing"],
    ),
    "a request annotated HttpResponse": (
        {"function_app.py": '@app.route("hello")\ndef hello(req: func.HttpResponse) -> str: ...\n'},
        ["annotation"],
    ),
    "a route as Flask writes it": (
        {
            "function_app.py": '@app.route("items/<id>")\n'
            "def hello(req: func.HttpRequest) -> str: "
            "...\n"
        },
        ["route-style"],
    ),
    "a route as Express writes it": (
        {
            "function_app.py": '@app.route("items/:id")\n'
            "def hello(req: func.HttpRequest) -> "
            "str: ...\n"
        },
        ["route-style"],
    ),
    "a constraint str": (
        {
            "function_app.py": '@app.route("items/{id:str}")\n'
            "def hello(req: func.HttpRequest) -> str: ...\n"
        },
        ["route-template"],
    ),
    "a catch-all in the middle": (
        {
            "function_app.py": '@app.route("files/{*path}/raw")\n'
            "def hello(req: func.HttpRequest) -> str: "
            "...\n"
        },
        ["route-template"],
    ),
    "a cron of Quartz": (
        {
            "function_app.py": '@app.timer_trigger("timer", schedule="0 0 9-17 * * '
            'MON-FRIDAY ?")\n'
            "def t(timer: func.TimerRequest): ...\n"
        },
        ["schedule"],
    ),
    "a schedule @daily": (
        {
            "function_app.py": '@app.timer_trigger("timer", schedule="@daily")\n'
            "def t(timer: func.TimerRequest): ...\n"
        },
        ["schedule"],
    ),
    "hours over midnight": (
        {
            "function_app.py": '@app.timer_trigger("timer", schedule="0 0 22-2 * '
            '* *")\n'
            "def t(timer: func.TimerRequest): ...\n"
        },
        ["schedule-meaning"],
    ),
    "the 31st of February": (
        {
            "function_app.py": '@app.timer_trigger("timer", schedule="0 0 0 31 '
            '2 *")\n'
            "def t(timer: func.TimerRequest): ...\n"
        },
        ["schedule-meaning"],
    ),
    "hour 24": (
        {
            "function_app.py": '@app.timer_trigger("timer", schedule="0 0 24 * * *")\n'
            "def t(timer: func.TimerRequest): ...\n"
        },
        ["schedule"],
    ),
    "a setting that holds no schedule": (
        {
            "function_app.py": '@app.timer_trigger("timer", '
            'schedule="%SCHEDULE%")\n'
            "def t(timer: func.TimerRequest): "
            "...\n",
            "local.settings.json": {"IsEncrypted": False, "Values": {"SCHEDULE": "hourly"}},
        },
        ["schedule"],
    ),
    "the first Monday": (
        {
            "function_app.py": '@app.timer_trigger("timer", schedule="0 0 12 1 * '
            '1")\n'
            "def t(timer: func.TimerRequest): ...\n"
        },
        ["schedule-meaning"],
    ),
    "a queue My_Queue": (
        {
            "function_app.py": '@app.queue_trigger("msg", queue_name="My_Queue", '
            'connection="AzureWebJobsStorage")\n'
            "def q(msg: func.QueueMessage): ...\n"
        },
        ["storage-name"],
    ),
    "a connection in percent signs": (
        {
            "function_app.py": '@app.queue_trigger("msg", '
            'queue_name="work", '
            'connection="%AzureWebJobsStorage%")\n'
            "def q(msg: func.QueueMessage): ...\n"
        },
        ["connection-percent"],
    ),
    "a queue that feeds itself": (
        {
            "function_app.py": '@app.queue_trigger("msg", '
            'queue_name="work", connection="C")\n'
            '@app.queue_output("out", '
            'queue_name="work", connection="C")\n'
            "def q(msg: func.QueueMessage, out: "
            "func.Out[str]): ...\n"
        },
        ["output-is-trigger"],
    ),
    "two functions of one queue": (
        {
            "function_app.py": '@app.queue_trigger("msg", '
            'queue_name="work", connection="C")\n'
            "def a(msg: func.QueueMessage): ...\n"
            '@app.queue_trigger("msg", '
            'queue_name="work", connection="C")\n'
            "def b(msg: func.QueueMessage): ...\n"
        },
        ["triggers-compete"],
    ),
    "a queue message of Service Bus": (
        {
            "function_app.py": '@app.queue_trigger("msg", '
            'queue_name="work", connection="C")\n'
            "def a(msg: func.ServiceBusMessage): "
            "...\n"
        },
        ["annotation"],
    ),
    "a list of queue messages": (
        {
            "function_app.py": '@app.queue_trigger("msg", '
            'queue_name="work", connection="C")\n'
            "def a(msg: list[func.QueueMessage]): ...\n"
        },
        ["annotation"],
    ),
    "a result that nothing takes": (
        {
            "function_app.py": '@app.queue_trigger("msg", '
            'queue_name="work", connection="C")\n'
            "def a(msg: func.QueueMessage) -> str: "
            'return "x"\n'
        },
        ["return-without-binding"],
    ),
    "an expression in a trigger's queue": (
        {
            "function_app.py": '@app.queue_trigger("msg", '
            'queue_name="work{x", '
            'connection="C")\n'
            "def a(msg: func.QueueMessage): "
            "...\n"
        },
        ["trigger-expression"],
    ),
    "a path with a slash before it": (
        {
            "function_app.py": '@app.blob_trigger("blob", '
            'path="/images/{name}", '
            'connection="C")\n'
            "def a(blob: func.InputStream): ...\n"
        },
        ["binding-expression"],
    ),
    "a path with a brace too few": (
        {
            "function_app.py": '@app.blob_trigger("blob", '
            'path="images/{name", connection="C")\n'
            "def a(blob: func.InputStream): ...\n"
        },
        ["binding-expression"],
    ),
    "a container in capitals": (
        {
            "function_app.py": '@app.blob_trigger("blob", '
            'path="Images/{name}", connection="C")\n'
            "def a(blob: func.InputStream): ...\n"
        },
        ["storage-name"],
    ),
    "a blob that triggers itself": (
        {
            "function_app.py": '@app.blob_trigger("blob", '
            'path="images/{name}", connection="C")\n'
            '@app.blob_output("out", '
            'path="images/{name}", connection="C")\n'
            "def a(blob: func.InputStream, out: "
            "func.Out[bytes]): ...\n"
        },
        ["output-is-trigger"],
    ),
    "a container that is captured": (
        {
            "function_app.py": '@app.blob_trigger("blob", '
            'path="{container}/{name}", '
            'connection="C")\n'
            "def a(blob: func.InputStream): ...\n"
        },
        ["binding-expression"],
    ),
    "a path without a blob's name": (
        {
            "function_app.py": '@app.route("x")\n'
            '@app.blob_output("out", path="images", '
            'connection="C")\n'
            "def a(req: func.HttpRequest, out: "
            "func.Out[bytes]) -> str: ...\n"
        },
        ["storage-name"],
    ),
    "an output annotated bytes": (
        {
            "function_app.py": '@app.route("x")\n'
            '@app.blob_output("out", '
            'path="images/{name}", connection="C")\n'
            "def a(req: func.HttpRequest, out: bytes) "
            "-> str: ...\n"
        },
        ["output-annotation"],
    ),
    "a date that a timer does not give": (
        {
            "function_app.py": '@app.timer_trigger("timer", '
            'schedule="0 0 * * * *")\n'
            '@app.blob_output("out", '
            'path="reports/{date}.csv", '
            'connection="C")\n'
            "def a(timer: func.TimerRequest, "
            "out: func.Out[str]): ...\n"
        },
        ["expression-unknown"],
    ),
    "a table my-rows": (
        {
            "function_app.py": '@app.route("x")\n'
            '@app.table_output("row", table_name="my-rows", '
            'connection="C")\n'
            "def a(req: func.HttpRequest, row: func.Out[str]) -> "
            "str: ...\n"
        },
        ["storage-name"],
    ),
    "a topic without subscription": (
        {
            "function_app.py": '@app.service_bus_topic_trigger("m", '
            'topic_name="t", subscription_name="", '
            'connection="C")\n'
            "def a(m: func.ServiceBusMessage): "
            "...\n"
        },
        ["trigger-key-missing"],
    ),
    "a connection string of Event Hubs": (
        {
            "function_app.py": '@app.event_hub_message_trigger("e", '
            'event_hub_name="h", '
            'connection="Endpoint=sb://x.servicebus.windows.net/;SharedAccessKey=secret")\n'
            "def a(e: func.EventHubEvent): "
            "...\n"
        },
        ["connection-string"],
    ),
    "a connection string of Cosmos DB": (
        {
            "function_app.py": '@app.cosmos_db_trigger("docs", '
            'database_name="d", '
            'container_name="c", '
            'connection="AccountEndpoint=https://x;AccountKey=secret;")\n'
            "def a(docs: func.DocumentList): "
            "...\n"
        },
        ["connection-string"],
    ),
    "a function without decorator": (
        {"function_app.py": 'def hello(req):\n    return ""\n'},
        ["no-functions"],
    ),
    "two apps": (
        {
            "function_app.py": "import azure_functions_lib as func\n"
            "app = func.FunctionApp()\n"
            "other = func.FunctionApp()\n"
            '@app.route("x")\n'
            "def a(req: func.HttpRequest) -> str: ...\n"
        },
        ["several-function-apps"],
    ),
    "a blueprint alone": (
        {
            "function_app.py": "import azure_functions_lib as func\n"
            "bp = func.Blueprint()\n"
            '@bp.route("x")\n'
            "def a(req: func.HttpRequest) -> str: ...\n"
            "# FunctionApp()\n"
        },
        ["only-blueprints"],
    ),
    "a blueprint that nothing imports": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> "
            'str: return ""\n',
            "orders.py": "import azure_functions_lib as func\n"
            "bp = func.Blueprint()\n"
            '@bp.route("y")\n'
            "def y(req: func.HttpRequest) -> str: "
            "...\n",
        },
        ["blueprint-not-imported"],
    ),
    "a misspelt package": (
        {
            "function_app.py": "import reqeusts\n"
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: return "
            '""\n'
        },
        ["package-missing"],
    ),
    "a package of the Azure SDK": (
        {
            "function_app.py": "import azure.storage.blobs\n"
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
        },
        ["package-missing"],
    ),
    "a setting that the code reads": (
        {
            "function_app.py": "import os\n"
            'KEY = os.environ["API_KEY"]\n'
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
        },
        ["setting-at-import"],
    ),
    "a syntax error": (
        {
            "function_app.py": "def f(:\n"
            '@app.route("x")\n'
            'def one(req: func.HttpRequest) -> str: return ""\n'
        },
        ["import-fails"],
    ),
    "an exit": (
        {
            "function_app.py": "async def main(): ...\n"
            "import asyncio\n"
            "raise SystemExit(1)\n"
            '@app.route("x")\n'
            'def one(req: func.HttpRequest) -> str: return ""\n'
        },
        ["import-ends-process"],
    ),
    "version 2 as a number": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: return "
            '""\n',
            "host.json": {"version": 2},
        },
        ["host-version"],
    ),
    "http at the top of host.json": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n',
            "host.json": {"version": "2.0", "http": {"routePrefix": ""}},
        },
        ["host-key-misspelt"],
    ),
    "a batch of 100": (
        {
            "function_app.py": '@app.route("x")\n'
            'def one(req: func.HttpRequest) -> str: return ""\n',
            "host.json": {"version": "2.0", "extensions": {"queues": {"batchSize": 100}}},
        },
        ["host-option"],
    ),
    "a timeout in words": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: return "
            '""\n',
            "host.json": {"version": "2.0", "functionTimeOut": "5 minutes"},
        },
        ["host-option"],
    ),
    "an extension htpp": (
        {
            "function_app.py": '@app.route("x")\n'
            'def one(req: func.HttpRequest) -> str: return ""\n',
            "host.json": {"version": "2.0", "extensions": {"htpp": {"routePrefix": ""}}},
        },
        ["host-key-misspelt"],
    ),
    "a comma too few in host.json": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n',
            "host.json": '{"version": "2.0" "extensions": {}}',
        },
        ["json-unreadable"],
    ),
    "a misspelt maxDequeueCount": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n',
            "host.json": {"version": "2.0", "extensions": {"queues": {"maxDequeuCount": 3}}},
        },
        ["host-key-misspelt"],
    ),
    "settings in settings": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: return "
            '""\n',
            "local.settings.json": {"IsEncrypted": False, "Values": {"A": {"B": 1}}},
        },
        ["value-nested"],
    ),
    "settings without IsEncrypted": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n',
            "local.settings.json": {"Values": {"A": "1"}},
        },
        ["values-encrypted"],
    ),
    "settings under values": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: return "
            '""\n',
            "local.settings.json": {
                "IsEncrypted": False,
                "values": {"A": "1"},
                "Value": {"B": "2"},
            },
        },
        ["local-key-misspelt"],
    ),
    "all origins with credentials": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n',
            "local.settings.json": {
                "IsEncrypted": False,
                "Values": {},
                "Host": {"CORS": "*", "CORSCredentials": True},
            },
        },
        ["cors-credentials"],
    ),
    "a trigger that goes out": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "out", "name": "req"},
                    {"type": "http", "direction": "out", "name": "$return"},
                ]
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["trigger-direction"],
    ),
    "a response without its parameter": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "http", "direction": "out", "name": "res"},
                ]
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["parameter-missing"],
    ),
    "a response that goes in": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "http", "direction": "in", "name": "$return"},
                ]
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["return-direction"],
    ),
    "a function run": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "http", "direction": "out", "name": "$return"},
                ]
            },
            "orders/__init__.py": "def run(req): return ''\n",
        },
        ["entry-point"],
    ),
    "a scriptFile that is not there": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "http", "direction": "out", "name": "$return"},
                ],
                "scriptFile": "main.py",
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["script-no-file"],
    ),
    "two files, and neither is run.py": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "http", "direction": "out", "name": "$return"},
                ]
            },
            "orders/main.py": "def main(req): return ''\n",
            "orders/tools.py": "",
        },
        ["script-missing"],
    ),
    "binding in place of bindings": (
        {
            "orders/function.json": {
                "binding": [{"type": "httpTrigger", "direction": "in", "name": "req"}]
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["function-json-key", "bindings-missing", "parameter-unbound"],
    ),
    "two letters exchanged in an expression": (
        {
            "function_app.py": """\
            @app.queue_trigger("msg", queue_name="work", connection="AzureWebJobsStorage")
            @app.blob_output("out", path="done/{di}", connection="AzureWebJobsStorage")
            def a(msg: func.QueueMessage, out: func.Out[str]) -> None: ...
            """
        },
        ["expression-misspelt"],
    ),
    "a letter doubled in an expression": (
        {
            "function_app.py": """\
            @app.queue_trigger("msg", queue_name="work", connection="AzureWebJobsStorage")
            @app.blob_output("out", path="done/{idd}", connection="AzureWebJobsStorage")
            def a(msg: func.QueueMessage, out: func.Out[str]) -> None: ...
            """
        },
        ["expression-misspelt"],
    ),
    "a misspelt queueName": (
        {
            "orders/function.json": {
                "bindings": [
                    {
                        "type": "queueTrigger",
                        "direction": "in",
                        "name": "msg",
                        "queueName": None,
                        "connection": "AzureWebJobsStorage",
                        "queuName": "work",
                    }
                ]
            },
            "orders/__init__.py": "def main(msg): ...\n",
        },
        ["trigger-key-missing", "binding-key-misspelt"],
    ),
    "a misspelt connection beside the right one": (
        {
            "orders/function.json": {
                "bindings": [
                    {
                        "type": "queueTrigger",
                        "direction": "in",
                        "name": "msg",
                        "queueName": "work",
                        "connection": "AzureWebJobsStorage",
                        "conection": "C",
                    }
                ]
            },
            "orders/__init__.py": "def main(msg): ...\n",
        },
        ["binding-key-misspelt"],
    ),
    "an output queue without a name": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "http", "direction": "out", "name": "$return"},
                    {"type": "queue", "direction": "out", "name": "out"},
                ]
            },
            "orders/__init__.py": "def main(req, out): return ''\n",
        },
        ["binding-key-missing"],
    ),
    "a method psot": (
        {
            "orders/function.json": {
                "bindings": [
                    {
                        "type": "httpTrigger",
                        "direction": "in",
                        "name": "req",
                        "methods": ["get", "psot"],
                    },
                    {"type": "http", "direction": "out", "name": "$return"},
                ]
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["method-unknown"],
    ),
    "a level 7": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": 7},
                    {"type": "http", "direction": "out", "name": "$return"},
                ]
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["auth-level-unknown"],
    ),
    "disable for disabled": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "http", "direction": "out", "name": "$return"},
                ],
                "disable": True,
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["function-json-key"],
    ),
    "half a function.json": (
        {"orders/function.json": '{"bindings": [', "orders/__init__.py": ""},
        ["json-unreadable"],
    ),
    "two HTTP triggers": (
        {
            "orders/function.json": {
                "bindings": [
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "httpTrigger", "direction": "in", "name": "req"},
                    {"type": "http", "direction": "out", "name": "$return"},
                ]
            },
            "orders/__init__.py": "def main(req): return ''\n",
        },
        ["many-triggers", "binding-name-twice"],
    ),
    "a strategy fixed": (
        {
            "function_app.py": '@app.retry(strategy="fixed", max_retry_count="3", '
            'delay_interval="00:00:05")\n'
            '@app.route("x")\n'
            'def one(req: func.HttpRequest) -> str: return ""\n'
        },
        ["retry-strategy"],
    ),
    "intervals the wrong way round": (
        {
            "function_app.py": '@app.retry(strategy="exponential_backoff", '
            'max_retry_count="3", '
            'minimum_interval="00:10:00", '
            'maximum_interval="00:00:05")\n'
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
        },
        ["retry-order"],
    ),
    "a delay of 5s": (
        {
            "function_app.py": '@app.retry(strategy="fixed_delay", '
            'max_retry_count="3", delay_interval="5s")\n'
            '@app.route("x")\n'
            'def one(req: func.HttpRequest) -> str: return ""\n'
        },
        ["retry-interval"],
    ),
    "an interval of the other strategy": (
        {
            "function_app.py": '@app.retry(strategy="fixed_delay", '
            "max_retry_count=3, "
            'minimum_interval="00:00:05", '
            'delay_interval="00:00:05")\n'
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> "
            'str: return ""\n'
        },
        ["retry-interval-unused"],
    ),
    "a middleware without return": (
        {
            "function_app.py": "@app.middleware\n"
            "async def log(context, call_next):\n"
            "    await call_next(context)\n"
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
        },
        ["middleware-result"],
    ),
    "a middleware without await": (
        {
            "function_app.py": "@app.middleware\n"
            "async def log(context, call_next):\n"
            "    return call_next(context)\n"
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
        },
        ["middleware-await"],
    ),
    "a hook with a parameter": (
        {
            "function_app.py": "@app.on_startup\n"
            "def start(app): ...\n"
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
        },
        ["hook-parameters"],
    ),
    "a function name with a blank": (
        {
            "function_app.py": '@app.function_name("my function")\n'
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
        },
        ["declaration"],
    ),
    "a function that yields": (
        {
            "function_app.py": '@app.route("x")\n'
            "async def gen(req: func.HttpRequest):\n"
            '    yield "x"\n'
        },
        ["async-generator"],
    ),
    "a class below a decorator": (
        {"function_app.py": '@app.route("x")\nclass Hello:\n    def get(self, req): ...\n'},
        ["parameter-missing"],
    ),
    "names that differ in case": (
        {
            "function_app.py": '@app.function_name(name="a")\n'
            '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
            '@app.function_name(name="A")\n'
            '@app.route("y")\n'
            "def two(req: func.HttpRequest) -> str: "
            "...\n"
        },
        ["function-name-twice"],
    ),
    "a result annotated Out": (
        {
            "function_app.py": '@app.route("x")\n'
            "def a(req: func.HttpRequest) -> "
            "func.Out[str]: ...\n"
        },
        ["result-out"],
    ),
    "an annotation without import": (
        {"function_app.py": '@app.route("x")\ndef a(req: "HttpRequest") -> str: ...\n'},
        ["annotation-unresolved"],
    ),
    "method for methods": (
        {
            "function_app.py": '@app.route("x", method=["GET"])\n'
            "def a(req: func.HttpRequest) -> str: ...\n"
        },
        ["declaration"],
    ),
    "a misspelt decorator": (
        {"function_app.py": '@app.rout("x")\ndef a(req: func.HttpRequest) -> str: ...\n'},
        ["import-fails"],
    ),
    "a context annotated str": (
        {
            "function_app.py": '@app.event_grid_trigger("event")\n'
            "def a(event: func.CloudEvent, context: str): "
            "...\n"
        },
        ["context-annotation"],
    ),
    "a misspelt trigger type": (
        {
            "function_app.py": '@app.generic_trigger("x", "queueTriger", '
            'queueName="work")\n'
            "def a(x: str): ...\n"
        },
        ["no-trigger", "binding-type-misspelt"],
    ),
    "requirements without this library": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> "
            'str: return ""\n',
            "requirements.txt": "azure-functions\nclick\n",
        },
        ["requirement-missing"],
    ),
    "trigger_arg_name of another parameter": (
        {
            "function_app.py": '@app.route("x", '
            'trigger_arg_name="request")\n'
            "def a(req: func.HttpRequest) "
            "-> str: ...\n"
        },
        ["parameter-name", "parameter-missing"],
    ),
    "a flag in words": (
        {
            "function_app.py": '@app.timer_trigger(arg_name="timer", schedule="0 */5 '
            '* * * *", use_monitor="yes", run_on_startup="no")\n'
            "def t(timer: func.TimerRequest): ...\n"
        },
        ["binding-key-no-flag"],
    ),
    "two warm-ups": (
        {
            "function_app.py": '@app.warm_up_trigger("w")\n'
            "def a(w): ...\n"
            '@app.warm_up_trigger("w")\n'
            "def b(w): ...\n"
        },
        ["warmup-twice"],
    ),
    "a tool with a blank in its name": (
        {
            "function_app.py": '@app.mcp_tool_trigger("c", '
            'tool_name="my tool", '
            'description="d")\n'
            "def a(c): ...\n"
        },
        ["tool-name"],
    ),
    "a connection string of SQL": (
        {
            "function_app.py": '@app.route("x")\n'
            '@app.sql_input("rows", '
            'command_text="select * from t", '
            'connection_string_setting="Server=tcp:x;Password=secret")\n'
            "def a(req: func.HttpRequest, rows: "
            "func.SqlRowList) -> str: ...\n"
        },
        ["connection-string"],
    ),
    "a route with a slash behind it": (
        {
            "function_app.py": '@app.route("x")\n'
            "def a(req: func.HttpRequest) -> dict: "
            "...\n"
            '@app.route("x/")\n'
            "def b(req: func.HttpRequest) -> dict: "
            "...\n"
        },
        ["route-twice"],
    ),
    "another file with an app": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n',
            "function_ap.py": "import azure_functions_lib as func\napp = func.FunctionApp()\n",
        },
        ["app-not-read"],
    ),
    "a misspelt function_app.py": (
        {
            "funtion_app.py": "import azure_functions_lib as func\n"
            "app = func.FunctionApp()\n"
            '@app.route("y")\n'
            "def one(req: func.HttpRequest) -> str: "
            'return ""\n'
        },
        ["no-app-here"],
    ),
    "a route admin-panel": (
        {
            "function_app.py": '@app.route("admin-panel")\n'
            "def one(req: func.HttpRequest) -> str: return "
            '""\n'
        },
        ["route-reserved"],
    ),
    "a topic without a name": (
        {
            "function_app.py": '@app.kafka_trigger("e", topic="", '
            'broker_list="b")\n'
            "def a(e: func.KafkaEvent): ...\n"
        },
        ["trigger-key-missing"],
    ),
    "sessions in words": (
        {
            "function_app.py": '@app.service_bus_queue_trigger("m", '
            'queue_name="q", connection="C", '
            'is_sessions_enabled="yes")\n'
            "def a(m: func.ServiceBusMessage): ...\n"
        },
        ["binding-key-no-flag"],
    ),
    "a brace too many": (
        {
            "function_app.py": '@app.route("{id}")\n'
            '@app.cosmos_db_input("doc", database_name="d", '
            'container_name="c", id="{id}}", connection="C")\n'
            "def a(req: func.HttpRequest, doc: "
            "func.DocumentList) -> str: ...\n"
        },
        ["binding-expression"],
    ),
    "two functions of one name": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> str: "
            "...\n"
            '@app.route("y")\n'
            "def one(req: func.HttpRequest) -> str: "
            "...\n"
        },
        ["function-name-twice"],
    ),
    "two commas in local.settings.json": (
        {
            "function_app.py": '@app.route("x")\n'
            "def one(req: func.HttpRequest) -> "
            'str: return ""\n',
            "local.settings.json": '{"IsEncrypted": false, "Values": {"A": "1",, }}',
        },
        ["json-unreadable"],
    ),
    "a binding of another name": (
        {
            "orders/function.json": {
                "bindings": [
                    {
                        "type": "queueTrigger",
                        "direction": "in",
                        "name": "message",
                        "queueName": "work",
                        "connection": "AzureWebJobsStorage",
                    }
                ]
            },
            "orders/__init__.py": "def main(msg): ...\n",
        },
        ["parameter-name", "parameter-missing"],
    ),
    "a parameter before a slash": (
        {"function_app.py": '@app.route("x")\ndef a(req: func.HttpRequest, /) -> str: ...\n'},
        ["positional-only"],
    ),
    "a decorator of a method, as Flask and FastAPI have": (
        {"function_app.py": '@app.get("x")\ndef a(req: func.HttpRequest) -> str: ...\n'},
        ["import-fails"],
    ),
    "a level in another letter case": (
        {
            "function_app.py": '@app.route("x", auth_level=func.AuthLevel.Anonymous)\n'
            "def a(req: func.HttpRequest) -> str: ...\n"
        },
        ["import-fails"],
    ),
    "body and status, as Flask takes them": (
        {
            "function_app.py": '@app.route("x")\n'
            "def a(req: func.HttpRequest) -> tuple[str, int]: ...\n"
        },
        ["http-result-tuple"],
    ),
    "an HTTP function that is a generator": (
        {"function_app.py": '@app.route("x")\ndef a(req: func.HttpRequest):\n    yield "x"\n'},
        ["http-generator"],
    ),
    "a route prefix at the top of host.json": (
        {"function_app.py": ROUTE, "host.json": {"version": "2.0", "routePrefix": "v1"}},
        ["host-key-misspelt"],
    ),
    "extensions.queue": (
        {
            "function_app.py": ROUTE,
            "host.json": {"version": "2.0", "extensions": {"queue": {"batchSize": 2}}},
        },
        ["host-key-misspelt"],
    ),
    "a log level Verbose": (
        {
            "function_app.py": ROUTE,
            "host.json": {"version": "2.0", "logging": {"logLevel": {"default": "Verbose"}}},
        },
        ["host-option"],
    ),
    "log levels in any letter case, or as numbers": (
        {
            "function_app.py": ROUTE,
            "host.json": {"version": "2.0", "logging": {"logLevel": {"a": "debug", "b": "2"}}},
        },
        [],
    ),
    "a list of functions with a misspelt name": (
        {"function_app.py": ROUTE, "host.json": {"version": "2.0", "functions": ["A", "ab"]}},
        ["host-functions"],
    ),
    "settings outside of Values": (
        {"function_app.py": ROUTE, "local.settings.json": {"API_KEY": "secret"}},
        ["local-key-outside"],
    ),
    "origins as a list": (
        {
            "function_app.py": ROUTE,
            "local.settings.json": {
                "IsEncrypted": False,
                "Values": {},
                "Host": {"CORS": ["https://a.example"]},
            },
        },
        ["cors-no-text"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told(
    mistake: str, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("API_KEY", raising=False)
    files, rules = MISTAKES[mistake]
    checked = check(files)
    assert checked.rules == rules
    for problem in checked.problems:
        assert problem["cause"]
        assert problem["remedy"]
        assert str(problem["file"]).startswith(str(tmp_path))
    assert "secret" not in json.dumps(checked.problems)
    severe = [each for each in checked.problems if each["severity"] == "error"]
    assert checked.status == (2 if severe else 0)


def test_an_attribute_of_other_frameworks_is_told_with_what_to_write(check: Check) -> None:
    for code, remedy in {
        '@app.get("x")\n': """'get'. Write route(..., methods=["GET"])""",
        '@app.route("x", auth_level=func.AuthLevel.Anonymous)\n': "Write 'ANONYMOUS'",
        "@func.FunctionAp()\n": "Write 'FunctionApp'",
    }.items():
        files = {"function_app.py": f"{code}def a(req: func.HttpRequest) -> str: ...\n"}
        assert remedy in check(files).problems[0]["cause"]
