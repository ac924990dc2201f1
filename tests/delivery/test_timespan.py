"""Time spans, as people and .NET write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from azure_functions_lib.delivery.timespan import parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1d", timedelta(days=1)),
        ("2h30m", timedelta(hours=2, minutes=30)),
        ("90s", timedelta(seconds=90)),
        ("1.5s", timedelta(seconds=1.5)),
        (" 1D 2h ", timedelta(days=1, hours=2)),
        ("00:05:00", timedelta(minutes=5)),
        ("1.02:00:00", timedelta(days=1, hours=2)),
        ("-00:05:00", timedelta(minutes=-5)),
        ("", None),
        ("7", None),
        ("1x", None),
        ("30m2h", None),
        ("-1d", None),
        ("d", None),
        ("00:61:00", None),
    ],
)
def test_a_duration(text: str, span: timedelta | None) -> None:
    assert parse_duration(text) == span
