#!/usr/bin/env python3
"""Replay golden vectors against a module that mirrors `azure.functions`.

  python replay.py MODULE [--file vectors.jsonl ...] [--target 2.3.0]
                        [--binding B] [--op OP] [--show] [--json OUT]

MODULE      import name, e.g. azure.functions or azure_functions_lib
--file      default: vectors.jsonl next to this script; may be repeated
--target    2.3.0 (default) runs every vector; 1.26.0 skips the ones that are
            marked valid only for 2.3.0
--show      print expected/actual of every failure

The module must offer
    MODULE.get_binding_registry().get(binding_name) -> converter class | None
        with .decode(datum, trigger_metadata=..), .encode(obj,
        expected_type=None), .check_input_type_annotation(t),
        .check_output_type_annotation(t)
    MODULE.meta.Datum(value, type)
    and the public classes/decorators of azure.functions

VECTOR FORMAT (one JSON object per line)
  id, binding, op, valid (list of azure-functions versions), input, output

  op decode    input {data: DATUM|null, metadata: [[name, DATUM|null],..]|null,
               probe?: [expr..], view?: "attrs"|"none"}
  op encode    input {py: expr, setup?: statements}
  op check_in / check_out   input {py: expr giving the annotation}
  op construct input {py: expr, setup?, probe?, view?}   (public classes)
  op decorator input {src: statements building `app`, probe?: [expr..]}
               output: list of functions (name, script file, http_type,
               bindings as emitted in function.json, settings)
  op parse_datetime  input {text}: decoded through queueTrigger metadata field
               InsertionTime (string datum) -> QueueMessage.insertion_time
  op parse_timedelta input {text}: decoded through serviceBusTrigger metadata
               field TimeToLive (string datum) -> ServiceBusMessage.time_to_live

  In expressions `func` is MODULE; also typing, datetime, decimal, io, json,
  operator, collections, enum, dataclasses are available; in a probe `o` is
  the decoded/constructed object.

  DATUM = {"type": str|null, "value": VALUE}; for collection_* types VALUE is
  a list (given to the converter as an object with the attribute string /
  bytes / double / sint64); for "http" VALUE is {method, url, headers, query,
  params, body: DATUM} with plain strings; model_binding_data is {version,
  source, content_type, content}.

  VALUE encoding: JSON scalars as they are; {"$bytes": base64};
  {"$datetime": isoformat}; {"$timedelta": [days, seconds, microseconds]};
  {"$tuple": [..]}; {"$isa": class, "attrs": {non-None attributes}};
  {"$raises": class}; {"$enum": "Class.MEMBER"}; {"$dict": [[k, v]..]}.

  output is one of
    {"value": VALUE, "probe": [VALUE..]}
    {"datum": {"type":.., "value": VALUE}}  or {"datum": {"type": "json",
        "json": parsed}} - json datums are compared after parsing
    {"bool": true|false}
    {"rejects": true}    the annotation must not be accepted: a falsy result
                         or any exception passes
    {"raises": NAME, "exact": class}   an exception whose MRO has a class
        called NAME; NAME "*" = any Exception (the genuine package fails here
        by accident, with `exact`; only "must not succeed" is required)
"""

import argparse
import asyncio
import base64
import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import importlib
import inspect
import io
import json
import logging
import operator
import sys
import types
import typing
import warnings
from pathlib import Path

ACCIDENTAL = {
    "AttributeError",
    "TypeError",
    "KeyError",
    "IndexError",
    "AssertionError",
    "UnboundLocalError",
    "RecursionError",
}

