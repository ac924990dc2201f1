"""Azure OpenAI: assistants, completions, embeddings and search by meaning."""

from __future__ import annotations

from typing import Any

from ..enums import SEMANTIC_SEARCH_PROMPT, DataType, InputType, OpenAIModels
from ..wire.declaration import InputBinding, OutputBinding, Trigger

# -- Declarations --


def assistant_skill_trigger(
    arg_name: str,
    function_description: str,
    function_name: str | None = None,
    parameter_description_json: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function when an assistant uses it as a skill.

    Args:
        arg_name: the parameter that is given the argument of the call.
        function_description: what the skill does, in words for the model.
        function_name: the skill's name for the model; None takes the function's.
        parameter_description_json: the parameters, as the text of a JSON schema; None derives
            them from the signature.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger.of_parameters("assistantSkillTrigger", locals())


def assistant_query_input(
    arg_name: str,
    id: str,
    timestamp_utc: str,
    chat_storage_connection_setting: str | None = "AzureWebJobsStorage",
    collection_name: str | None = "ChatState",
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Read the state and messages of an assistant when the function starts.

    Args:
        arg_name: the parameter that is given the result as JSON text.
        id: the id of the assistant.
        timestamp_utc: the earliest time of the messages to read, as ISO 8601 text in UTC.
        chat_storage_connection_setting: the app setting with the storage connection for the
            chat history.
        collection_name: the table that holds the chat history.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding.of_parameters("assistantQuery", locals())


def assistant_post_input(
    arg_name: str,
    id: str,
    user_message: str,
    ai_connection_name: str | None = "",
    chat_model: OpenAIModels | str | None = OpenAIModels.DefaultChatModel,
    chat_storage_connection_setting: str | None = "AzureWebJobsStorage",
    collection_name: str | None = "ChatState",
    temperature: str | None = "0.5",
    top_p: str | None = None,
    max_tokens: str | None = "100",
    is_reasoning_model: bool | None = False,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Send a message to an assistant and read its answer when the function starts.

    Args:
        arg_name: the parameter that is given the result as JSON text.
        id: the id of the assistant.
        user_message: the user's message to the assistant.
        ai_connection_name: the common prefix of the app settings for the AI service; empty for
            the default settings.
        chat_model: the chat model or deployment, or ``%SETTING%``.
        chat_storage_connection_setting: the app setting with the storage connection for the
            chat history.
        collection_name: the table that holds the chat history.
        temperature: how random the answers are, as text from ``"0"`` to ``"2"``.
        top_p: the probability mass that answers are sampled from, as text from ``"0"`` to
            ``"1"``; an alternative to ``temperature``.
        max_tokens: the most tokens of an answer, as text.
        is_reasoning_model: whether the model reasons, and so takes neither temperature nor
            ``top_p``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding.of_parameters("assistantPost", locals())


def text_completion_input(
    arg_name: str,
    prompt: str,
    ai_connection_name: str | None = "",
    chat_model: OpenAIModels | str | None = OpenAIModels.DefaultChatModel,
    temperature: str | None = "0.5",
    top_p: str | None = None,
    max_tokens: str | None = "100",
    is_reasoning_model: bool | None = False,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Let a model complete a prompt when the function starts.

    Args:
        arg_name: the parameter that is given the result as JSON text.
        prompt: the prompt; ``{property}`` stands for a value of the trigger.
        ai_connection_name: the common prefix of the app settings for the AI service; empty for
            the default settings.
        chat_model: the chat model or deployment, or ``%SETTING%``.
        temperature: how random the answers are, as text from ``"0"`` to ``"2"``.
        top_p: the probability mass that answers are sampled from, as text from ``"0"`` to
            ``"1"``; an alternative to ``temperature``.
        max_tokens: the most tokens of an answer, as text.
        is_reasoning_model: whether the model reasons, and so takes neither temperature nor
            ``top_p``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding.of_parameters("textCompletion", locals())


def embeddings_input(
    arg_name: str,
    input: str,
    input_type: InputType,
    ai_connection_name: str | None = "",
    embeddings_model: OpenAIModels | str | None = OpenAIModels.DefaultEmbeddingsModel,
    max_chunk_length: int | None = 8192,
    max_overlap: int | None = 128,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Compute embeddings of a text when the function starts.

    Args:
        arg_name: the parameter that is given the result as JSON text.
        input: the text, or the path or URL of the file, that ``input_type`` says.
        input_type: what ``input`` holds: a member of InputType.
        ai_connection_name: the common prefix of the app settings for the AI service; empty for
            the default settings.
        embeddings_model: the embeddings model or deployment, or ``%SETTING%``.
        max_chunk_length: the most characters in a chunk of the text.
        max_overlap: how many characters two chunks may share.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding.of_parameters("embeddings", locals())


def semantic_search_input(
    arg_name: str,
    search_connection_name: str,
    collection: str,
    query: str | None = None,
    ai_connection_name: str | None = "",
    embeddings_model: OpenAIModels | str | None = OpenAIModels.DefaultEmbeddingsModel,
    chat_model: OpenAIModels | str | None = OpenAIModels.DefaultChatModel,
    system_prompt: str | None = SEMANTIC_SEARCH_PROMPT,
    max_knowledge_count: int | None = 1,
    temperature: str | None = "0.5",
    top_p: str | None = None,
    max_tokens: str | None = "100",
    is_reasoning_model: bool | None = False,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Search documents by meaning, and let a model answer from them, when the function starts.

    Args:
        arg_name: the parameter that is given the result as JSON text.
        search_connection_name: the app setting with the connection to the vector store.
        collection: the collection, table or index of the store.
        query: what to search for; ``{property}`` stands for a value of the trigger.
        ai_connection_name: the common prefix of the app settings for the AI service; empty for
            the default settings.
        embeddings_model: the embeddings model or deployment, or ``%SETTING%``.
        chat_model: the chat model or deployment, or ``%SETTING%``.
        system_prompt: the instruction to the model that comes before the documents found.
        max_knowledge_count: the most documents to give to the model.
        temperature: how random the answers are, as text from ``"0"`` to ``"2"``.
        top_p: the probability mass that answers are sampled from, as text from ``"0"`` to
            ``"1"``; an alternative to ``temperature``.
        max_tokens: the most tokens of an answer, as text.
        is_reasoning_model: whether the model reasons, and so takes neither temperature nor
            ``top_p``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return InputBinding.of_parameters("semanticSearch", locals())


def assistant_create_output(
    arg_name: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Create an assistant.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding(arg_name, data_type, "assistantCreate", None, kwargs)


def embeddings_store_output(
    arg_name: str,
    input: str,
    input_type: InputType,
    store_connection_name: str,
    collection: str,
    ai_connection_name: str | None = "",
    embeddings_model: OpenAIModels | str | None = OpenAIModels.DefaultEmbeddingsModel,
    max_chunk_length: int | None = 8192,
    max_overlap: int | None = 128,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Compute embeddings of a text and store them for search.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        input: the text, or the path or URL of the file, that ``input_type`` says.
        input_type: what ``input`` holds: a member of InputType.
        store_connection_name: the app setting with the connection to the vector store.
        collection: the collection, table or index of the store.
        ai_connection_name: the common prefix of the app settings for the AI service; empty for
            the default settings.
        embeddings_model: the embeddings model or deployment, or ``%SETTING%``.
        max_chunk_length: the most characters in a chunk of the text.
        max_overlap: how many characters two chunks may share.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding.of_parameters("embeddingsStore", locals())
