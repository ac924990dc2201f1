"""Problems as SARIF 2.1.0, which code hosts show beside the lines concerned (OASIS standard)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..app.problem import Problem
from ..app.rules import RULES
from .common import printable

__all__ = ["document"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def document(problems: Iterable[Problem], root: Path) -> dict[str, Any]:
    """Make the SARIF log of a check.

    Args:
        problems: what was found.
        root: the app's folder, which paths are relative to.
    """
    problems = list(problems)
    used = sorted({problem.rule for problem in problems if problem.rule})
    driver = {
        "name": "azfl check",
        "version": __version__,
        "rules": [_rule(name) for name in used],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {"APP": {"uri": f"{root.resolve().as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, root) for problem in problems],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    cause, remedy = rule.meaning or (rule.cause, rule.remedy)
    return {
        "id": name,
        "shortDescription": {"text": cause},
        "help": {"text": remedy},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(problem: Problem, root: Path) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.rule or "app",
        "level": problem.severity,
        "message": {"text": printable(problem)},
    }
    location: dict[str, Any] = {}
    if problem.file is not None:
        place: dict[str, Any] = {"artifactLocation": _artifact(problem.file, root)}
        if problem.line is not None:
            place["region"] = {"startLine": problem.line}
        location["physicalLocation"] = place
    if problem.function is not None:
        location["logicalLocations"] = [{"name": problem.function, "kind": "function"}]
    if location:
        result["locations"] = [location]
    return result


def _artifact(file: str, root: Path) -> dict[str, str]:
    try:
        relative = Path(file).resolve().relative_to(root.resolve())
    except ValueError:
        return {"uri": Path(file).resolve().as_uri()}
    return {"uri": quote(relative.as_posix()), "uriBaseId": "APP"}