VIEWS = {
    "HttpRequest": (
        ["method", "url", "headers", "params", "route_params"],
        ["get_body", "get_json"],
    ),
    "HttpResponse": (["status_code", "mimetype", "charset"], ["get_body"]),
    "InputStream": (["name", "uri", "length", "blob_properties", "metadata"], ["read"]),
    "QueueMessage": (
        [
            "id",
            "dequeue_count",
            "expiration_time",
            "insertion_time",
            "time_next_visible",
            "pop_receipt",
        ],
        ["get_body", "get_json"],
    ),
    "TimerRequest": (["past_due", "schedule_status", "schedule"], []),
    "EventGridEvent": (
        ["id", "topic", "subject", "event_type", "event_time", "data_version"],
        ["get_json"],
    ),
    "EventGridOutputEvent": (
        ["id", "subject", "event_type", "event_time", "data_version"],
        ["get_json"],
    ),
    "CloudEvent": (
        [
            "id",
            "source",
            "type",
            "specversion",
            "time",
            "subject",
            "datacontenttype",
            "dataschema",
            "extension_attrs",
        ],
        ["get_json"],
    ),
    "EventHubEvent": (
        ["partition_key", "sequence_number", "offset", "enqueued_time", "iothub_metadata"],
        ["get_body"],
    ),
    "KafkaEvent": (["key", "offset", "partition", "topic", "timestamp", "headers"], ["get_body"]),
    "ServiceBusMessage": (
        [
            "application_properties",
            "content_type",
            "correlation_id",
            "dead_letter_error_description",
            "dead_letter_reason",
            "dead_letter_source",
            "delivery_count",
            "enqueued_sequence_number",
            "enqueued_time_utc",
            "expires_at_utc",
            "expiration_time",
            "label",
            "locked_until",
            "lock_token",
            "message_id",
            "partition_key",
            "reply_to",
            "reply_to_session_id",
            "scheduled_enqueue_time",
            "scheduled_enqueue_time_utc",
            "sequence_number",
            "session_id",
            "state",
            "subject",
            "time_to_live",
            "to",
            "transaction_partition_key",
            "user_properties",
        ],
        ["get_body"],
    ),
    "OrchestrationContext": (["body"], ["__str__"]),
    "EntityContext": (["body"], ["__str__"]),
    "PromptInvocationContext": (["name", "arguments", "sessionid", "transport"], []),
    "PromptArgument": (["name", "description", "required"], []),
    "WarmUpContext": ([], []),
}
MAPPINGS = ["Document", "SqlRow", "MySqlRow"]
LISTS = ["DocumentList", "SqlRowList", "MySqlRowList"]


def find_class(M, name):
    c = getattr(M, name, None)
    if c is None and name == "WarmUpContext":
        c = getattr(getattr(M, "warmup", None), name, None)
    return c if isinstance(c, type) else None


def exc_name(e):
    n = type(e).__name__
    if isinstance(e, ValueError) and type(e).__module__ in (
        "builtins",
        "json.decoder",
        "json",
        "orjson",
    ):
        return "ValueError", n
    return n, n


def describe(v, M, depth=0):
    if depth > 12:
        return {"$deep": type(v).__name__}
    d = lambda x: describe(x, M, depth + 1)  # noqa: E731
    if v is None or (isinstance(v, (bool, str)) and type(v) in (bool, str, type(None))):
        return v
    if isinstance(v, enum.Enum):
        return {"$enum": f"{type(v).__name__}.{v.name}"}
    if type(v) is int:
        return v
    if type(v) is float:
        return v if v == v and v not in (float("inf"), float("-inf")) else {"$float": str(v)}
    if isinstance(v, str):
        return str(v)
    if isinstance(v, bytes):
        return {"$bytes": base64.b64encode(v).decode()}
    if isinstance(v, bytearray):
        return {"$bytearray": base64.b64encode(bytes(v)).decode()}
    if isinstance(v, datetime.datetime):
        return {"$datetime": v.isoformat()}
    if isinstance(v, datetime.date):
        return {"$date": v.isoformat()}
    if isinstance(v, datetime.timedelta):
        return {"$timedelta": [v.days, v.seconds, v.microseconds]}
    for n in LISTS:
        c = find_class(M, n)
        if c is not None and isinstance(v, c):
            return {"$isa": n, "items": [d(x) for x in v]}
    for n in MAPPINGS:
        c = find_class(M, n)
        if c is not None and isinstance(v, c):
            return {"$isa": n, "data": d(dict(v))}
    for n, (attrs, calls) in VIEWS.items():
        c = find_class(M, n)
        if c is None or not isinstance(v, c):
            continue
        out = {}
        for a in attrs + calls:
            try:
                x = getattr(v, a)
                if a in calls:
                    x = x()
                x = d(x)
            except Exception as e:
                x = {"$raises": exc_name(e)[0]}
            if x is not None:
                out[a + "()" if a in calls else a] = x
        return {"$isa": n, "attrs": out}
    if isinstance(v, collections.abc.Mapping):
        items = [(k, d(x)) for k, x in v.items()]
        if all(isinstance(k, str) and not k.startswith("$") for k, _ in items):
            return dict(items)
        return {"$dict": [[d(k), x] for k, x in items]}
    if isinstance(v, tuple):
        return {"$tuple": [d(x) for x in v]}
    if isinstance(v, list):
        return [d(x) for x in v]
    if isinstance(v, (set, frozenset)):
        return {"$set": sorted(json.dumps(d(x), sort_keys=True) for x in v)}
    if isinstance(v, type):
        return {"$class": v.__name__}
    if isinstance(v, collections.abc.Sequence):
        return [d(x) for x in v]
    return {"$type": type(v).__name__}


