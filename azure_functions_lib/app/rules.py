"""Every rule that the check of an app knows: what is wrong, how grave that is, what to do.

``docs/checking.md`` is made from this table by ``tests/generate.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from .problem import Problem, Severity

__all__ = ["RULES", "Rule"]


class Rule(NamedTuple):
    """One thing that can be wrong with an app; called, it tells of one place where it is.

    Attributes:
        id: what the rule is called, in words joined by ``-``; it stays the same for good.
        cause: what is wrong, with ``{names}`` of what is put in.
        remedy: what to do, likewise.
        severity: that of its problems.
        meaning: the cause and the remedy in a table of all rules, where a template does not say it.
    """

    id: str
    cause: str
    remedy: str
    severity: Severity = "error"
    meaning: tuple[str, str] | None = None

    def __call__(
        self,
        function: str | None,
        parameter: str | None = None,
        /,
        *,
        key: str | None = None,
        file: str | None = None,
        line: int | None = None,
        **values: Any,
    ) -> Problem:
        """Make the problem of one place; see :class:`Problem`.

        In cause and remedy ``{key}``, ``{file}`` (its name) and the further values are put in.
        """
        values = {"key": key, "file": file and Path(file).name, **values}
        return Problem(
            function,
            parameter,
            self.cause.format(**values),
            self.remedy.format(**values),
            self.severity,
            file,
            line,
            key,
            self.id,
        )


# -- The app's code

IMPORT_FAILS = Rule(
    "import-fails", "importing {file} raised {error}{where}", "Correct the code there"
)
DECLARATION = Rule(
    "declaration",
    "importing {file}: {cause}{where}",
    "{remedy}",
    meaning=("a decorator or another call of this library was refused", "what the message says"),
)
IMPORT_ENDS = Rule(
    "import-ends-process",
    "importing {file} raised {error}{where}",
    "Do not end the process while the file is being imported",
)
PACKAGE_MISSING = Rule(
    "package-missing",
    "importing {file} raised {error}{where}",
    "Install {package!r} and add it to requirements.txt, or correct the import",
)
PACKAGE_UNKNOWN = Rule(
    "package-unknown",
    "importing {file} raised {error}{where}",
    "Correct the import; {package!r} is installed but has no such module",
)
OTHER_LIBRARY = Rule(
    "other-library",
    "the app uses the azure-functions package, which is installed as azure.functions, not this "
    "library",
    "Write azfl_alias = true into pytest.ini; elsewhere, before anything that imports the app: "
    "import azure_functions_lib; azure_functions_lib.install_as_azure_functions()",
)
SETTING_AT_IMPORT = Rule(
    "setting-at-import",
    "importing {file} reads the setting {name!r}, which is not set{where}",
    "Write it into Values of local.settings.json, and in Azure into the application settings; or "
    "read it with os.environ.get({name!r})",
)
SCRIPT_FILE_NAME = Rule(
    "script-file-name",
    "{variable} is no name of a Python file that the host takes",
    "Write a file name of letters, digits, '_' and '-' that ends with .py",
)
NO_PYTHON_FILE = Rule(
    "no-python-file",
    "{file} is no Python file of an app",
    "Give the app's folder, or its function_app.py",
)
NO_APP_HERE = Rule(
    "no-app-here",
    "{folder} has neither {script} nor a folder with function.json",
    "Give the folder that holds host.json",
)
NO_FUNCTION_APP = Rule(
    "no-function-app",
    "{file} has no function app",
    "Write 'app = FunctionApp()' at its top level; a Blueprint alone is none",
)
ONLY_BLUEPRINTS = Rule(
    "only-blueprints",
    "{file} has no function app, only a Blueprint: {names}",
    "Write 'app = FunctionApp()' at its top level, and app.register_functions({name})",
)
SEVERAL_APPS = Rule(
    "several-function-apps",
    "{file} has {count} function apps",
    "Keep one FunctionApp; make the others Blueprints and register them with it",
)
NO_FUNCTIONS = Rule(
    "no-functions",
    "the app declares no function",
    "Put a trigger decorator above a function, such as @app.route()",
)
GET_FUNCTIONS = Rule(
    "get-functions", "get_functions() raised {error}", "Correct the declaration it names"
)
BLUEPRINT_TWICE = Rule(
    "blueprint-twice",
    "a blueprint is registered twice, so its functions are there twice",
    "Register each blueprint once",
)
BLUEPRINT_UNREGISTERED = Rule(
    "blueprint-unregistered",
    "the blueprint {name!r} is not registered, so its functions are missing: {functions}",
    "Write app.register_functions({name})",
    "warning",
)
APP_NOT_READ = Rule(
    "app-not-read",
    "{file} has a FunctionApp, but nothing imports it",
    "Move its functions to where the app is, or make it a Blueprint and register that",
    "warning",
)
BLUEPRINT_NOT_IMPORTED = Rule(
    "blueprint-not-imported",
    "{file} has a Blueprint, but nothing imports it",
    "Import it where the app is, and register the blueprint with app.register_functions",
    "warning",
)
IGNORED_FOLDERS = Rule(
    "ignored-folders",
    "folders with function.json are ignored beside a file of decorators: {folders}",
    "Move their functions into that file, or take it away",
    "warning",
)
WRONG_SERVER_APP = Rule(
    "wrong-server-app",
    "{adapter} was given an app of {framework}, which is one of {kind}",
    "Write {other}(...)",
)

MIDDLEWARE_RESULT = Rule(
    "middleware-result",
    "the middleware {name!r} never returns a result, so that those of functions are lost",
    "Write 'return await call_next(context)'",
    "warning",
)
MIDDLEWARE_AWAIT = Rule(
    "middleware-await",
    "the middleware {name!r} is async but awaits nothing, so that call_next does not run",
    "Write 'return await call_next(context)'",
)
HOOK_PARAMETERS = Rule(
    "hook-parameters",
    "the hook {name!r} has parameters, but it is called without arguments",
    "Remove {parameters} from its signature",
)

# -- Names

DUPLICATE_NAME = Rule(
    "function-name-twice",
    "{cause}",
    "Rename one of them",
    meaning=(
        "another function has the same name, which the host compares without letter case",
        "rename one of them",
    ),
)
FUNCTION_NAME = Rule(
    "function-name",
    "{cause}",
    "Rename its folder, or give it another name with @app.function_name",
    meaning=(
        "the host refuses the function's name",
        "a letter, then up to 127 letters, digits, '_' and '-'; not host",
    ),
)
BINDING_NAME = Rule(
    "binding-name",
    "{cause}",
    "{remedy}",
    meaning=(
        "the host refuses the name of a binding",
        "a letter or '_', then letters, digits and single '_'; or $return",
    ),
)
DUPLICATE_BINDING = Rule(
    "binding-name-twice",
    "several bindings have this name to the host, which ignores case",
    "Give each binding a name of its own",
)

# -- Bindings

NO_TRIGGER = Rule(
    "no-trigger",
    "it has no trigger, so nothing would run it",
    "Add one, such as an httpTrigger or a queueTrigger",
)
MANY_TRIGGERS = Rule(
    "many-triggers",
    "it has more than one trigger: {names}",
    "Keep one; write a function for each of the others",
)
INOUT = Rule(
    "direction-inout",
    "its direction is 'inout', which Python functions cannot serve",
    "Write 'in', or 'out', or one binding for each",
)
TRIGGER_DIRECTION = Rule(
    "trigger-direction", "the direction of a trigger ({type}) is 'out'", "Write 'in'"
)
RETURN_DIRECTION = Rule(
    "return-direction",
    "the binding '$return' ({type}) has the direction 'in'",
    "Write 'out', or give the binding another name",
)
TYPE_CASE = Rule(
    "binding-type-case",
    "no converter is registered for the binding type {type!r}",
    "Write {meant!r}",
)
TYPE_MISSPELT = Rule(
    "binding-type-misspelt",
    "no converter is registered for the binding type {type!r}",
    "Write {meant!r}",
    "warning",
)
TRIGGER_KEY_MISSING = Rule(
    "trigger-key-missing",
    "{type} has no {keys}",
    "Write {keys}, which {what}",
)
KEY_MISSING = Rule(
    "binding-key-missing",
    "{type} has no {keys}",
    "Write {keys}, which {what}",
    "warning",
)
KEY_NO_TEXT = Rule("binding-key-no-text", "its {key} is {value}", "Write text")
KEY_MISSPELT = Rule(
    "binding-key-misspelt",
    "{type} has no key {key!r}",
    "Write {meant!r}",
    "warning",
)
CARDINALITY_MANY = Rule(
    "cardinality-many",
    "with cardinality many {type} gives a list, but it is annotated {shown}",
    "Annotate it with list[{shown}], or write cardinality 'one'",
)
CARDINALITY_ONE = Rule(
    "cardinality-one",
    "with cardinality one, which is the default, {type} gives one {item}, but it is annotated "
    "{shown}",
    "Write cardinality 'many', or annotate it with {item}",
)
FLAG = Rule(
    "binding-key-no-flag",
    "its {key} is {value}, which is neither true nor false",
    "Write true, in Python True, or false",
)
CARDINALITY_VALUE = Rule("cardinality-value", "its cardinality is {value}", "Write 'one' or 'many'")

# -- HTTP

ROUTE_NO_TEXT = Rule("route-no-text", "its route is {value}", "Write text, such as 'items/{{id}}'")
METHODS_NO_LIST = Rule(
    "methods-no-list", "its methods are {value}", 'Write an array of texts, such as ["GET"]'
)
METHOD_UNKNOWN = Rule(
    "method-unknown",
    "there is no HTTP method {value!r}",
    "Write one of {methods}",
)
NO_METHODS = Rule(
    "methods-empty",
    "its methods are an empty list, so that it answers no request",
    "Leave them out for all methods, or name some",
    "warning",
)
LEVEL_UNKNOWN = Rule(
    "auth-level-unknown",
    "there is no authorization level {value}",
    "Write one of {levels}",
)
ROUTE_TEMPLATE = Rule(
    "route-template",
    "{cause}",
    "{remedy}",
    meaning=(
        "the route is no template that the host takes",
        "write it as ASP.NET Core's route templates are: items/{id:int}, files/{*path}",
    ),
)
ROUTE_RESERVED = Rule(
    "route-reserved",
    "the route {route!r} begins with {word!r}, as those of the host itself do",
    "Begin it with another word; the whole app may have another routePrefix",
)
ROUTE_TWICE = Rule(
    "route-twice",
    "function {other!r} has the same route {route!r} and a method in common",
    "Give one of them another route, or each its own methods",
)
ROUTE_PREFIX_TWICE = Rule(
    "route-prefix-twice",
    "the route {route!r} begins with the app's prefix, so the function is at {url}",
    "Leave {prefix!r} out of the route; host.json has extensions.http.routePrefix for all",
    "warning",
)
ROUTE_URL = Rule(
    "route-url",
    "the route {route!r} is a URL with {part}",
    "Write the path alone; a query is read with req.params",
)
ROUTE_STYLE = Rule(
    "route-style",
    "the route {route!r} has the segment {segment!r}, which is no parameter here",
    "Write {{{name}}}",
    "warning",
)
ROUTE_PARAMETER = Rule(
    "route-parameter",
    "no binding has the name of this parameter; the route has a parameter {name!r}",
    "Read it with {request}.route_params[{name!r}], and remove it from the signature",
)
NO_HTTP_OUTPUT = Rule(
    "no-http-output",
    "it returns {shown}, but has no http output",
    'Add {{"type": "http", "direction": "out", "name": "$return"}}',
)
RETURN_WITHOUT_BINDING = Rule(
    "return-without-binding",
    "it is annotated to return {shown}, but no binding takes the result",
    "Return nothing, or add an output named '$return'",
    "warning",
)

# -- In Azure

ROUTE_SHADOWED = Rule(
    "azure-route-order",
    "Azure calls function {earlier!r} for {path}, since it tries routes in the alphabetical order "
    "of function names",
    "Name it so that it comes before {earlier!r}, or narrow the route of that",
    "note",
)
AZURE_CHUNKED = Rule(
    "azure-chunked-body",
    "Azure gives functions no body of a request that is sent in chunks, without Content-Length",
    "Let clients send Content-Length",
    "note",
)
AZURE_BASE64 = Rule(
    "azure-queue-base64",
    "Azure expects queue messages in base64, and moves others to the poison queue without a word",
    'Send base64, or write "messageEncoding": "none" into extensions.queues of host.json',
    "note",
)
AZURE_DISABLED = Rule(
    "azure-disabled",
    "Azure does not read it, and runs the function",
    "Set the application setting AzureWebJobs.{name}.Disabled to true",
    "note",
)

# -- Triggers and expressions

SCHEDULE = Rule(
    "schedule",
    "{cause}",
    "{remedy}",
    meaning=(
        "the schedule of a timer is none, so that its listener does not start",
        "write six fields, second minute hour day month weekday, or a time span hh:mm:ss",
    ),
)
SCHEDULE_MEANING = Rule(
    "schedule-meaning",
    "schedule {schedule!r}: {note}",
    "Leave it if that is meant; else write six fields, second minute hour day month weekday",
    "warning",
)
EXPRESSION = Rule(
    "binding-expression",
    "{cause}",
    "{remedy}",
    meaning=(
        "a brace or a '%' has no partner, or what stands between is no name",
        "write {name} for a value of the trigger, %NAME% for a setting",
    ),
)
EXPRESSION_UNKNOWN = Rule(
    "expression-unknown",
    "{key} has {{{name}}}, which {type} does not give",
    "Write one of {known}",
)
EXPRESSION_MISSPELT = Rule(
    "expression-misspelt",
    "{key} has {{{name}}}; the trigger gives {{{meant}}}",
    "Write {{{meant}}}, unless the data of the trigger has that name",
    "warning",
)
STORAGE_NAME = Rule(
    "storage-name",
    "{key} {value!r} is no name of a {what} in Azure Storage",
    "{remedy}",
    "warning",
    meaning=(
        "a queue, blob container or table has no such name in Azure Storage",
        "3 to 63 letters in lower case, digits and single '-'; a table's are letters and digits",
    ),
)
SAME_PLACE = Rule(
    "output-is-trigger",
    "it writes to {place!r}, which also triggers it, so that it runs again for what it writes",
    "Write to another place, if that is not meant",
    "warning",
)
COMPETING = Rule(
    "triggers-compete",
    "function {other!r} takes messages of {place!r} too, so that each gets some of them",
    "Keep one of them, or give each a queue or subscription of its own",
    "warning",
)

TRIGGER_EXPRESSION = Rule(
    "trigger-expression",
    "{key} {value!r} has an {{expression}}, but a trigger has no values before it has a message",
    "Write a name, or %NAME% for that of a setting",
)
TOOL_NAME = Rule(
    "tool-name",
    "clients take no tool of the name {value!r}",
    "Write up to 128 letters, digits, '_', '-' and '.'",
    "warning",
)
WARMUP_TWICE = Rule(
    "warmup-twice",
    "function {other!r} has a {type} too, and an app has one",
    "Do both in one function",
)

# -- Signatures

SIGNATURE = Rule(
    "signature", "its signature cannot be read: {error}", "Define it with 'def' or 'async def'"
)
ASYNC_GENERATOR = Rule(
    "async-generator",
    "it is an async generator, which nobody would iterate",
    "Return the whole value",
)
HTTP_GENERATOR = Rule(
    "http-generator",
    "it is a generator, which nobody would iterate",
    "Return the whole body, or stream it from an ASGI application",
)
HTTP_TUPLE = Rule(
    "http-result-tuple",
    "it returns {shown}, which is sent as a JSON array",
    "Write HttpResponse(body, status_code=...), if body and status are meant",
    "warning",
)
PARAMETER_MISSING = Rule(
    "parameter-missing",
    "the binding {name!r} ({type}) has no parameter",
    "Add the parameter {name!r} to the function, or remove the binding",
)
PARAMETER_NAME = Rule(
    "parameter-name",
    "no binding has the name of this parameter, and {name!r} ({type}) has none",
    "Rename it to {name!r}, or give the binding its name",
)
PARAMETER_UNBOUND = Rule(
    "parameter-unbound",
    "no binding has the name of this parameter",
    "Declare a binding for it, give it a default value, or remove it",
)
POSITIONAL_ONLY = Rule(
    "positional-only",
    "it is positional-only, but arguments are passed by name",
    "Remove the '/' from the signature",
)
CONTEXT_ANNOTATION = Rule(
    "context-annotation",
    "the invocation context is annotated {shown}",
    "Annotate it with Context, or declare a binding named 'context'",
)
ANNOTATION_UNRESOLVED = Rule(
    "annotation-unresolved",
    "its annotation cannot be resolved: {error}",
    "Import the name at run time too, not only under TYPE_CHECKING, or correct it",
)
OUTPUT_NOT_OUT = Rule(
    "output-annotation",
    "the output {name!r} ({type}) is annotated {shown}",
    "Annotate it with Out[{shown}] and call {name}.set(value)",
)
INPUT_OUT = Rule(
    "input-out",
    "the input {name!r} ({type}) is annotated {shown}",
    "Annotate it with the type of the input, or declare the binding as 'out'",
)
RESULT_OUT = Rule(
    "result-out",
    "the result is annotated {shown}",
    "Annotate it with the type of the value; Out is for parameters",
)
ANNOTATION = Rule(
    "annotation",
    "{cause}",
    "{remedy}",
    meaning=(
        "a binding gives or takes no value of the annotated type",
        "one of the types that the message names",
    ),
)

# -- Retry policies

RETRY_COUNT = Rule(
    "retry-count",
    "its maximum number of retries is {value}",
    "Write a whole number; -1 retries for ever",
)
RETRY_STRATEGY = Rule(
    "retry-strategy",
    "its strategy is {value}",
    "Write fixed_delay or exponential_backoff (in function.json fixedDelay or exponentialBackoff)",
)
RETRY_INTERVAL = Rule(
    "retry-interval",
    "its {name} is {value}",
    "Write hours, minutes and seconds: '00:00:10'",
)
RETRY_ORDER = Rule(
    "retry-order",
    "its minimum interval is longer than its maximum interval",
    "Exchange them",
)
RETRY_UNUSED = Rule(
    "retry-interval-unused",
    "its {name} has no meaning for {strategy}",
    "Remove it, or write {other}",
    "warning",
)
RETRY_NO_OBJECT = Rule(
    "retry-no-object", "it is {value}, not an object", 'Write {{"strategy": ...}}'
)

# -- function.json

FILE_UNREADABLE = Rule(
    "json-unreadable",
    "{it}cannot be read: {error}",
    "Write valid JSON in UTF-8",
    meaning=("the file cannot be read as JSON", "write valid JSON in UTF-8"),
)
FUNCTION_NO_OBJECT = Rule(
    "function-json-no-object", "it holds {value}, not an object", 'Write {{"bindings": [...]}}'
)
FUNCTION_KEY = Rule("function-json-key", "the host does not know this key", "Write {meant!r}")
BINDINGS_MISSING = Rule(
    "bindings-missing",
    "it {value}",
    "Write a list with at least the function's trigger",
    meaning=("the list of bindings is missing or empty", "write one with the function's trigger"),
)
BINDING_NO_OBJECT = Rule("binding-no-object", "it is {value}, not an object", "Write an object")
BINDING_NO_NAME = Rule(
    "binding-no-name", "its name is {value}", "Write the name of a parameter, or '$return'"
)
BINDING_NO_TYPE = Rule(
    "binding-no-type", "its binding type is {value}", "Write one, such as 'queueTrigger'"
)
BINDING_MEMBER = Rule(
    "binding-direction-or-data-type", "its {key} is {value}", "Write one of {known}"
)
SCRIPT_MISSING = Rule(
    "script-missing",
    "it is not given, and the folder has no __init__.py",
    "Write the code into __init__.py, or name the file",
)
SCRIPT_NO_TEXT = Rule("script-no-text", "it is {value}", "Write the path of a .py file")
SCRIPT_NO_FILE = Rule(
    "script-no-file", "there is no file {value}", "Write a path relative to {folder}"
)
SCRIPT_NO_PYTHON = Rule(
    "script-no-python", "{value} is no Python file", "Write the path of a .py file"
)
SCRIPT_OUTSIDE = Rule(
    "script-outside", "{value} lies outside the app's folder", "Move it below {root}"
)
ENTRY_POINT = Rule(
    "entry-point",
    "{cause}",
    "Name a function of that file{names}",
    meaning=(
        "the file has no function of the name that entryPoint or the default, main, says",
        "name a function of that file",
    ),
)

# -- host.json, local.settings.json and requirements.txt

SETTINGS_NO_OBJECT = Rule(
    "settings-no-object", "holds {value}, not an object", "Write at least {least}"
)
HOST_VERSION = Rule("host-version", '"version" is {value}', 'Write "version": "2.0"')
ROUTE_PREFIX = Rule(
    "route-prefix",
    "extensions.http.routePrefix is {value}",
    'Write a string, "" for no prefix',
)
HOST_FUNCTIONS = Rule(
    "host-functions",
    "functions names {name!r}, which is no function of the app",
    "Write one of {names}, or leave functions out for all",
    "warning",
)
HOST_OPTION = Rule(
    "host-option",
    "{cause}",
    "{remedy}",
    meaning=("a value of host.json is none that the host takes", "what the message says"),
)
HOST_KEY = Rule(
    "host-key-misspelt", "the host does not know this key", "Write {meant!r}", "warning"
)
NO_HOST_JSON = Rule(
    "host-json-missing",
    "there is none in {folder}, and the host needs one",
    'Write {{"version": "2.0"}}',
    "warning",
)
LOCAL_KEY = Rule(
    "local-key-misspelt", "nobody reads the key {name!r}", "Write {meant!r}", "warning"
)
LOCAL_KEY_OUTSIDE = Rule(
    "local-key-outside",
    "nobody reads the key {name!r} outside of Values",
    'Write it into Values, beside "IsEncrypted": false',
    "warning",
)
LOCAL_PORT = Rule("local-port", "Host.LocalHttpPort is {value}", "Write a port number, 0 to 65535")
LOCAL_ADDRESS = Rule(
    "local-address",
    "Host.LocalHttpAddress is {value}",
    "Write an IP address, such as 127.0.0.1, or 0.0.0.0 for all",
)
VALUES_NO_OBJECT = Rule(
    "values-no-object",
    "Values is {value}, not an object",
    'Write an object of texts, such as {{"NAME": "value"}}',
)
VALUES_ENCRYPTED = Rule(
    "values-encrypted",
    "{cause}",
    'Write "IsEncrypted": false{more}',
    meaning=(
        "the values are encrypted, or IsEncrypted is missing, which means true",
        'write "IsEncrypted": false, and the values in clear',
    ),
)
VALUE_NESTED = Rule(
    "value-nested",
    "Values.{name} is nested, which makes all values unreadable",
    'Write it as text; a nested setting is named with "__", "{name}__key"',
)
VALUE_SKIPPED = Rule(
    "value-skipped",
    "{cause}, so it is skipped",
    'Write "NAME": "text", or take it away',
    "warning",
    meaning=(
        "a value of Values is null or has no name, so it is skipped",
        'write "NAME": "text", or take it away',
    ),
)
VALUE_NO_VARIABLE = Rule(
    "value-no-variable",
    "{cause}",
    "Write text without NUL and lone surrogates, and a name without '='",
    meaning=(
        "a name or value of Values cannot be that of an environment variable",
        "write text without NUL and lone surrogates, and a name without '='",
    ),
)
SETTING_MISSING = Rule(
    "setting-missing",
    "{key} needs the setting {name!r}, which neither local.settings.json nor the environment has",
    "Write it into Values of local.settings.json, and in Azure into the application settings",
    "warning",
)
CONNECTION_STRING = Rule(
    "connection-string",
    "{key} holds a connection string, where the name of a setting belongs",
    "Write the connection string into a setting, and that setting's name here",
)
CONNECTION_PERCENT = Rule(
    "connection-percent",
    "{key} is {value!r}; it is the name of a setting by itself",
    "Write {name!r}, without '%'",
    "warning",
)
WORKER_RUNTIME = Rule(
    "worker-runtime",
    "FUNCTIONS_WORKER_RUNTIME is not python, so that the host starts a worker of another language",
    'Write "FUNCTIONS_WORKER_RUNTIME": "python"',
    "warning",
)
CORS_NO_TEXT = Rule(
    "cors-no-text",
    "Host.CORS is {value}, with which the host does not start",
    "Write the origins as one text, with commas between them",
)
CORS_CREDENTIALS = Rule(
    "cors-credentials",
    'Host.CORS is "*" together with CORSCredentials, with which the host does not start',
    "Name the origins, or leave the credentials out",
)
REQUIREMENT_WORKER = Rule(
    "requirement-worker",
    "requirements.txt brings azure-functions-worker, which the platform has itself",
    "Remove that line",
    "warning",
)
REQUIREMENT_MISSING = Rule(
    "requirement-missing",
    "{file} imports {module!r}, which requirements.txt does not bring",
    "Add {packages} to requirements.txt",
    "warning",
)
UNUSED_SHIM = Rule(
    "shim-unused",
    "the shim in {entry} is searched after the worker's own packages, so that azure-functions "
    "answers to the name azure.functions",
    "Write the shim into {deployed} of the app, or set PYTHON_ISOLATE_WORKER_DEPENDENCIES to 1",
    "warning",
)
CHECK_FAILS = Rule(
    "check-fails",
    "the rule {rule!r} could not be applied: {error}",
    "Report it to the maintainers of azure_functions_lib; the other rules were applied",
    "warning",
)

RULES = {value.id: value for value in list(globals().values()) if isinstance(value, Rule)}
"""All rules by their ids."""
