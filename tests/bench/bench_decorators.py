"""Defining functions, writing their JSON, and both for whole apps."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import azure_functions_lib as func
from tests.bench import Row, compare, peer

Define = Callable[[Any, Any], Any]


def http(app: Any, function: Any) -> None:
    app.route(route="items/{id}", methods=["GET"])(function)


def queue(app: Any, function: Any) -> None:
    app.queue_trigger(arg_name="msg", queue_name="q", connection="C")(function)


def http_and_queue(app: Any, function: Any) -> None:
    output = app.queue_output(arg_name="msg", queue_name="q", connection="C")
    app.route(route="items/{id}", methods=["GET"])(output(function))


def cosmos(app: Any, function: Any) -> None:
    app.cosmos_db_trigger(
        arg_name="docs",
        connection="C",
        database_name="db",
        container_name="c",
        lease_container_name="leases",
        create_lease_container_if_not_exists=True,
    )(function)


def kafka(app: Any, function: Any) -> None:
    app.kafka_trigger(arg_name="event", topic="t", broker_list="b", consumer_group="g")(function)


def mixed(app: Any, function: Any) -> None:
    kinds = (http, queue, http_and_queue, cosmos, kafka)
    kinds[int(function.__name__[1:]) % len(kinds)](app, function)


KINDS: dict[str, Define] = {
    "HTTP": http,
    "queue": queue,
    "HTTP with queue output": http_and_queue,
    "Cosmos DB": cosmos,
    "Kafka": kafka,
    "all of these": mixed,
}


def app_of(package: Any, define: Define, count: int) -> Any:
    """Declare functions that differ in name only."""
    app = package.FunctionApp()
    for number in range(count):

        def function(req: object) -> None: ...

        function.__name__ = f"f{number}"
        define(app, function)
    return app


def written(package: Any, define: Define, count: int) -> None:
    for each in app_of(package, define, count).get_functions():
        each.get_function_json()


def best(call: Callable[[], object]) -> float:
    """Seconds of the quickest of some calls."""
    times = []
    for _ in range(5):
        gc.collect()
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def rows() -> Iterator[Row]:
    """Measure."""
    logging.disable()
    try:
        for name, define in KINDS.items():
            theirs = peer and (lambda: app_of(peer, define, 100))  # noqa: B023 - called at once
            ours = lambda: app_of(func, define, 100)  # noqa: B023, E731
            yield compare(f"define 100: {name}", ours, theirs, target=12)
        for name, define in KINDS.items():
            if define is mixed:
                continue  # an app of one function is of one kind
            text = app_of(func, define, 1).get_functions()[0].get_function_json
            theirs = peer and app_of(peer, define, 1).get_functions()[0].get_function_json
            yield compare(f"JSON, again: {name}", text, theirs, target=10)
        for name, define in KINDS.items():
            ours = lambda: written(func, define, 1000)  # noqa: B023, E731
            theirs = peer and (lambda: written(peer, define, 1000))  # noqa: B023
            yield compare(f"1,000 functions to JSON: {name}", ours, theirs, target=12)
        few, many = (best(lambda: written(func, queue, n)) for n in (1000, 10000))  # noqa: B023
        yield Row("10,000 functions to JSON", many, note=f"{many / few:.1f} times that of 1,000")
    finally:
        logging.disable(logging.NOTSET)