def undescribe(v):
    if isinstance(v, dict):
        if "$bytes" in v:
            return base64.b64decode(v["$bytes"])
        if "$dict" in v:
            return {undescribe(k): undescribe(x) for k, x in v["$dict"]}
        return {k: undescribe(x) for k, x in v.items()}
    if isinstance(v, list):
        return [undescribe(x) for x in v]
    return v


def build_datum(d, M):
    if d is None:
        return None
    D = M.meta.Datum
    t, v = d["type"], d["value"]
    if t and t.startswith("collection_") and v is not None:
        v = types.SimpleNamespace(**{t[len("collection_") :]: undescribe(v)})
    elif t == "model_binding_data" and v is not None:
        v = types.SimpleNamespace(**undescribe(v))
    elif t == "http" and v is not None:
        s = lambda x: D(value=x, type="string")  # noqa: E731
        v = {
            "method": s(v["method"]),
            "url": s(v["url"]),
            "headers": {k: s(x) for k, x in v["headers"].items()},
            "query": {k: s(x) for k, x in v["query"].items()},
            "params": {k: s(x) for k, x in v["params"].items()},
            "body": build_datum(v["body"], M),
        }
    else:
        v = undescribe(v)
    return D(value=v, type=t)


def show_datum(d, M):
    if d is None:
        return None
    t, v = d.type, d.value
    if t == "json" and isinstance(v, (str, bytes)):
        try:
            return {"type": t, "json": json.loads(v)}
        except ValueError:
            return {"type": t, "value": describe(v, M)}
    if t == "http" and isinstance(v, dict):
        ck = v.get("cookies")
        return {
            "type": t,
            "value": {
                "status_code": show_datum(v["status_code"], M),
                "headers": {k: show_datum(x, M) for k, x in v["headers"].items()},
                "body": show_datum(v["body"], M),
                "cookies": None
                if ck is None
                else [
                    [
                        {"name": n, "value": m.value, **{k: x for k, x in sorted(m.items()) if x}}
                        for n, m in c.items()
                    ]
                    for c in ck
                ],
            },
        }
    return {"type": t, "value": describe(v, M)}


def namespace(M):
    return {
        "func": M,
        "typing": typing,
        "datetime": datetime,
        "decimal": decimal,
        "io": io,
        "json": json,
        "operator": operator,
        "collections": collections,
        "enum": enum,
        "dataclasses": dataclasses,
        "asyncio": asyncio,
        "List": list,
        "Optional": typing.Optional,
    }


def run_probes(o, inp, ns, M):
    out = []
    for p in inp.get("probe", []):
        try:
            r = eval(p, dict(ns, o=o))
            if inspect.iscoroutine(r):
                r = asyncio.run(r)
            out.append(describe(r, M))
        except Exception as e:
            out.append({"$raises": exc_name(e)[0]})
    return out


def with_probes(o, inp, ns, M):
    out = {}
    if inp.get("view", "attrs") != "none":
        out["value"] = describe(o, M)
    if inp.get("probe"):
        out["probe"] = run_probes(o, inp, ns, M)
    return out


def show_function(f, M):
    j = json.loads(f.get_function_json())
    out = {
        "name": f.get_function_name(),
        "http_type": f.http_type,
        "is_http": f.is_http_function(),
        "json": j,
    }
    raw = [json.loads(x) for x in f.get_raw_bindings()]
    if raw != j.get("bindings"):
        out["raw_bindings"] = raw
    for s in ("retry_policy", "function_name"):
        v = f.get_settings_dict(s)
        if v is not None:
            out.setdefault("settings", {})[s] = describe(v, M)
    return out


