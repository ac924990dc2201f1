"""How a path is matched with a route template."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib.delivery.routing import Template

LITERALS = st.text("-.aA", min_size=1, max_size=2)


@given(
    st.lists(LITERALS, min_size=1, max_size=3),
    st.sampled_from(["", "-", "a"]),
    st.sampled_from(["", "-", "a"]),
    st.text("-.aAb", min_size=1, max_size=12),
)
def test_parameters_in_a_segment_take_what_a_greedy_expression_gives_them(
    between: list[str], first: str, last: str, segment: str
) -> None:
    names = [f"p{index}" for index in range(len(between) + 1)]
    template = first + "".join(
        f"{{{name}}}{literal}" for name, literal in zip(names, [*between, last], strict=True)
    )
    expression = re.escape(first) + "".join(
        f"(?P<{name}>.+){re.escape(literal)}"
        for name, literal in zip(names, [*between, last], strict=True)
    )
    found = re.fullmatch(expression, segment, re.IGNORECASE)
    assert Template(template).match(f"/{segment}") == (found and found.groupdict())
