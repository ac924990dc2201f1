"""The named values of binding declarations.

A member is written to ``function.json`` by its *name*, so ``str(member)`` is the name. The three
exceptions, :class:`BlobSource`, :class:`CosmosDBChangeFeedMode` and :class:`DeliveryMode`, are
written by value.
"""

from __future__ import annotations

from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    # What route and apps take as text, so that a type checker refuses "GIT" and "anonymus".
    # fmt: off
    AuthLevelName: TypeAlias = Literal[
        "function", "anonymous", "admin",
        "Function", "Anonymous", "Admin",
        "FUNCTION", "ANONYMOUS", "ADMIN",
    ]
    HttpMethodName: TypeAlias = Literal[
        "get", "post", "delete", "head", "patch", "put", "options", "query",
        "Get", "Post", "Delete", "Head", "Patch", "Put", "Options", "Query",
        "GET", "POST", "DELETE", "HEAD", "PATCH", "PUT", "OPTIONS", "QUERY",
    ]
    # fmt: on


class StringifyEnum(Enum):
    """An enumeration whose members read as their names."""

    def __str__(self) -> str:
        return self._name_  # a third of the time that ``name`` takes


class AuthLevel(StringifyEnum):
    """Who may call an HTTP function.

    ``FUNCTION`` asks for a function or host key, ``ADMIN`` for the master key, ``ANONYMOUS`` for
    nothing.
    """

    FUNCTION = "function"
    ANONYMOUS = "anonymous"
    ADMIN = "admin"


class DataType(StringifyEnum):
    """How the host hands over a payload: as text, as bytes or as a stream."""

    UNDEFINED = 0
    STRING = 1
    BINARY = 2
    STREAM = 3


class BindingDirection(StringifyEnum):
    """Which way a binding's data flows, seen from the function."""

    IN = 0
    OUT = 1
    INOUT = 2


class Cardinality(StringifyEnum):
    """Whether a trigger delivers one message at a time or a batch."""

    ONE = "one"
    MANY = "many"


class AccessRights(StringifyEnum):
    """The rights that a Service Bus connection string carries."""

    MANAGE = "manage"
    LISTEN = "listen"


class BlobSource(StringifyEnum):
    """How the host learns of a new blob: by Event Grid events or by scanning logs."""

    EVENT_GRID = "EventGrid"
    LOGS_AND_CONTAINER_SCAN = "LogsAndContainerScan"


class CosmosDBChangeFeedMode(StringifyEnum):
    """Which changes a Cosmos DB trigger sees."""

    LATEST_VERSION = "LatestVersion"
    ALL_VERSIONS_AND_DELETES = "AllVersionsAndDeletes"


class DeliveryMode(StringifyEnum):
    """How a connector's events reach the function: fetched by the host, or posted to it."""

    POLL = "Poll"
    WEBHOOK = "Webhook"

    def __str__(self) -> str:
        return self._value_


class HttpMethod(StringifyEnum):
    """The request methods that an HTTP trigger can be bound to."""

    GET = "GET"
    POST = "POST"
    DELETE = "DELETE"
    HEAD = "HEAD"
    PATCH = "PATCH"
    PUT = "PUT"
    OPTIONS = "OPTIONS"
    QUERY = "QUERY"


class McpPropertyType(StringifyEnum):
    """The JSON Schema type of an MCP tool's property."""

    INTEGER = "integer"
    FLOAT = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    OBJECT = "object"
    DATETIME = "string"  # an alias: JSON has no type for a point in time


class BrokerAuthenticationMode(StringifyEnum):
    """How a Kafka client authenticates (librdkafka ``sasl.mechanism``)."""

    NOTSET = -1
    GSSAPI = 0
    PLAIN = 1
    SCRAMSHA256 = 2
    SCRAMSHA512 = 3


class BrokerProtocol(StringifyEnum):
    """How a Kafka client talks to its brokers (librdkafka ``security.protocol``)."""

    NOTSET = -1
    PLAINTEXT = 0
    SSL = 1
    SASLPLAINTEXT = 2
    SASLSSL = 3


class OAuthBearerMethod(StringifyEnum):
    """Where a Kafka client's OAuth bearer token comes from."""

    DEFAULT = 0
    OIDC = 1


class KafkaMessageKeyType(StringifyEnum):
    """The type of a Kafka record's key."""

    INT = 0
    LONG = 1
    STRING = 2
    BINARY = 3


class InputType(StringifyEnum):
    """What the ``input`` of an embeddings binding holds."""

    RawText = "raw_text"
    FilePath = "file_path"


class OpenAIModels(StringifyEnum):
    """The models that OpenAI bindings use when none is given."""

    DefaultChatModel = "gpt-3.5-turbo"
    DefaultEmbeddingsModel = "text-embedding-ada-002"


SEMANTIC_SEARCH_PROMPT = (
    "Answer the user's question from the documents below, which were found by a search in the "
    "user's own files. Each document is given on a line as [file name]: [text]. If the documents "
    "do not hold the answer, say that you do not know it. Name every document that the answer "
    'rests on in a last line of its own, such as "Reference: prices.txt".'
)
"""What a semantic search tells the model when it is given no other system prompt."""