def execute(vec, M):
    """-> output object for the vector's input, as MODULE behaves."""
    inp, op = vec["input"], vec["op"]
    ns = namespace(M)
    reg = M.get_binding_registry()
    try:
        if op == "decode":
            conv = reg.get(vec["binding"])
            md = inp.get("metadata")
            if md is not None:
                md = {k: build_datum(d, M) for k, d in md}
            o = conv.decode(build_datum(inp["data"], M), trigger_metadata=md)
            return with_probes(o, inp, ns, M)
        if op in ("encode", "construct"):
            if inp.get("setup"):
                exec(inp["setup"], ns)
            o = eval(inp["py"], ns)
            if op == "construct":
                return with_probes(o, inp, ns, M)
            r = reg.get(vec["binding"]).encode(o, expected_type=None)
            return {"datum": show_datum(r, M)}
        if op in ("check_in", "check_out"):
            t = eval(inp["py"], ns)
            c = reg.get(vec["binding"])
            m = (
                c.check_input_type_annotation
                if op == "check_in"
                else c.check_output_type_annotation
            )
            return {"bool": bool(m(t))}
        if op == "decorator":
            exec(inp["src"], ns)
            fs = ns["app"].get_functions()
            out = {"functions": [show_function(f, M) for f in fs]}
            if inp.get("probe"):
                ns["fs"] = fs
                out["probe"] = run_probes(ns["app"], inp, ns, M)
            return out
        if op == "parse_datetime":
            D = M.meta.Datum
            o = reg.get("queueTrigger").decode(
                D(value="x", type="string"),
                trigger_metadata={"InsertionTime": D(value=inp["text"], type="string")},
            )
            return {"value": describe(o.insertion_time, M)}
        if op == "parse_timedelta":
            D = M.meta.Datum
            o = reg.get("serviceBusTrigger").decode(
                D(value="x", type="string"),
                trigger_metadata={
                    "UserProperties": D(value="{}", type="json"),
                    "TimeToLive": D(value=inp["text"], type="string"),
                },
            )
            return {"value": describe(o.time_to_live, M)}
        raise SystemExit(f"unknown op {op}")
    except Exception as e:
        n, exact = exc_name(e)
        return {"raises": n, "exact": exact, "_mro": [c.__name__ for c in type(e).__mro__]}


def canon(x):
    return json.dumps(x, sort_keys=True, ensure_ascii=True)


def extends(expected, actual):
    """The mirrored API refuses this input, the mirror accepts it."""
    return (
        ("raises" in expected or "rejects" in expected)
        and "raises" not in actual
        and "runner_error" not in actual
    )


def matches(expected, actual):
    if "rejects" in expected:
        return "raises" in actual or actual.get("bool") is False
    if "raises" in expected:
        if "raises" not in actual:
            return False
        return expected["raises"] == "*" or expected["raises"] in actual["_mro"]
    a = {k: v for k, v in actual.items() if k != "_mro"}
    return canon(expected) == canon(a)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("module")
    ap.add_argument("--file", action="append")
    ap.add_argument("--target", default="2.3.0")
    ap.add_argument("--binding")
    ap.add_argument("--op")
    ap.add_argument("--show", action="store_true")
    ap.add_argument("--json")
    a = ap.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    M = importlib.import_module(a.module)
    files = a.file or [Path(__file__).with_name("vectors.jsonl")]
    tally = collections.OrderedDict()
    bad, extended, skipped = [], [], 0
    for fn in files:
        for line in Path(fn).read_text(encoding="utf-8").splitlines():
            v = json.loads(line)
            if (a.binding and v["binding"] != a.binding) or (a.op and v["op"] != a.op):
                continue
            if a.target not in v["valid"]:
                skipped += 1
                continue
            try:
                act = execute(v, M)
                ok = matches(v["output"], act)
            except BaseException as e:  # a mirror may lack a name
                if isinstance(e, KeyboardInterrupt):
                    raise
                act, ok = {"runner_error": repr(e)}, False
            t = tally.setdefault(v["binding"], [0, 0, 0])
            wider = not ok and extends(v["output"], act)
            t[0 if ok else 2 if wider else 1] += 1
            if wider:
                extended.append(v["id"])
            elif not ok:
                bad.append(v["id"])
                if a.show:
                    act.pop("_mro", None)
                    print("FAIL", v["id"])
                    print("   input   ", canon(v["input"])[:600])
                    print("   expected", canon(v["output"])[:1500])
                    print("   actual  ", canon(act)[:1500])
    w = max([len(b) for b in tally] or [7])
    p, f, e = (sum(t[i] for t in tally.values()) for i in range(3))
    for b, (x, y, z) in sorted(tally.items()):
        print(f"{b:{w}}  pass {x:4}  fail {y:4}  extended {z:4}")
    print(
        f"{'TOTAL':{w}}  pass {p:4}  fail {f:4}  extended {e:4}  "
        f"skipped {skipped} (not valid for {a.target})"
    )
    if extended:
        print("extended ids (the mirrored API refuses, MODULE accepts):")
        for i in extended:
            print("  " + i)
    if bad:
        print("failing ids:")
        for i in bad:
            print("  " + i)
    if a.json:
        report = {
            "module": a.module,
            "target": a.target,
            "pass": p,
            "fail": f,
            "extended": extended,
            "skipped": skipped,
            "failing": bad,
            "per_binding": tally,
        }
        Path(a.json).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 1 if f else 0


if __name__ == "__main__":
    sys.exit(main())
