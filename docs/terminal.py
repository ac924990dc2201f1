"""Makes the README's picture of a terminal: ``python docs/terminal.py``, with the extra ``host``.

It runs the README's first command for real and draws what that prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "_static" / "terminal.svg"
# Without the fonts that would be fetched: a reader's own will do.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
SHOWN = "azfl start docs/examples/shop --memory --exec 'python docs/examples/shop/order.py'"


def printed() -> str:
    """Run the command and give what it prints, with its colours."""
    executable = Path(sys.executable)
    command = SHOWN.replace("azfl", f"{executable} -m azure_functions_lib", 1)
    command = command.replace("'python ", f"'{executable} ")
    result = subprocess.run(
        command,
        cwd=ROOT,
        shell=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "FORCE_COLOR": "1"},
    )
    return result.stdout


def main() -> None:
    """Draw the picture."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=100, file=nowhere, force_terminal=True)
        console.print(Text.assemble(("$ ", "bold green"), SHOWN))
        console.print(Text.from_ansi(printed().rstrip()))
        console.save_svg(str(PICTURE), title="azfl start", code_format=FORMAT)


if __name__ == "__main__":
    main()
