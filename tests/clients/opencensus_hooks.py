"""Runs a function between the hooks of OpenCensus, as a worker does; prints what came of it."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import proof  # noqa: F401 - makes sure of the implementation
from opencensus.extension.azure.functions import OpenCensusExtension
from opencensus.trace.base_exporter import Exporter

spans: list[Any] = []


class Collected(Exporter):
    def export(self, span_datas: Any) -> None:
        spans.extend(span_datas)

    emit = export


OpenCensusExtension.configure(
    connection_string="InstrumentationKey=00000000-0000-0000-0000-000000000001"
)
OpenCensusExtension._exporter = Collected()
hooks = func.ExtensionMeta.get_application_hooks()
logger = logging.getLogger("test")
trace_parent = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
context = SimpleNamespace(
    function_name="work",
    invocation_id="i-1",
    trace_context=SimpleNamespace(
        Traceparent=trace_parent, Tracestate="s=1", trace_parent=trace_parent, trace_state="s=1"
    ),
)


def run(hook: str, *arguments: Any) -> None:
    for each in getattr(hooks, hook):
        each.ext_impl(*arguments)


run("post_function_load_app_level", "work", "/app")
run("pre_invocation_app_level", logger, context, {})
with context.tracer.span("inside"):
    trace = context.tracer.span_context.trace_id
run("post_invocation_app_level", logger, context, {}, None)
print(
    json.dumps(
        {
            "registered": json.loads(func.ExtensionMeta.get_registered_extensions_json()),
            "hooks": {
                name: [each.ext_name for each in getattr(hooks, name)] for name in hooks._fields
            },
            "trace": trace,
            "spans": sorted(span.name for span in spans),
        }
    )
)
