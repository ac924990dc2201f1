"""The rules of a ``.funcignore``, which are those of a gitignore file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import PackageError

if TYPE_CHECKING:
    from pathspec.pattern import RegexPattern

__all__ = ["FUNCIGNORE", "IgnoreRules"]

FUNCIGNORE = ".funcignore"


class IgnoreRules:
    """Tells what an app's ``.funcignore`` leaves out.

    Args:
        root: the app's folder; without such a file nothing is left out.

    Raises:
        PackageError: the file cannot be read.
    """

    def __init__(self, root: Path) -> None:
        file = root / FUNCIGNORE
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except FileNotFoundError:
            lines = []
        except (OSError, ValueError) as error:
            raise PackageError(f"{file}: cannot be read: {error}. Write it in UTF-8") from None
        # The last rule that matches counts.
        self._rules = [
            (f"{FUNCIGNORE}:{number}: {line.strip()}", pattern)
            for number, line in reversed([*enumerate(lines, 1)])
            if (pattern := _pattern(line)) is not None
        ]

    def reason(self, path: str, *, folder: bool) -> str | None:
        """Give the rule that leaves a path out; None where it stays.

        What lies in a folder that is left out cannot be brought back, so do not ask for it.

        Args:
            path: the path below the app's folder, with slashes.
            folder: whether it is a folder.
        """
        asked = f"{path}/" if folder else path
        for rule, pattern in self._rules:
            for found in pattern.regex.finditer(asked) if pattern.regex else ():
                # The one group of such an expression is the slash after a folder that it names.
                # What lies in there does not match by itself, and of the folder has been asked.
                if found.lastindex is None or found.end(found.lastindex) == len(asked):
                    return rule if pattern.include else None
        return None


def _pattern(line: str) -> RegexPattern | None:
    """Read a rule; None for one that can match nothing."""
    from pathspec import GitIgnoreSpec

    try:
        (pattern,) = GitIgnoreSpec.from_lines([line]).patterns
    except ValueError:  # such as a lone "!", which git passes over
        return None
    return pattern if pattern.include is not None else None
