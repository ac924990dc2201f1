"""``azfl save INVOCATION FILE [APP]``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from pprint import pformat
from typing import TYPE_CHECKING, Any

import click

from ..delivery.recorded import RecordedPayload, dumps
from ..wire.datum import Datum, python_value
from .common import app_argument
from .show import recorded
from .state import state_option, wrong

if TYPE_CHECKING:
    from ..host.journal import Record
    from ..wire.datum import DatumLike


@click.command("save")
@click.argument("invocation")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@app_argument
@click.option("--as-test", is_flag=True, help="Write a test for pytest in place of the payload.")
@state_option
def command(invocation: str, file: Path, app: Path, as_test: bool, state: Path | None) -> None:
    """Write what INVOCATION was given into FILE, for azfl invoke --payload and events.load.

    With --as-test FILE is a Python file whose test gives it to the function again and expects
    what came of it. Both hold all that was sent, credentials too.
    """
    record = recorded(invocation, app, state, "text")
    payloads = dict(record.call.payloads)
    if not payloads:
        raise wrong(
            f"the payloads of {record.entry.id} were too large to be kept",
            "Take another invocation",
            "text",
        )
    data = payloads.pop(record.entry.trigger, Datum(None, None))
    document = dumps(RecordedPayload(data, record.call.metadata, payloads)) + "\n"
    try:
        file.write_text(_test(record, document, file, app) if as_test else document, "utf-8")
    except OSError as error:
        raise wrong(f"{file}: {error.strerror}", "Give another file", "text") from None


_TEST = '''"""What {function} made of the invocation {id} at {started:%Y-%m-%d %H:%M:%S}."""

from pathlib import Path

from azure_functions_lib.testing import TestClient, events

APP = Path(__file__).parent / {app!r}

PAYLOAD = r"""
{payload}"""


def test_{name}(tmp_path):
    (tmp_path / "payload.json").write_text(PAYLOAD)
    with TestClient(APP, raise_exceptions=False) as client:
        result = client.invoke({function!r}, events.load(tmp_path / "payload.json"))
{expected}'''


def _test(record: Record, payload: str, file: Path, app: Path) -> str:
    entry, outcome = record.entry, record.outcome
    if outcome.exception is not None:
        error = outcome.exception
        expected = [
            f"    assert type(result.exception).__name__ == {error.type!r}",
            f"    assert str(result.exception) == {error.message!r}",
        ]
    else:
        expected = ["    assert result.exception is None"]
        expected += _expectation("result.return_value", outcome.return_value)
        for name, datum in outcome.outputs.items():
            expected += _expectation(f"result.outputs[{name!r}]", datum)
    return _TEST.format(
        function=entry.function,
        id=entry.id,
        started=entry.started,
        app=os.path.relpath(app.resolve(), file.resolve().parent),
        payload=payload,
        name=re.sub(r"\W", "_", f"{entry.function}_{entry.id[:8]}").lower(),
        expected="\n".join(expected) + "\n",
    )


def _expectation(expression: str, datum: DatumLike | None) -> list[str]:
    if datum is not None and datum.type == "http":
        body = datum.value["body"].value
        return [
            f"    assert {expression}.status_code == {datum.value['status_code'].value}",
            f"    assert {expression}.content == {pformat(body)}",
        ]
    value: Any = python_value(datum)
    if value is None:
        return [f"    assert {expression} is None"]
    return [f"    assert {expression} == {pformat(value)}"]
