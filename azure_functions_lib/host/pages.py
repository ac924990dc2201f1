"""The pages that the host itself shows to a person's browser."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..delivery.front import Reply

__all__ = ["OFFLINE_FILE", "home", "not_found", "offline_page"]

OFFLINE_FILE = "app_offline.htm"

_PAGE = (
    "<!doctype html><meta charset=utf-8><title>{title}</title>"
    "<body style='font: 1rem/1.5 system-ui; margin: 3rem auto; max-width: 40rem'>"
    "<h1>{title}</h1>{content}"
)


def home(headers: Iterable[tuple[str, str]]) -> Reply:
    """Make what ``/`` answers where no function does."""
    return _page(200, headers, "Your function app is up and running", "")


def not_found(headers: Iterable[tuple[str, str]], routes: Iterable[str]) -> Reply:
    """Make the page that tells a person which routes there are."""
    from html import escape

    rows = "".join(f"<li><code>{escape(route)}</code></li>" for route in routes)
    return _page(
        404, headers, "404", f"<p>No function has this route. There are:</p><ul>{rows}</ul>"
    )


def offline_page(app: Path) -> Reply | None:
    """Make what an app answers whose folder has a file ``app_offline.htm``."""
    try:
        content = (app / OFFLINE_FILE).read_bytes()
    except OSError:
        return None
    return Reply(503, [("content-type", "text/html")], content)


def _page(status: int, headers: Iterable[tuple[str, str]], title: str, content: str) -> Reply:
    body = _PAGE.format(title=title, content=content).encode()
    return Reply(status, [*headers, ("content-type", "text/html; charset=utf-8")], body)
