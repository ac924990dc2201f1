"""Notes over HTTP: routes, a class that keeps the notes, and annotations that are text."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@dataclass
class Note:
    id: int
    text: str
    tags: list[str] = field(default_factory=list)


class NoteStore:
    """Keeps notes in memory."""

    def __init__(self) -> None:
        self._notes: dict[int, Note] = {}

    def add(self, text: str, tags: list[str] | None = None) -> Note:
        note = Note(len(self._notes) + 1, text, tags or [])
        self._notes[note.id] = note
        return note

    def get(self, note_id: int) -> Note | None:
        return self._notes.get(note_id)


store = NoteStore()


def json_response(body: object, status: int = 200) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(body), status_code=status, mimetype="application/json")


@app.function_name("AddNote")
@app.route(route="notes", methods=["POST"])
def add_note(req: func.HttpRequest) -> func.HttpResponse:
    logging.info("adding a note")
    try:
        body = req.get_json()
    except ValueError:
        return json_response({"error": "no JSON"}, 400)
    return json_response(asdict(store.add(body["text"], body.get("tags"))), 201)


@app.function_name("GetNote")
@app.route(route="notes/{note_id:int}", methods=[func.HttpMethod.GET])
async def get_note(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    note = store.get(int(req.route_params["note_id"]))
    if note is None:
        return json_response({"error": "not found", "by": context.function_name}, 404)
    return json_response(asdict(note))


@app.route(route="ping", auth_level=func.AuthLevel.FUNCTION, trigger_arg_name="http_req")
def ping(http_req: func.HttpRequest) -> str:
    return "pong " + http_req.params.get("name", "nobody")
