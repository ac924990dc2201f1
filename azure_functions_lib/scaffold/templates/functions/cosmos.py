import logging

import azure_functions_lib as func

app = func.FunctionApp()
logger = logging.getLogger(__name__)


@app.cosmos_db_trigger(
    "documents",
    connection="CosmosDBConnection",
    database_name="my-database",
    container_name="my-function-items",
    create_lease_container_if_not_exists=True,
)
def my_function(documents: func.DocumentList) -> None:
    for document in documents:
        logger.info("Document %s", document["id"])
