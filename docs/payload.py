"""Draws ``_static/payload.svg``, how a payload travels: ``python docs/payload.py``."""

from __future__ import annotations

from pathlib import Path

BOXES = [
    ("The service", "queue, blob, HTTP, timer"),
    ("The host", "Azure, azfl start, TestClient"),
    ("The codec", "decodes and encodes"),
    ("The function", "your code"),
]
DOWN = ["a message", "a payload", "a typed value"]
UP = ["a message", "a payload", "result, Out"]
OWN = 2
"""The box that is the library's in any case."""

WIDTH, BOX, HEIGHT, GAP, MARGIN = 340, 230, 54, 52, 14
# An image follows the system, not the theme that a reader chooses: it brings its own ground.
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1b1f24; text-anchor: middle }
.title { font-weight: 600 }
.small { font-size: 12.5px; fill: #57606a }
.start { text-anchor: start } .end { text-anchor: end }
rect { fill: #f6f8fa; stroke: #8c959f; rx: 8px }
.ground { fill: #fff; stroke: none }
.own { fill: #ddf4ff; stroke: #0969da }
path { stroke: #57606a; fill: none; stroke-width: 1.5 }
marker path { fill: #57606a; stroke: none }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #b1bac4 }
  rect { fill: #161b22; stroke: #6e7681 } .ground { fill: #0d1117 }
  .own { fill: #0c2d6b; stroke: #4493f8 }
  path { stroke: #b1bac4 } marker path { fill: #b1bac4 }
}
"""
HEAD = (
    '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
)
TITLE = (
    "A payload goes from the service by the host and the codec to your function, and its result "
    "the same way back"
)


def drawing() -> str:
    """Give the drawing as SVG: boxes one below the other, arrows there and back between them."""
    middle = WIDTH / 2
    height = 2 * MARGIN + len(BOXES) * HEIGHT + (len(BOXES) - 1) * GAP
    parts = [f'<rect class="ground" width="{WIDTH}" height="{height}"/>']
    for index, (title, detail) in enumerate(BOXES):
        y = MARGIN + index * (HEIGHT + GAP)
        own = ' class="own"' if index == OWN else ""
        parts += [
            f'<rect{own} x="{middle - BOX / 2}" y="{y}" width="{BOX}" height="{HEIGHT}"/>',
            f'<text class="title" x="{middle}" y="{y + 23}">{title}</text>',
            f'<text class="small" x="{middle}" y="{y + 42}">{detail}</text>',
        ]
        if index:
            top, bottom, label = y - GAP + 5, y - 5, y - GAP / 2 + 4
            left, right = middle - 16, middle + 16
            parts += [
                f'<path d="M{left} {top}V{bottom}" marker-end="url(#head)"/>',
                f'<path d="M{right} {bottom}V{top}" marker-end="url(#head)"/>',
                f'<text class="small end" x="{left - 10}" y="{label}">{DOWN[index - 1]}</text>',
                f'<text class="small start" x="{right + 10}" y="{label}">{UP[index - 1]}</text>',
            ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img">\n'
        f"<title>{TITLE}</title>\n<style>{STYLE}</style>\n<defs>{HEAD}</defs>\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    target = Path(__file__).parent / "_static" / "payload.svg"
    target.write_text(drawing(), encoding="utf-8")
