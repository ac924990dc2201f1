from contoso_functions_mqtt import MqttMessage


def main(message: MqttMessage) -> MqttMessage:
    return MqttMessage(message.payload.upper(), topic=f"loud/{message.topic}", qos=message.qos)
