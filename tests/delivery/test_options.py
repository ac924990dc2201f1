"""What host.json says to the host."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from azure_functions_lib.delivery.options import (
    BlobOptions,
    HostOptions,
    HttpOptions,
    QueueOptions,
    read_host_options,
)
from azure_functions_lib.delivery.retries import RetryPolicy


def test_nothing_said_is_the_defaults() -> None:
    assert read_host_options({}) == HostOptions()
    assert read_host_options({"version": "2.0"}, cpu_count=4) == HostOptions(
        queues=QueueOptions(new_batch_threshold=32), blobs=BlobOptions(max_degree_of_parallelism=32)
    )


def test_everything_said() -> None:
    document = {
        "functionTimeout": "00:05:00",
        "functions": ["A", "b"],
        "retry": {"strategy": "fixedDelay", "maxRetryCount": 2, "delayInterval": "00:00:10"},
        "extensions": {
            "queues": {
                "batchSize": 1,
                "newBatchThreshold": 4,
                "maxPollingInterval": "00:00:00.5",
                "visibilityTimeout": "00:00:30",
                "maxDequeueCount": 3,
                "messageEncoding": "None",
            },
            "Blobs": {"maxDegreeOfParallelism": 4, "POISONBLOBTHRESHOLD": 1},
            "http": {
                "routePrefix": "",
                "maxOutstandingRequests": 200,
                "maxConcurrentRequests": 100,
                "customHeaders": {"X-Frame-Options": "DENY"},
                "hsts": {
                    "isEnabled": True,
                    "maxAge": "10",
                    "includeSubDomains": True,
                    "preload": True,
                    "excludedHosts": ["localhost"],
                },
            },
        },
    }
    assert read_host_options(document) == HostOptions(
        QueueOptions(1, 4, timedelta(seconds=0.5), timedelta(seconds=30), 3, False),
        BlobOptions(4, 1),
        HttpOptions(
            200,
            100,
            {"X-Frame-Options": "DENY"},
            "max-age=864000; includeSubDomains; preload",
            ("localhost",),
        ),
        timedelta(minutes=5),
        RetryPolicy(2, timedelta(seconds=10), timedelta(seconds=10)),
        frozenset({"a", "b"}),
    )


def test_a_batch_of_one_is_one_at_a_time() -> None:
    options = read_host_options({"extensions": {"queues": {"batchSize": 1}}}, cpu_count=8)
    assert options.queues.new_batch_threshold == 0


def test_no_timeout() -> None:
    assert read_host_options({"functionTimeout": "-1"}).function_timeout is None


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        ("extensions", [], "extensions: it is list []. Write an object"),
        ("extensions.queues", 7, "extensions.queues: it is int 7. Write an object"),
        ("extensions.queues.batchSize", 33, "it is int 33. Write a whole number from 1 to 32"),
        ("extensions.queues.batchSize", "many", "batchSize: it is str 'many'"),
        ("extensions.queues.batchSize", True, "batchSize: it is bool True"),
        ("extensions.queues.batchSize", 1.5, "batchSize: it is float 1.5"),
        ("extensions.queues.batchSize", [1], "batchSize: it is list [1]"),
        ("extensions.queues.maxDequeueCount", 0, "it is int 0. Write a whole number from 1 on"),
        ("extensions.queues.maxPollingInterval", "00:00:00.05", "at least 0:00:00.1"),
        ("extensions.queues.visibilityTimeout", 30, "visibilityTimeout: it is int 30"),
        ("extensions.queues.messageEncoding", "utf8", "it is str 'utf8'. Write base64 or none"),
        ("extensions.blobs.poisonBlobThreshold", None, None),
        ("extensions.http.maxConcurrentRequests", -2, "maxConcurrentRequests: it is int -2"),
        ("extensions.http.customHeaders", "x", "customHeaders: it is str 'x'. Write an object"),
        ("extensions.http.hsts.isEnabled", "maybe", "hsts.isEnabled: it is str 'maybe'"),
        ("functionTimeout", "5 minutes", "functionTimeout: it is str '5 minutes'"),
        ("functionTimeout", "00:00:00", "functionTimeout: it is str '00:00:00'"),
        ("functions", "a", "functions: it is str 'a'. Write an array of texts"),
        ("functions", ["a", 1], "functions: it is list ['a', 1]"),
        ("retry", {"strategy": "x"}, "retry: it cannot be used (retry: strategy: got str 'x'"),
        ("retry", 3, "retry: it is int 3. Write an object"),
    ],
)
def test_a_bad_value_is_a_problem_and_its_default(path: str, value: Any, cause: str | None) -> None:
    document: Any = value
    for name in reversed(path.split(".")):
        document = {name: document}
    options = read_host_options(document)
    problems = [str(problem) for problem in options.problems]
    if cause is None:
        assert problems == []
    else:
        assert len(problems) == 1
        assert problems[0].startswith("host.json: ")
        assert cause in problems[0]
    assert HostOptions(**{**vars(options), "problems": ()}) == HostOptions()


def test_the_text_of_a_custom_header() -> None:
    options = read_host_options({"extensions": {"http": {"customHeaders": {"X-A": 1, "X-B": "b"}}}})
    assert options.http.custom_headers == {"X-A": "", "X-B": "b"}
    assert [str(each) for each in options.problems] == [
        "host.json: extensions.http.customHeaders.X-A: it is int 1. Write text"
    ]


def test_settings_override_the_file() -> None:
    document = {"extensions": {"queues": {"batchSize": 4, "maxDequeueCount": 3}}}
    settings = {
        "AzureFunctionsJobHost__extensions__Queues__BATCHSIZE": "2",
        "AzureFunctionsJobHost__functions__0": "only",
        "AzureFunctionsJobHost__functions__1": "these",
        "OTHER": "x",
    }
    options = read_host_options(document, settings)
    assert (options.queues.batch_size, options.queues.max_dequeue_count) == (2, 3)
    assert options.functions == frozenset({"only", "these"})
    assert document == {"extensions": {"queues": {"batchSize": 4, "maxDequeueCount": 3}}}


def test_no_value_of_a_setting_is_shown() -> None:
    options = read_host_options({}, {"AzureFunctionsJobHost__functionTimeout": "s3cret"})
    (problem,) = options.problems
    assert "s3cret" not in str(problem)
    assert "a setting gives it another value" in str(problem)
