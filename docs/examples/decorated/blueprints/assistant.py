"""What language models may ask the shop, and what its web site streams."""

from typing import Annotated, Literal

import azure_functions_lib as func

assistant = func.Blueprint()


@assistant.mcp_tool()
@assistant.blob_input("prices", path="prices/latest.txt", connection="Storage")
def price(
    article: Annotated[str, "The article's number."],
    prices: str,
    currency: Literal["EUR", "USD"] = "EUR",
) -> dict[str, str]:
    """Tell the price of an article.

    Args:
        currency: What to pay with.
    """
    table = dict(line.split() for line in prices.splitlines())
    return {"article": article, "price": table[article], "currency": currency}


@assistant.kafka_trigger(
    "click", topic="clicks", broker_list="KafkaBrokers", consumer_group="shop", data_type="string"
)
@assistant.event_hub_output("$return", connection="Hub", event_hub_name="clicks")
def forward_click(click: func.KafkaEvent) -> str:
    return click.get_body().decode()
