"""Values that may occur several times, in headers and queries, as the host joins them."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["joined", "query_params"]


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give each name one value: several are joined by a comma."""
    pairs = list(pairs)
    single = dict(pairs)
    if len(single) == len(pairs):
        return single
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(several) for name, several in values.items()}


def query_params(url: str) -> dict[str, str]:
    """Read the query of a URL: repeated parameters joined, those without a value left out."""
    query = url.partition("#")[0].partition("?")[2]
    if not query:
        return {}
    if "%" not in query and "+" not in query:  # nothing to decode
        pairs = (field.partition("=") for field in query.split("&"))
        return joined((name, value) for name, _, value in pairs if value)
    from urllib.parse import parse_qsl

    return joined(parse_qsl(query))
