"""What is drawn for each target: what it knows, anything else, and now and then a lot of it.

JSON is put together as text, so that it can nest deeper, and be more broken, than any value that
is written as JSON.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from azure_functions_lib.meta import Datum
from tests.bindings.test_bad_input import BINDINGS
from tests.strategies import ARRAYS, FIELDS, KEYS, collection, datums, metadata

__all__ = ["STRATEGIES"]

SIZES = (10, 1_000, 30_000, 100_000)
"""About how many characters a repeated unit comes to."""

_sizes = st.sampled_from([SIZES[0]] * 5 + [*SIZES])

_DOCUMENTS = {
    "asgi": "type status headers body more_body http.response.start http.response.body",
    "decorators": "arg_name route methods auth_level data_type cardinality schedule "
    "queue_name connection run_on_startup is_sessions_enabled "
    "trigger_extra_fields access_rights many",
    "function-json": "bindings type direction name route methods authLevel queueName "
    "connection scriptFile entryPoint disabled retry strategy httpTrigger "
    "queueTrigger http in out $return req msg fixedDelay maxRetryCount "
    "delayInterval schedule timerTrigger dataType cardinality",
    "mcp": "days city tags far name arguments sessionid transport",
    "outcomes": "function invocation_id outputs exception logs duration type value "
    "payloads binding metadata message traceback level logger $return http "
    "status_code headers body cookies",
    "payloads": "data metadata inputs type value string bytes json int double http "
    "$bytes method url headers query params body status_code cookies "
    "collection_string model_binding_data",
    "requests": "method GET OPTIONS url /api/a-1/b http://h/api/ headers host origin http://a "
    "access-control-request-method x-forwarded-proto cookie content-type body ?a=b",
    "responses": "body status_code headers mimetype charset text/plain utf-8 200",
    "settings": "version 2.0 IsEncrypted Values Host ConnectionStrings LocalHttpPort "
    "CORS extensions http routePrefix queues maxDequeueCount "
    "functionTimeout logging retry CORSCredentials",
    "wsgi": "status headers body 200 OK content-type",
}
"""The targets that read JSON, and the words that they know."""

_TEXTS = {
    "cookies": ["a", "=", ";", " ", '"', "\\", "__Host-", "$Version=1", "%41", ",", "\u00e9"],
    "expressions": ["{", "}", "{{", "}}", "a", ".", "-", ":", "{a}", "{a.b}", "%A%", "%", "/",
                    "{rand-guid}", "{DateTime:yyyy}", "{sys.utcnow}", "x/"],
    "filters": ["(", ")", "not ", "a eq 1", " and ", " or ", "'", "''", "a", " gt ", "datetime'",
                "1.5", "9", "guid'", "true", "-", "X'00'"],
    "forms": ["--b\r\n", "--b--\r\n", "--b", "\r\n", "\r\n\r\n", 'content-disposition: form-data; ',
              'name="a"', '; filename="x"', "name*=utf-8''a", "content-type: text/plain; charset=",
              "utf-8", "x: y\r\n", "a=1&", "&", "=", "%41", "%", "+", "\\", '"', ";", " "],
    "routes": ["{", "}", "{a}", "{b?}", "{*c}", "{a:int}", "-", ".", "/", "x", ":", "(", ")", "?",
               "{d=1}", "{e:length(1,2)}", "{f:guid}", "{g:range(1,9)}", "%2f", "%41", "=", "*"],
    "storage": ["a", "B", "-", "--", ".", "/", "..", "\\", "%2f", "$", "\0", "\u2028", "'", "9"],
    "schedules": ["*", " ", "*/", ",", "-", "0", "5", "59", "1-5", "MON", "jan", "/", ":", ".",
                  "0 ", "* * * * * ", "00:00:01", "PT", "P1D", "1-5,"],
}  # fmt: skip
"""The targets that read text, and the pieces that it is made of."""

_COMMAND_LINE = (
    "--output json text -d --data --json --input --metadata --set --url --payload f g queue timer "
    "blob http --query --route-param -X -H a=1 @x --strict --log-level debug"
)


def _repeated(units: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda unit, size: unit * (size // len(unit)), units, _sizes)


def _texts(pieces: list[str]) -> st.SearchStrategy[str]:
    """Give texts of some pieces and a little else, one of which may come very often."""
    piece = st.sampled_from(pieces)
    unit = st.lists(piece, min_size=1, max_size=4).map("".join)
    part = piece | piece | st.text(max_size=3) | _repeated(unit)
    return st.lists(part, max_size=12).map("".join)


def _json_texts(words: list[str]) -> st.SearchStrategy[str]:
    """Give JSON texts of values with some names, some of them long, wide, deep or broken."""
    names = st.sampled_from(words)
    units = st.text(min_size=1, max_size=3) | names
    strings = (names | names | st.text(max_size=8) | _repeated(units)).map(json.dumps)
    small = st.none() | st.booleans() | st.integers() | st.floats()
    repeated = _repeated(st.sampled_from(["9", "[", '{"a":', '"\\', "[],", " "]))
    leaves = small.map(json.dumps) | strings | strings | repeated

    def within(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        keys = (names | st.text(max_size=5)).map(json.dumps)
        members = st.builds("{}: {}".format, keys, inner)
        return (
            st.lists(inner, max_size=5).map(_array)
            | st.lists(members, max_size=6).map(_object)
            | st.builds(_long, inner, _sizes)
            | st.builds(_wide, names, inner, _sizes)
            | st.builds(_deep, names, inner, _sizes)
        )

    return st.recursive(leaves, within, max_leaves=20)


def _array(items: list[str]) -> str:
    return f"[{', '.join(items)}]"


def _object(members: list[str]) -> str:
    return f"{{{', '.join(members)}}}"


def _long(item: str, size: int) -> str:
    return _array([item] * max(1, size // (len(item) + 2)))


def _wide(name: str, value: str, size: int) -> str:
    count = max(1, size // (len(name) + len(value) + 10))
    return _object([f'"{name}{number}": {value}' for number in range(count)])


def _deep(name: str, value: str, size: int) -> str:
    depth = size // (len(name) + 6)
    return f'{{"{name}": ' * depth + value + "}" * depth


def _encoded(texts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    return texts.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=60)


@st.composite
def _decoded(draw: st.DrawFn) -> tuple[str, Datum | None, Any]:
    """Draw a binding type, a payload and metadata."""
    binding = draw(st.sampled_from(BINDINGS))
    if draw(st.integers(0, 9)):
        return binding, draw(datums()), draw(metadata())
    json_text = _json_texts([*FIELDS, *KEYS])
    text = draw(json_text | _texts(["0", "T", ":", "-", ".", "Z", "+", "/", "9"]))
    payloads = st.sampled_from(
        [
            Datum(text, "string"),
            Datum(text, "json"),
            Datum(text.encode("utf-8", "replace"), "bytes"),
            collection("string", [text] * 3),
            collection("bytes", [text[:20].encode("utf-8", "replace")] * (len(text) // 20)),
        ]
    )
    if binding == "httpTrigger":
        payloads = _requests()
    names = st.sampled_from((*FIELDS, *ARRAYS))
    entries = st.dictionaries(names, json_text.map(lambda text: Datum(text, "json")), max_size=2)
    return binding, draw(payloads), draw(st.none() | entries)


def _requests() -> st.SearchStrategy[Datum]:
    """Give HTTP requests that have much of something."""
    pieces = sorted({*_TEXTS["forms"], *_TEXTS["cookies"]})
    texts = _texts(pieces)

    def many(name: str, value: str, size: int) -> dict[str, Datum]:
        count = size // (len(name) + len(value) + 5)
        return {f"{name}{number}": Datum(value, "string") for number in range(count)}

    entries = st.builds(many, st.text(max_size=5), st.text(max_size=20), _sizes)
    content_types = st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain"]
    )
    headers = st.builds(
        lambda content_type, cookie, others: {
            "content-type": Datum(content_type, "string"),
            "cookie": Datum(cookie, "string"),
            **others,
        },
        content_types | texts,
        texts,
        entries,
    )
    return st.fixed_dictionaries(
        {
            "method": st.just(Datum("POST", "string")),
            "url": texts.map(lambda text: Datum(f"http://h/?{text}", "string")),
            "headers": headers,
            "query": entries,
            "params": entries,
            "body": texts.map(lambda text: Datum(text.encode("utf-8", "replace"), "bytes")),
        }
    ).map(lambda request: Datum(request, "http"))


_arguments = st.sampled_from(_COMMAND_LINE.split())
_arguments |= st.text(max_size=6) | _json_texts(["a", "days"]).filter(str.isprintable)

STRATEGIES: dict[str, st.SearchStrategy[Any]] = {
    "decoders": _decoded(),
    **{name: _encoded(_json_texts(words.split())) for name, words in _DOCUMENTS.items()},
    **{name: _encoded(_texts(pieces)) for name, pieces in _TEXTS.items()},
    "command-line": st.lists(_arguments, max_size=6).map(lambda given: json.dumps(given).encode()),
}
"""What is drawn for each target: bytes, and for the decoders what :func:`.decoders` takes."""
