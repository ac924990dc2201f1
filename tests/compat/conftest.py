from __future__ import annotations

from pathlib import Path

import pytest

from .runs import Environment


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment without any package below ``azure``."""
    return Environment(tmp_path / "environment")


@pytest.fixture(params=["without azure-functions", "with azure-functions"])
def either(request: pytest.FixtureRequest, environment: Environment) -> Environment:
    """An environment without azure-functions, and one with it."""
    if request.param == "with azure-functions":
        environment.install_other_package()
    return environment
