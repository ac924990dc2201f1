"""What is wrong with an app, as a record that tools can show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Problem", "Severity", "errors"]

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Problem:
    """Something that keeps a function, or a whole app, from being served as it was meant.

    Attributes:
        function: the function's name; None for the app itself.
        parameter: the parameter, binding or key concerned; None for the function as a whole.
        cause: what is wrong.
        remedy: what to write instead.
        severity: ``"error"`` for what the host or a worker refuses; ``"warning"`` for what they
            serve, though hardly as it was meant; ``"note"`` for what Azure does differently.
        file: the path of the file to change; None where it is not known.
        line: the line in that file, from 1 on; None where it is not known.
        key: the key of the binding, or of the file, that is concerned; None for the whole.
        rule: the id of the rule that found it, as in ``docs/checking.md``; empty for what is wrong
            with a command.
    """

    function: str | None
    parameter: str | None
    cause: str
    remedy: str
    severity: Severity = "error"
    file: str | None = None
    line: int | None = None
    key: str | None = None
    rule: str = ""

    @property
    def place(self) -> str:
        """The file and the line as tools write them, ``file:line``; empty where not known."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.function, self.parameter) if part)
        return f"{place or 'app'}: {self.cause}. {self.remedy}"


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Give those problems for which something is not served."""
    return [problem for problem in problems if problem.severity == "error"]
