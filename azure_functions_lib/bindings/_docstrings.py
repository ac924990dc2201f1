"""What a docstring says of parameters."""

from __future__ import annotations

import re
import textwrap

__all__ = ["documented_parameters"]


def documented_parameters(description: str) -> dict[str, str]:
    """Find what a docstring says of parameters, in the form of Google, Sphinx or NumPy."""
    found = {
        match[1]: " ".join(match[2].split())
        for match in re.finditer(r"^:param (?:\w+ )?(\w+): *(.*(?:\n[ \t]+.*)*)", description, re.M)
    }
    section = re.search(
        r"^(?:Args|Arguments|Parameters):[ \t]*\n((?:[ \t]+.*\n?|[ \t]*\n)*)", description, re.M
    )
    if section:
        for match in re.finditer(
            r"^\*{0,2}(\w+)(?: *\([^)]*\))?: *(.*(?:\n[ \t]+.*)*)",
            textwrap.dedent(section[1]),
            re.M,
        ):
            found[match[1]] = " ".join(match[2].split())
    section = re.search(
        r"^Parameters\n-{3,}\n(.*?)(?=\n[^\n]+\n-{3,}\n|\Z)", description, re.M | re.S
    )
    if section:
        for match in re.finditer(r"^(\w+)(?: *:.*)?\n((?:[ \t]+.*\n?)+)", section[1], re.M):
            found[match[1]] = " ".join(match[2].split())
    return found
