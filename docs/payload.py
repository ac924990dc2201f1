"""Draws ``_static/payload.svg``, how a payload travels: ``python docs/payload.py``."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

BOXES = [
    ("service", "Azure or azfl start", "queue, blob, HTTP, timer"),
    ("host", "payload", "type, value, metadata"),
    ("codec", "bindings/", "decode"),
    ("function", "your function", "QueueMessage, HttpRequest, ..."),
]
BACK = ["sent", "payload", "encode", "result, Out"]
FORTH = ["occurs", "travels", "typed value"]
WIDTH, HEIGHT, GAP = 180, 74, 92
TITLES = {
    "service": "The service",
    "host": "The host",
    "codec": "The codec",
    "function": "The function",
}
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1b1f24; text-anchor: middle }
.title { font-weight: 600 }
.small { font-size: 12px; fill: #57606a }
rect { fill: #f6f8fa; stroke: #8c959f; rx: 8px }
.own { fill: #ddf4ff; stroke: #0969da }
path { stroke: #57606a; fill: none; stroke-width: 1.5 }
marker path { fill: #57606a; stroke: none }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 }
  rect { fill: #161b22; stroke: #6e7681 } .own { fill: #0c2d6b; stroke: #4493f8 }
  path { stroke: #9198a1 } marker path { fill: #9198a1 }
}
"""


def drawing() -> str:
    """Give the drawing, boxes from left to right with arrows there and back, as SVG."""
    parts = []
    for index, (key, line, detail) in enumerate(BOXES):
        x = 10 + index * (WIDTH + GAP)
        middle = x + WIDTH / 2
        own = ' class="own"' if key in ("codec",) else ""
        parts.append(f'<rect{own} x="{x}" y="20" width="{WIDTH}" height="{HEIGHT}"/>')
        for y, kind, text in ((44, "title", TITLES[key]), (64, "", line), (82, "small", detail)):
            parts.append(f'<text class="{kind}" x="{middle}" y="{y}">{escape(text)}</text>')
        if index:
            left, right = x - GAP + 6, x - 8
            centre = x - GAP / 2
            parts.append(f'<path d="M{left} 42H{right}" marker-end="url(#head)"/>')
            parts.append(f'<path d="M{right + 2} 78H{left + 2}" marker-end="url(#head)"/>')
            parts.append(f'<text class="small" x="{centre}" y="34">{FORTH[index - 1]}</text>')
            parts.append(f'<text class="small" x="{centre}" y="96">{BACK[index]}</text>')
    width = 20 + len(BOXES) * WIDTH + (len(BOXES) - 1) * GAP
    head = (
        '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 112" role="img">\n'
        "<title>A payload goes from the service by the host and the codec to your function, and "
        f"its result the same way back</title>\n<style>{STYLE}</style>\n<defs>{head}</defs>\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    target = Path(__file__).parent / "_static" / "payload.svg"
    target.write_text(drawing(), encoding="utf-8")
