import logging
import os


def main(req):
    value = os.environ["myAppSetting"]
    logging.info("my app setting: %s", value)
    return value
