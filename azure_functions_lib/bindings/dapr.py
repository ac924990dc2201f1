"""Dapr: triggers, state, secrets, bindings, calls and messages by way of its sidecar."""

from __future__ import annotations

from typing import Any

from ..enums import DataType
from ..wire.declaration import InputBinding, OutputBinding, Trigger

# -- Declarations --


def dapr_binding_trigger(
    arg_name: str,
    binding_name: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for data of a Dapr input binding.

    Args:
        arg_name: the parameter that is given the payload: str or bytes.
        binding_name: the Dapr binding.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger.of_parameters("daprBindingTrigger", locals())


def dapr_service_invocation_trigger(
    arg_name: str,
    method_name: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function when another Dapr app calls a method.

    Args:
        arg_name: the parameter that is given the payload: str or bytes.
        method_name: the method that is called.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger.of_parameters("daprServiceInvocationTrigger", locals())


def dapr_topic_trigger(
    arg_name: str,
    pub_sub_name: str,
    topic: str,
    route: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for messages of a Dapr topic.

    Args:
        arg_name: the parameter that is given the payload: str or bytes.
        pub_sub_name: the pub/sub component.
        topic: the topic.
        route: the path at which the sidecar delivers messages; None takes the topic.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    route = route or topic
    return Trigger.of_parameters("daprTopicTrigger", locals())


def dapr_state_input(
    arg_name: str,
    state_store: str,
    key: str,
    dapr_address: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Read a value of a Dapr state store when the function starts.

    Args:
        arg_name: the parameter that is given the value.
        state_store: the state store.
        key: the key of the value.
        dapr_address: the address of the Dapr sidecar; None takes
            ``http://localhost:{daprHttpPort}``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding.of_parameters("daprState", locals())


def dapr_secret_input(
    arg_name: str,
    secret_store_name: str,
    key: str,
    metadata: str,
    dapr_address: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Read a secret of a Dapr secret store when the function starts.

    Args:
        arg_name: the parameter that is given the secret, as JSON text.
        secret_store_name: the secret store.
        key: the key of the secret.
        metadata: metadata of the request, as ``key=value`` pairs that the secret store
            understands.
        dapr_address: the address of the Dapr sidecar; None takes
            ``http://localhost:{daprHttpPort}``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding.of_parameters("daprSecret", locals())


def dapr_state_output(
    arg_name: str,
    state_store: str,
    key: str,
    dapr_address: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Write a value to a Dapr state store.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        state_store: the state store.
        key: the key of the value.
        dapr_address: the address of the Dapr sidecar; None takes
            ``http://localhost:{daprHttpPort}``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding.of_parameters("daprState", locals())


def dapr_binding_output(
    arg_name: str,
    binding_name: str,
    operation: str,
    dapr_address: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Send data by a Dapr output binding.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        binding_name: the Dapr binding.
        operation: the operation of the binding, such as ``"create"``.
        dapr_address: the address of the Dapr sidecar; None takes
            ``http://localhost:{daprHttpPort}``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding.of_parameters("daprBinding", locals())


def dapr_invoke_output(
    arg_name: str,
    app_id: str,
    method_name: str,
    http_verb: str,
    dapr_address: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Call a method of another Dapr app.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        app_id: the Dapr app to call.
        method_name: the method.
        http_verb: the HTTP verb of the call: ``"post"`` or ``"get"``.
        dapr_address: the address of the Dapr sidecar; None takes
            ``http://localhost:{daprHttpPort}``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding.of_parameters("daprInvoke", locals())


def dapr_publish_output(
    arg_name: str,
    pub_sub_name: str,
    topic: str,
    dapr_address: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Publish messages to a Dapr topic.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        pub_sub_name: the pub/sub component.
        topic: the topic.
        dapr_address: the address of the Dapr sidecar; None takes
            ``http://localhost:{daprHttpPort}``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding.of_parameters("daprPublish", locals())
