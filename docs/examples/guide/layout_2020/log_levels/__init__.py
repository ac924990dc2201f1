import logging


def main(req):
    logging.critical("the building is on fire")
    logging.error("the printer is on fire")
    logging.warning("the printer is hot")
    logging.info("the printer is on")
    logging.debug("the printer has a plug")
    return "logged"
