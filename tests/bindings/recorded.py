"""The recorded payloads of ``tests/events``, by binding and name."""

from __future__ import annotations

import json
from pathlib import Path

from azure_functions_lib.delivery.recorded import RecordedPayload, loads

EVENTS = Path(__file__).parent.parent / "events"


def recorded(binding: str) -> dict[str, RecordedPayload]:
    """Read the payloads recorded for a binding."""
    payloads = json.loads((EVENTS / f"{binding}.json").read_text(encoding="utf-8"))
    return {name: loads(json.dumps(payload)) for name, payload in payloads.items()}
