"""Durable functions whose context has a name of the user's choice."""

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.orchestration_trigger(context_name="ctx")
def orchestrator(ctx: df.DurableOrchestrationContext):
    found = yield ctx.call_activity("activity", {"n": 1})
    return found


@app.entity_trigger(context_name="state")
def counter(state: df.DurableEntityContext):
    state.set_result(state.entity_name)
