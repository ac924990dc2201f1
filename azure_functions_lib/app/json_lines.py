"""On which line of a JSON file a key stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

__all__ = ["line_of", "place_in"]

_TOKEN = re.compile(
    r'"(?P<text>[^"\\]*(?:\\.[^"\\]*)*)"?|//[^\r\n]*|/\*.*?(?:\*/|\Z)'
    r'|(?P<sign>[{}\[\],:])|[^\s{}\[\],:"]+',
    re.DOTALL,
)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Find the line of what a path of keys and positions leads to, or of its nearest parent.

    Comments and trailing commas are passed over, and so is what is broken behind the place. Keys
    are found in any letter case, as the host does. The text is read once, up to the place.

    Args:
        text: what the file holds, JSON or nearly so.
        path: keys of objects and positions in arrays, such as ``("bindings", 0, "queueName")``.

    Returns:
        a line, from 1 on; 1 if not even the first key is there.
    """
    wanted = [part.lower() if isinstance(part, str) else part for part in path]
    found, depth = 0, 0  # where in the text; how much of the path is there
    stack: list[str | int] = []  # the keys and positions that lead to where the text is read
    last = ""
    for token in _TOKEN.finditer(text):
        sign, key = token["sign"], token["text"]
        if sign in ("{", "["):
            stack.append("" if sign == "{" else 0)
        elif sign in ("}", "]"):
            if len(stack) <= depth + 1:
                break  # the innermost parent that was found ends here
            stack.pop()
        elif sign == ":" and stack and isinstance(stack[-1], str):
            stack[-1] = last
        elif sign == "," and stack:
            inner = stack[-1]
            stack[-1] = inner + 1 if isinstance(inner, int) else ""
        elif key is not None:
            last = key.lower()
        if depth < len(wanted) and len(stack) > depth and stack[:depth] == wanted[:depth]:
            part, here = wanted[depth], stack[depth]
            if isinstance(part, int):
                begins = here == part and sign not in ("[", ",")
            else:
                begins = key is not None and here == "" and len(stack) == depth + 1 and last == part
            if begins:
                found, depth = token.start(), depth + 1
        if depth == len(wanted):
            break
    return text.count("\n", 0, found) + 1


def place_in(file: Path, path: Sequence[str | int]) -> tuple[str, int]:
    """Give a file with the line of a path in it; see :func:`line_of`."""
    try:
        text = file.read_bytes().decode("utf-8", "replace")
    except OSError:
        text = ""
    return str(file), line_of(text, path)
