"""What can be asked for: each takes the request's fields and its values, and gives the buffers of what it gives."""
import builtins
import gc
import json
import types

from . import ranks
from .cells import cell, clear, enter, lookup, namespace, run_cell, run_file
from .values import SAME, Plainness, Refusal, decode_named, encode
from .wire import APPLY, EXECUTE, KEYS, PULL, PUSH, REMOVE, RESET, TASK, pack_bundle

REPR_LIMIT = 100_000


def execute(fields, values):
    enter(fields.get("dir"))
    if "path" in fields:
        with ranks.together(fields):
            run_file(fields["code"], fields["path"])
        return [b"\x00"]
    with ranks.together(fields):
        value = run_cell(fields["code"], fields["file"])
    if value is None:
        return [b"\x00"]
    namespace["_"] = value
    text = repr(value)
    if len(text) > REPR_LIMIT:
        text = "%s… (%d characters)" % (text[:REPR_LIMIT], len(text))
    return [b"\x05", text.encode("utf-8", "backslashreplace")]


def push(fields, values):
    if fields.get("held"):
        return seed(values)
    decoded = [(name, decode_named(name, codec, body)) for name, codec, body in values]
    namespace.update(decoded)
    return [b"\x00"]


def seed(values):
    """What the namespace held before there was a kernel. One value that cannot be read costs only itself."""
    refused = []
    for name, codec, body in values:
        try:
            namespace[name] = decode_named(name, codec, body)
        except Refusal as error:
            refused.append(str(error))
    if refused:
        raise Refusal("UndecodableValue", "; ".join(refused))
    return [b"\x00"]


def pull(fields, values):
    return [b"\x01"] + pack_bundle([(name, encode(name, lookup(name))) for name in dict.fromkeys(fields["names"])])


def keys(fields, values):
    found = [
        name for name, value in namespace.items()
        if isinstance(name, str) and not name.startswith("_") and not isinstance(value, types.ModuleType)
        and not ranks.hides(value)
    ]
    return [b"\x02" + json.dumps(sorted(found)).encode()]


def reset(fields, values):
    clear()
    ranks.restore()
    gc.collect()
    return [b"\x00"]


def remove(fields, values):
    lookup(fields["name"])
    del namespace[fields["name"]]
    return [b"\x00"]


def referred(value, named):
    """`{"$value": "x"}` in JSON arguments stands for a value of the bundle, else of the namespace."""
    if type(value) is dict:
        if len(value) == 1 and type(value.get("$value")) is str:
            name = value["$value"]
            return named[name] if name in named else lookup(name)
        return {key: referred(item, named) for key, item in value.items()}
    if type(value) is list:
        return [referred(item, named) for item in value]
    return value


def apply(fields, values):
    enter(fields.get("dir"))
    codecs = {name: codec for name, codec, _ in values}
    named = {name: decode_named(name, codec, body) for name, codec, body in values}
    function, arguments = named.pop("function"), named.pop("args", ())
    keywords = named.pop("kwargs", None) or {}
    if codecs["function"] == 5:
        first, *rest = function.split(".")
        function = namespace[first] if first in namespace else getattr(builtins, first, None)
        if function is None:
            raise NameError("name %r is not defined" % first)
        for name in rest:
            function = getattr(function, name)
    if codecs.get("args") == 2:
        arguments = referred(arguments, named)
    if codecs.get("kwargs") == 2:
        keywords = referred(keywords, named)
    with ranks.together(fields):
        return encode("the value", function(*arguments, **keywords))


def task(fields, values):
    enter(fields.get("dir"))
    if fields.get("clear-before"):
        clear()
    with ranks.together(fields):
        return run_task(fields, values)


def run_task(fields, values):
    try:
        for name, codec, body in values:
            namespace[name] = decode_named(name, codec, body)
        if "path" in fields:
            with open(fields["path"], "rb") as file:
                text = file.read()
            namespace["__file__"] = fields["path"]
            exec(compile(text, fields["path"], "exec", dont_inherit=True), namespace)
        elif "code" in fields:
            exec(cell(fields["code"], "task", "exec"), namespace)
        if "expression" in fields:
            return encode("the value", eval(cell(fields["expression"], "expression", "eval"), namespace))
        if "pull" not in fields:
            return [b"\x00"]
        names = fields["pull"]
        if isinstance(names, str):
            return encode(names, lookup(names))
        found = {name: lookup(name) for name in names}
        if Plainness().of(found) == SAME:
            return encode("the value", found)
        # Beside JSON there is the bundle, in which each value is as it is.
        return [b"\x0c"] + pack_bundle([(name, encode(name, value)) for name, value in found.items()])
    finally:
        namespace.pop("__file__", None)
        if fields.get("clear-after"):
            clear()


HANDLERS = {
    EXECUTE: execute, PUSH: push, PULL: pull, KEYS: keys, RESET: reset, APPLY: apply, TASK: task, REMOVE: remove,
}
