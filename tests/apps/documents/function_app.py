"""Cosmos DB, Azure SQL and MySQL: triggers, inputs and outputs."""

from __future__ import annotations

import json

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.cosmos_db_trigger(
    arg_name="changed_documents",
    database_name="shop",
    container_name="items",
    connection="CosmosConnection",
    lease_container_name="leases",
    create_lease_container_if_not_exists=True,
)
@app.cosmos_db_output(
    arg_name="copied_documents",
    database_name="shop",
    container_name="copies",
    connection="CosmosConnection",
)
def copy_documents(
    changed_documents: func.DocumentList, copied_documents: func.Out[func.DocumentList]
) -> None:
    copies = func.DocumentList()
    for document in changed_documents:
        copies.append(func.Document.from_dict({"id": "copy-" + document["id"]}))
    copied_documents.set(copies)


@app.route(route="items/{id}")
@app.cosmos_db_input(
    arg_name="found_items",
    database_name="shop",
    container_name="items",
    connection="CosmosConnection",
    id="{id}",
    partition_key="{id}",
)
def read_item(req: func.HttpRequest, found_items: func.DocumentList) -> func.HttpResponse:
    if not found_items:
        return func.HttpResponse("none", status_code=404)
    return func.HttpResponse(json.dumps(dict(found_items[0])), mimetype="application/json")


@app.generic_trigger(arg_name="sql_changes", type="sqlTrigger", table_name="dbo.Items")
@app.sql_output(
    arg_name="written_rows", command_text="dbo.Log", connection_string_setting="SqlConnection"
)
def on_change(sql_changes: str, written_rows: func.Out[func.SqlRowList]) -> None:
    rows = [func.SqlRow.from_dict({"Id": each["Item"]["Id"]}) for each in json.loads(sql_changes)]
    written_rows.set(func.SqlRowList(rows))


@app.route(route="rows")
@app.sql_input(
    arg_name="sql_rows",
    command_text="SELECT * FROM dbo.Items",
    connection_string_setting="SqlConnection",
    command_type="Text",
    parameters="@Top={Query.top}",
)
@app.mysql_output(
    arg_name="mysql_row", command_text="Items", connection_string_setting="MySqlConnection"
)
def rows(
    req: func.HttpRequest, sql_rows: func.SqlRowList, mysql_row: func.Out[func.MySqlRow]
) -> func.HttpResponse:
    found = [json.loads(row.to_json()) for row in sql_rows]
    mysql_row.set(func.MySqlRow.from_dict(found[0]))
    return func.HttpResponse(json.dumps(found))


@app.mysql_trigger("mysql_changes", "Items", "MySqlConnection")
def on_mysql(mysql_changes: func.MySqlRowList) -> None:
    assert [row["Item"]["Id"] for row in mysql_changes] == [1]
