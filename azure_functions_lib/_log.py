"""The library's own log."""

from __future__ import annotations

__all__ = ["warn"]


def warn(message: str, *values: object) -> None:
    """Log a warning, in the name of the caller."""
    import logging

    logging.getLogger("azure_functions_lib").warning(message, *values, stacklevel=2)
