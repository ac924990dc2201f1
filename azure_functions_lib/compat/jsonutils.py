"""The JSON functions of the mirrored modules."""

from __future__ import annotations

import importlib
import json as standard
from abc import ABC, abstractmethod
from types import SimpleNamespace
from typing import Any

from ..wire.jsontext import dump_json, parse_json


class JsonInterface(ABC):
    """A way to write and read JSON."""

    @abstractmethod
    def dumps(self, obj: Any) -> str:
        """Write a value as JSON text."""

    @abstractmethod
    def loads(self, s: str | bytes | bytearray) -> Any:
        """Read JSON text."""


class StdJsonAdapter(JsonInterface):
    """The standard library's ``json``."""

    def dumps(self, obj: Any) -> str:
        """Write a value as JSON text."""
        return standard.dumps(obj)

    def loads(self, s: str | bytes | bytearray) -> Any:
        """Read JSON text."""
        return standard.loads(s)


class OrJsonAdapter(JsonInterface):
    """The package orjson.

    Raises:
        ModuleNotFoundError: it is not installed.
    """

    def __init__(self) -> None:
        self.orjson = importlib.import_module("orjson")

    def dumps(self, obj: Any) -> str:
        """Write a value as JSON text."""
        written: bytes = self.orjson.dumps(obj)
        return written.decode()

    def loads(self, s: str | bytes | bytearray) -> Any:
        """Read JSON text."""
        return self.orjson.loads(s)


def _adapter() -> JsonInterface:
    try:
        return OrJsonAdapter()
    except ModuleNotFoundError:
        return StdJsonAdapter()


json_impl = _adapter()


def dumps(obj: Any) -> str:
    """Write a value as JSON text."""
    return dump_json(obj, allow_nan=True)


def loads(s: str | bytes | bytearray) -> Any:
    """Read JSON text."""
    return parse_json(s)


json = SimpleNamespace(dumps=dumps, loads=loads)
