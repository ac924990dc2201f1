"""The local host beside a bare ASGI server (uvicorn and Starlette) and functions-framework.

Each is a process of its own; the requests come from this one, on keep-alive connections. What is
compared with a bare server has it in the column of the peer.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from . import Row

_FUNCTIONS = """
import azure_functions_lib as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route("hello")
async def hello(req: func.HttpRequest) -> str:
    return "hello"

@app.route("busy")
def busy(req: func.HttpRequest) -> str:
    return str(sum(number * number for number in range(100_000)))

@app.timer_trigger("timer", schedule="0 0 4 * * *")
def nightly(timer: func.TimerRequest) -> None: ...
"""
_BARE = """
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

async def hello(request):
    return PlainTextResponse("hello")

app = Starlette(routes=[Route("/api/hello", hello)])
"""
_FRAMEWORK = """
import functions_framework

@functions_framework.http
def hello(request):
    return "hello"
"""
_QUEUE = """
import azure_functions_lib as func

app = func.FunctionApp()

@app.queue_trigger("msg", queue_name="orders", connection="")
def take(msg: func.QueueMessage) -> None: ...
"""

_STARTS = 5
_CONNECTIONS = 16
_ROUNDS = 4
_SECONDS = 2.0
_MESSAGES = 3000
_SAVES = 7
_MANY = 20_000
_PATH = "/api/hello"


def rows() -> Iterator[Row]:
    """Measure each row of the table; a time is that of one operation."""
    build = Path("build")  # on a disk, and not of the repository
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build.resolve()) as name:
        folder = Path(name)
        app = _written(folder / "app" / "function_app.py", _FUNCTIONS).parent
        _written(app / "host.json", '{"version": "2.0"}')
        _written(folder / "bare.py", _BARE)
        _written(folder / "framework.py", _FRAMEWORK)
        yield from _starts(app)
        yield from _rates(app)
        yield from _processes(app)
        yield from _queue(folder)
        yield _save(app)
        yield from _at_rest(app)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# -- Servers


def _azfl(app: Path, *options: str) -> Callable[[int], list[str]]:
    given = ("--memory", "--log-level", "warning", *options)
    module = (sys.executable, "-m", "azure_functions_lib", "start", str(app))
    return lambda port: [*module, *given, "--port", str(port)]


def _bare(app: Path) -> Callable[[int], list[str]]:
    options = ("--app-dir", str(app.parent), "--log-level", "warning")
    return lambda port: [sys.executable, "-m", "uvicorn", "bare:app", *options, "--port", str(port)]


def _framework(app: Path) -> Callable[[int], list[str]] | None:
    if importlib.util.find_spec("functions_framework") is None:
        return None
    source = ("--source", str(app.parent / "framework.py"), "--target", "hello")
    module = (sys.executable, "-m", "functions_framework", *source, "--host", "127.0.0.1")
    return lambda port: [*module, "--port", str(port)]


def _environment() -> dict[str, str]:
    """Variables with which Python keeps what it has compiled, as where pip has installed it."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path("build", "bytecode").resolve())}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


