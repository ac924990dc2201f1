"""Tools, prompts and resources for language models, OpenAI bindings, and a connector."""

import json
from typing import List, Optional  # noqa: UP035

import azure.functions as func

app = func.FunctionApp()
PROPERTIES = json.dumps(
    [{"propertyName": "snippet_name", "propertyType": "string", "description": "its name"}]
)


@app.mcp_tool_trigger(
    arg_name="tool_context",
    tool_name="get_snippet",
    description="Give a snippet.",
    tool_properties=PROPERTIES,
)
@app.blob_input(
    arg_name="snippet_file",
    path="snippets/{mcptoolargs.snippet_name}.json",
    connection="AzureWebJobsStorage",
)
def get_snippet(tool_context, snippet_file: func.InputStream) -> str:
    arguments = json.loads(tool_context)["arguments"]
    return arguments["snippet_name"] + ": " + snippet_file.read().decode("utf-8")


@app.mcp_tool()
@app.mcp_tool_property(arg_name="city", description="the city")
def weather(city: str, days: int = 1, units: Optional[List[str]] = None) -> str:  # noqa: UP006, UP045
    """Tell the weather of a city."""
    return f"{city}: sun for {days} days in {units}"


@app.mcp_resource_trigger(
    arg_name="resource_context",
    uri="file://readme.md",
    resource_name="readme",
    description="The readme",
    mime_type="text/markdown",
)
def readme(resource_context) -> str:
    return "# Readme"


@app.assistant_skill_trigger(
    arg_name="task_description", function_description="Add a task to the list"
)
@app.queue_output("new_task", "tasks", "AzureWebJobsStorage")
def add_task(task_description: str, new_task: func.Out[str]) -> None:
    new_task.set(task_description)


@app.route(route="whois/{name}", methods=["GET"])
@app.text_completion_input(
    arg_name="completion", prompt="Who is {name}?", max_tokens="100", chat_model="gpt-4o"
)
def whois(req: func.HttpRequest, completion: str) -> func.HttpResponse:
    return func.HttpResponse(json.loads(completion)["content"])


@app.connector_trigger(arg_name="mail_payload")
def on_mail(mail_payload: str) -> None:
    assert json.loads(mail_payload)["subject"] == "hi"
