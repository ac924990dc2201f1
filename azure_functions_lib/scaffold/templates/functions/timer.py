import logging

import azure_functions_lib as func

app = func.FunctionApp()
logger = logging.getLogger(__name__)


@app.timer_trigger("timer", schedule="0 */5 * * * *")
def my_function(timer: func.TimerRequest) -> None:
    logger.info("It is time%s", ", and late" if timer.past_due else "")
