"""The metadata of the distribution azure-functions, for clients that ask for its version.

It is given only where the distribution itself is not installed.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, DistributionFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TEXT", "VERSION", "find"]

NAME = "azure-functions"
VERSION = "2.4.0b1"
"""The version whose names and behaviour this library mirrors."""

TEXT = f"""\
Metadata-Version: 2.1
Name: {NAME}
Version: {VERSION}
Summary: The name azure.functions, answered by azure-functions-lib
"""


class _Mirrored(Distribution):
    def read_text(self, filename: str) -> str | None:
        return TEXT if filename == "METADATA" else None

    def locate_file(self, path: Any) -> Path:
        return Path(__file__).with_name(str(path))


def find(context: Any, asking: object) -> Iterator[Distribution]:
    """Give the metadata to importlib.metadata, unless another finder has it.

    Args:
        context: what is looked for, and where: folders that are named are not ours to answer for.
        asking: the finder that asks.
    """
    asked = vars(context)
    name = asked.get("name")
    if asked.get("path") is not None:
        return
    if name is not None and re.sub("[-_.]+", "-", name).lower() != NAME:
        return
    exactly = DistributionFinder.Context(name=NAME)
    for finder in sys.meta_path:
        others = getattr(finder, "find_distributions", None)
        if finder is not asking and others is not None and any(True for _ in others(exactly)):
            return
    yield _Mirrored()