class _Server:
    """A server that has answered once."""

    def __init__(self, command: Callable[[int], list[str]]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            command(self.port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        while True:
            with suppress(OSError):
                if b" 200 " in self.ask(_PATH)[:15]:
                    break
            if self.process.poll() is not None:
                raise RuntimeError(f"{command(self.port)} has ended")
            time.sleep(0.002)
        self.first_answer = time.perf_counter() - begun

    def ask(self, path: str) -> bytes:
        """Send a request on a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(_request(path, "close"))
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def seconds_a_request(self, path: str, seconds: float) -> float:
        """Ask for a while on several connections."""
        return asyncio.run(_load(self.port, path, lambda count, spent: spent >= seconds))

    def processes(self) -> list[int]:
        """The process and its children."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [self.process.pid, *map(int, children.split())]


@contextmanager
def _served(command: Callable[[int], list[str]]) -> Iterator[_Server]:
    server = _Server(command)
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGINT)
        server.process.wait(20)


def _request(path: str, connection: str = "keep-alive") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\n\r\n".encode()


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the response to the last one is complete."""

    def __init__(self, request: bytes, answered: Callable[[], bool]) -> None:
        self._request = request
        self._answered = answered
        self._received = b""
        self._transport: Any = None
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
        if len(body) < int(length):
            return
        self._received = b""
        if self._answered():
            self._transport.write(self._request)
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def _load(port: int, path: str, enough: Callable[[int, float], bool]) -> float:
    begun, count = time.perf_counter(), 0

    def answered() -> bool:
        nonlocal count
        count += 1
        return not enough(count, time.perf_counter() - begun)

    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: _Connection(_request(path), answered), *address))[1]
        for address in [("127.0.0.1", port)] * _CONNECTIONS
    ]
    await asyncio.gather(*(each.done for each in connections))
    return (time.perf_counter() - begun) / count


# -- Rows


def _starts(app: Path) -> Iterator[Row]:
    times: dict[str, list[float]] = {name: [] for name in _commands(app)}
    for _ in range(1 + _STARTS):
        for name, command in _commands(app).items():
            with _served(command) as server:
                times[name].append(server.first_answer)
    # The first one of each has compiled its modules.
    ours, *peers = (statistics.median(each[1:]) for each in times.values())
    for peer, target, note in zip(peers, (1 / 1.5, 2), _peers(), strict=False):
        yield Row("host: process start to first answer", ours, peer, target, f"beside {note}")


def _commands(app: Path) -> dict[str, Callable[[int], list[str]]]:
    """How this host is started, and the peers."""
    commands = {"host": _azfl(app), "bare": _bare(app)}
    framework = _framework(app)
    return commands if framework is None else {**commands, "framework": framework}


def _peers() -> tuple[str, str]:
    """The peers with their versions."""
    return f"{_version('uvicorn')} + {_version('starlette')}", _version("functions-framework")


def _version(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{package} (not installed)"


def _rates(app: Path) -> Iterator[Row]:
    child, bare, *others = _commands(app).values()
    inside = _azfl(app, "--in-process")
    child_time, bare_time, inside_time, *other_times = _in_turns(
        _PATH, child, bare, inside, *others
    )
    beside, framework = _peers()
    for name, ours, target in (("in process", inside_time, 0.6), ("in a child", child_time, 0.35)):
        note = f"{1 / ours:,.0f} a second; beside {beside}, {1 / bare_time:,.0f} a second"
        yield Row(f"host: a request answered {name}", ours, bare_time, target, note)
    for other in other_times:
        note = f"beside {framework}, {1 / other:,.0f} a second"
        yield Row("host: a request answered in a child", child_time, other, 3, note)


def _processes(app: Path) -> Iterator[Row]:
    commands = (_azfl(app, "--processes", count) for count in ("1", "2"))
    one, two = _in_turns("/api/busy", *commands)
    yield Row("host: busy function, two children", two, one, 1.7, "beside one child")


def _in_turns(path: str, *commands: Callable[[int], list[str]]) -> list[float]:
    """The seconds that a request takes of each server, in the best of some rounds.

    All of them run, and are asked in turns, so that a busy moment of the machine hits each.
    """
    best = [float("inf")] * len(commands)
    with ExitStack() as stack:
        servers = [stack.enter_context(_served(command)) for command in commands]
        for number in range(1 + _ROUNDS):
            for index, server in enumerate(servers):
                spent = server.seconds_a_request(path, _SECONDS if number else 0.5)
                if number:  # the first round is to get warm
                    best[index] = min(best[index], spent)
    return best


def _queue(folder: Path) -> Iterator[Row]:
    from azure_functions_lib.delivery.call import Call, Outcome
    from azure_functions_lib.host.compose import Setup, compose
    from azure_functions_lib.host.host import Observer

    class Counting(Observer):
        count = 0

        def __init__(self) -> None:
            self.changed = asyncio.Event()

        def ended(self, call: Call, outcome: Outcome) -> None:
            self.count += 1
            self.changed.set()

        async def reach(self, count: int) -> None:
            while self.count < count:
                self.changed.clear()
                await self.changed.wait()

    async def run() -> tuple[float, float]:
        app = _written(folder / "queue" / "function_app.py", _QUEUE).parent
        observer = Counting()
        host = compose(Setup(app), observer)
        await host.start()
        queues = host.storage.queues
        await queues.create("orders")
        latencies = []
        for number in range(1, 52):
            await asyncio.sleep(0.01)
            begun = time.perf_counter()
            await queues.put("orders", "dGV4dA==")
            await observer.reach(number)
            latencies.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        await asyncio.gather(*(queues.put("orders", "dGV4dA==") for _ in range(_MESSAGES)))
        await observer.reach(len(latencies) + _MESSAGES)
        spent = time.perf_counter() - begun
        await host.stop()
        return spent / _MESSAGES, statistics.median(latencies)

    each, latency = asyncio.run(run())
    yield Row("host: queue message put, run and deleted, on disk", each, 1 / 1500, 1,
              f"{1 / each:,.0f} a second; beside the aim of 1,500")  # fmt: skip
    yield Row("host: latency of one queue message", latency, 0.01, 1, "beside the aim of 10 ms")


def _save(app: Path) -> Row:
    times = []
    with _served(_azfl(app)) as server:
        for number in range(_SAVES):
            time.sleep(1.1)  # Python tells files of one size apart by the second of their change
            answer = f"hello {number}"
            begun = time.perf_counter()
            _written(app / "function_app.py", _FUNCTIONS.replace('"hello"\n', f'"{answer}"\n', 1)
                     .replace(f'route("{answer}")', 'route("hello")'))  # fmt: skip
            while not server.ask(_PATH).endswith(answer.encode()):
                time.sleep(0.002)
            times.append(time.perf_counter() - begun)
    note = "beside the aim of 0.35 s"
    return Row("host: a file saved to the new answer", statistics.median(times), 0.35, 1, note)


def _at_rest(app: Path) -> Iterator[Row]:
    with _served(_azfl(app)) as server:
        processes = server.processes()
        time.sleep(1)  # until the app has been checked
        before = _megabytes(processes)
        begun = _cpu_seconds(processes)
        time.sleep(5)
        idle = (_cpu_seconds(processes) - begun) / 5
        memory = []
        for _ in range(3):
            asyncio.run(_load(server.port, _PATH, lambda count, spent: count >= _MANY))
            memory.append(_megabytes(processes))
    yield Row("host: processor time of a second at rest", idle, 0.01, 1, "beside the aim of 1 %")
    after = ", ".join(f"{each:.0f}" for each in memory)
    note = f"{before:.0f} MB; {after} MB after each {_MANY:,} requests; aim 90 MB"
    yield Row("host: memory of host and child", 0.0, note=note)


def _megabytes(processes: list[int]) -> float:
    """What they hold together; shared pages count once (proc(5), ``smaps_rollup``)."""
    kilobytes = 0
    for process in processes:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def _cpu_seconds(processes: list[int]) -> float:
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
