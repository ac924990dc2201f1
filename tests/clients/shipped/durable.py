"""The conftest.py of the durable tests, which their wheel leaves out."""

from __future__ import annotations

import json

import azure.durable_functions as df
import azure.functions as func
import pytest
from azure.durable_functions.models import DurableOrchestrationBindings

TASK_HUB_NAME = "hub"
BASE_URL = "http://localhost:7071/runtime/webhooks/durabletask"
RPC_BASE_URL = "http://127.0.0.1:17071/durabletask/"
AUTH_CODE = "code-1"


def replace_stand_in_bits(text: str) -> str:
    for name in ("TASK_HUB_NAME", "BASE_URL", "AUTH_CODE"):
        text = text.replace(name, globals()[name])
    return text


def _urls(urls: dict[str, str]) -> dict[str, str]:
    return {name: replace_stand_in_bits(url) for name, url in urls.items()}


_START = "BASE_URL/orchestrators/{functionName}[/{instanceId}]?"
_WAIT = "timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&"
_INSTANCE = "BASE_URL/instances/INSTANCEID"
_QUERY = "taskHub=TASK_HUB_NAME&connection=Storage&code=AUTH_CODE"


@pytest.fixture
def app() -> df.DFApp:
    return df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@pytest.fixture
def binding_string() -> str:
    bindings = {
        "taskHubName": TASK_HUB_NAME,
        "creationUrls": _urls(
            {
                "createNewInstancePostUri": f"{_START}code=AUTH_CODE",
                "createAndWaitOnNewInstancePostUri": f"{_START}{_WAIT}code=AUTH_CODE",
            }
        ),
        "managementUrls": _urls(
            {
                "id": "INSTANCEID",
                "statusQueryGetUri": f"{_INSTANCE}?{_QUERY}",
                "sendEventPostUri": f"{_INSTANCE}/raiseEvent/{{eventName}}?{_QUERY}",
                "terminatePostUri": f"{_INSTANCE}/terminate?reason={{text}}&{_QUERY}",
                "rewindPostUri": f"{_INSTANCE}/rewind?reason={{text}}&{_QUERY}",
                "purgeHistoryDeleteUri": f"{_INSTANCE}?{_QUERY}",
                "suspendPostUri": f"{_INSTANCE}/suspend?reason={{text}}&{_QUERY}",
                "resumePostUri": f"{_INSTANCE}/resume?reason={{text}}&{_QUERY}",
                "restartPostUri": f"{_INSTANCE}/restart?{_QUERY}",
            }
        ),
        "rpcBaseUrl": RPC_BASE_URL,
    }
    return json.dumps(bindings)


@pytest.fixture
def binding_info(binding_string: str) -> DurableOrchestrationBindings:
    return DurableOrchestrationBindings.from_json(binding_string)
