"""Which account a connection names."""

from __future__ import annotations

import pytest

import azure_functions_lib as func
from azure_functions_lib.delivery.connections import other_account

REAL = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c2VjcmV0"


def read(msg: object) -> None: ...


def queue_trigger(connection: str) -> object:
    app = func.FunctionApp()
    app.queue_trigger("msg", "orders", connection)(read)
    (function,) = app.get_functions()
    return function.get_trigger()


@pytest.mark.parametrize(
    ("connection", "settings", "expected"),
    [
        ("AzureWebJobsStorage", {}, None),
        ("AzureWebJobsStorage", {"AzureWebJobsStorage": ""}, None),
        ("AzureWebJobsStorage", {"AzureWebJobsStorage": "UseDevelopmentStorage=true"}, None),
        ("AzureWebJobsStorage", {"AzureWebJobsStorage": "useDevelopmentStorage=True;"}, None),
        ("AzureWebJobsStorage", {"AzureWebJobsStorage": REAL}, "AzureWebJobsStorage"),
        ("Storage", {"AzureWebJobsStorage": REAL}, "AzureWebJobsStorage"),
        ("", {"AzureWebJobsStorage": REAL}, "AzureWebJobsStorage"),
        ("Other", {"AzureWebJobsStorage": REAL}, None),
        ("Other", {"Other": REAL}, "Other"),
        ("Other", {"AzureWebJobsOther": "UseDevelopmentStorage=true", "Other": REAL}, None),
        ("Other", {"Other__accountName": "a"}, "Other__accountName"),
        (
            "Other",
            {"AzureWebJobsOther__queueServiceUri": "https://a"},
            "AzureWebJobsOther__queueServiceUri",
        ),
        ("Other", {"Other": "UseDevelopmentStorage=true", "Other__accountName": "a"}, None),
    ],
)
def test_the_account_of_a_connection(
    connection: str, settings: dict[str, str], expected: str | None
) -> None:
    assert other_account(queue_trigger(connection), settings) == expected  # type: ignore[arg-type]


def test_a_binding_of_another_service_has_no_storage_account() -> None:
    app = func.FunctionApp()
    app.service_bus_queue_trigger("msg", "Bus", "orders")(read)
    (function,) = app.get_functions()
    assert other_account(function.get_trigger(), {"Bus": "Endpoint=sb://x"}) is None  # type: ignore[arg-type]
