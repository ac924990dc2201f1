"""On which line of a JSON file something stands."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from azure_functions_lib.app.json_lines import line_of

TEXT = """\
{
  // "bindings": [ { "name": 1
  "first": {"bindings": [0], "name": "bindings"},
  /* "bindings" */
  "bindings": [
    {
      "name": "one", "nested": {"queueName": [1, {"name": 2}]},
      "queueName": "a]}\\"b",
    },
    {"name": "two",
     "QueueName": "c"},
    5,
    [6, [7,
      8]],
  ],
  "last": null
}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ([], 1),
        (["first"], 3),
        (["first", "name"], 3),
        (["bindings"], 5),
        (["bindings", 0], 6),
        (["bindings", 0, "name"], 7),
        (["bindings", 0, "queueName"], 8),
        (["bindings", 0, "nested", "queueName", 1, "name"], 7),
        (["bindings", 1], 10),
        (["bindings", 1, "queueName"], 11),
        (["bindings", 2], 12),
        (["bindings", 3, 1, 1], 14),
        (["last"], 16),
        (["bindings", 1, "missing"], 10),
        (["bindings", 9, "name"], 5),
        (["missing", "name"], 1),
        (["last", "name"], 16),
    ],
)
def test_the_line_of_a_path_or_of_its_nearest_parent(path: Sequence[str | int], line: int) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize("text", ["", "[", '{"a', '{"a": ["b', "}}]]", ":,:", '/* {"a"', "\x00"])
def test_broken_text_has_lines_too(text: str) -> None:
    assert line_of(text, ["a", 0, "b"]) == 1
