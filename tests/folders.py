"""Apps written into folders, for tests."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

QUEUE_TRIGGER = {"type": "queueTrigger", "name": "msg", "direction": "in", "queueName": "in"}
QUEUE_OUT = {"type": "queue", "name": "out", "direction": "out", "queueName": "out"}
QUEUE_RETURN = {**QUEUE_OUT, "name": "$return"}


def write_app(root: Path, **files: Any) -> Path:
    """Write files by their paths: ``write_app(root, **{"one/__init__.py": "..."})``.

    Text is dedented; a list becomes a ``function.json`` with these bindings, other values JSON.
    """
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = {"bindings": content}
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
    return root


def v1_app(root: Path, code: str, *bindings: dict[str, Any], name: str = "one") -> Path:
    """Write an app of one ``function.json`` function."""
    return write_app(
        root,
        **{
            "host.json": {"version": "2.0"},
            f"{name}/function.json": list(bindings),
            f"{name}/__init__.py": code,
        },
    )
