import azure_functions_lib as func

app = func.FunctionApp()


@app.mcp_tool()
@app.mcp_tool_property("city", description="The city that is asked for.")
def my_function(city: str) -> str:
    """Tell the weather of a city."""
    return f"It is sunny in {city}."
