"""Run many mixed invocations, and see that memory, threads and descriptors stay level.

``python -m tests.bench.soak`` runs 100,000 of them, ``python -m tests.bench.soak 5000`` fewer. The
table has a row for each tenth, read from ``/proc``, which Linux has. Status 1 says that the process
has grown since the second row: what is made once, such as modules and caches, is there by then.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from azure_functions_lib.runtime.runtime import Runtime
from azure_functions_lib.testing import AsyncTestClient, TestClient, events
from azure_functions_lib.wire.datum import Datum

APP = """
import asyncio, contextvars, logging, threading
import azure_functions_lib as func

app = func.FunctionApp()
seen = contextvars.ContextVar("seen", default=0)

@app.route("items/{id}")
def items(req: func.HttpRequest) -> str:
    seen.set(seen.get() + 1)
    logging.info("item %s", req.route_params["id"])
    return req.route_params["id"]

@app.route()
async def coroutine(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(0)
    return func.HttpResponse.from_json(req.get_json())

@app.route()
def form(req: func.HttpRequest) -> str:
    return req.form["field"]

@app.queue_trigger("msg", "in", "C")
@app.queue_output("$return", "out", "C")
def work(msg: func.QueueMessage) -> str:
    return msg.get_body().decode()

@app.queue_trigger("msg", "out", "C")
def receive(msg: func.QueueMessage) -> None: ...

@app.service_bus_queue_trigger("batch", "C", "q", cardinality="many")
def batch(batch: list[func.ServiceBusMessage]) -> None:
    for message in batch:
        message.message_id, message.get_body()

@app.queue_trigger("msg", "failing", "C")
def fail(msg: func.QueueMessage) -> None:
    raise ValueError(msg.id)

@app.queue_trigger("msg", "threads", "C")
def threads(msg: func.QueueMessage, context: func.Context) -> None:
    thread = threading.Thread(target=context.bind(logging.info), args=("in a thread",))
    thread.start()
    thread.join()

@app.queue_trigger("msg", "slow", "C")
async def slow(msg: func.QueueMessage) -> None:
    await asyncio.sleep(3600)
"""


class State(NamedTuple):
    """What of a process shall stay level."""

    memory: float  # MB
    threads: int
    descriptors: int

    @classmethod
    def of(cls, process: int) -> State:
        files = Path("/proc", str(process))
        pages = int((files / "statm").read_text().split()[1])
        threads = sum(1 for _ in (files / "task").iterdir())
        descriptors = sum(1 for _ in (files / "fd").iterdir())
        return cls(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, threads, descriptors)

    def __str__(self) -> str:
        return f"{self.memory:9.1f}  {self.threads:7}  {self.descriptors:11}"


def has_grown(states: list[State], allowed: float) -> bool:
    """Whether the last state is above the second, by which all is there that is made once."""
    _, settled, *_, last = states
    return (
        last.threads > settled.threads
        or last.descriptors > settled.descriptors
        or last.memory > settled.memory * allowed
    )


def plain(app: Path, rounds: int) -> Iterator[Any]:
    """Call by the test client, in one thread: 10 invocations a round."""
    batch = events.service_bus_batch(["a", "b", "c"])
    with TestClient(app, raise_exceptions=False) as client:
        for number in range(rounds):
            yield client.get(f"/api/items/{number}").text == str(number)
            yield client.post("/api/coroutine", json={"a": number}).json() == {"a": number}
            yield client.post("/api/form", data={"field": "x"}).text == "x"
            yield client.invoke("work", "text").ok
            yield len(client.drain("out")) == 1
            yield client.invoke("batch", batch).ok
            yield not client.invoke("fail", "x").ok
            yield client.get("/api/nowhere").status_code == 404
            yield client.invoke("threads", "x").ok
            yield client.get(f"/api/items/{number}?a=b").text == str(number)


async def together(app: Path, rounds: int) -> list[Any]:
    """Call by the client of asynchronous code: 10 invocations at a time."""
    results: list[Any] = []
    async with AsyncTestClient(app) as client:
        for number in range(rounds):
            calls = [client.get(f"/api/items/{number}") for _ in range(5)]
            calls += [client.post("/api/coroutine", json=number) for _ in range(5)]
            results += [answer.status_code == 200 for answer in await asyncio.gather(*calls)]
    return results


async def bare(app: Path, rounds: int) -> list[Any]:
    """Call a runtime, plain functions in its pool of threads: 10 invocations at a time."""
    results: list[Any] = []
    payload = Datum("text", "string")
    async with Runtime(app) as runtime:
        for _ in range(rounds):
            calls = [runtime.invoke("work", payload) for _ in range(8)]
            calls.append(runtime.invoke("fail", payload))
            calls.append(runtime.invoke("slow", payload, timeout=0.001))
            results += [each.ok for each in await asyncio.gather(*calls)]
    expected = [*[True] * 8, False, False] * rounds
    return [got is wanted for got, wanted in zip(results, expected, strict=True)]


def main(count: int) -> None:
    """Run about as many invocations, and print what the process has after each tenth."""
    logging.disable(logging.CRITICAL)
    print("invocations  memory MB  threads  descriptors  seconds")
    states: list[State] = []
    done, start = 0, perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder)
        (app / "function_app.py").write_text(APP)
        (app / "host.json").write_text('{"version": "2.0"}')
        rounds = max(1, count // 10 // 30)
        for _ in range(10):
            results = [
                *plain(app, rounds),
                *asyncio.run(together(app, rounds)),
                *asyncio.run(bare(app, rounds)),
            ]
            assert all(results), f"{results.count(False)} of {len(results)} answers are wrong"
            done += len(results)
            del results
            gc.collect()
            states.append(State.of(os.getpid()))
            print(f"{done:11,}  {states[-1]}  {perf_counter() - start:7.0f}", flush=True)
    # The allocator keeps some of what was free: 2 % is no growth with the invocations.
    if has_grown(states, 1.02):
        sys.exit("it has grown")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
