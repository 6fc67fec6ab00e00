"""Functions to bytes and back: by their source where that says all, else by their code."""
import ast
import base64
import builtins
import inspect
import json
import marshal
import pickle
import sys
import textwrap
import types

from .cells import cell, namespace

VERSION = "%d.%d" % sys.version_info[:2]


def has_outer_names(definition):
    """Whether a default, an annotation or a decorator would not be found in another namespace."""
    given = definition.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    parts = [*given.defaults, *given.kw_defaults, *definition.decorator_list, definition.returns]
    parts += [argument.annotation for argument in named if argument is not None]
    names = [node.id for part in parts if part for node in ast.walk(part) if isinstance(node, ast.Name)]
    return any(not hasattr(builtins, name) for name in names)


def source_of(function):
    """The text of a `def`; None where there is none, or where more than it makes the function."""
    if function.__closure__ is not None:
        return None
    try:
        source = textwrap.dedent(inspect.getsource(function))
        found = ast.parse(source).body
    except (OSError, TypeError, SyntaxError):
        return None
    if len(found) != 1 or not isinstance(found[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    return source if found[0].name == function.__name__ and not has_outer_names(found[0]) else None


def encode_function(function):
    """JSON text; only by its code it needs the same version of Python where it is read."""
    source = source_of(function)
    if source is not None:
        return json.dumps({"name": function.__name__, "source": source}).encode()
    closed = tuple(variable.cell_contents for variable in function.__closure__ or ())
    rest = pickle.dumps((function.__defaults__, function.__kwdefaults__, closed), protocol=4)
    return json.dumps(
        {
            "name": function.__name__,
            "marshal": base64.b64encode(marshal.dumps(function.__code__)).decode(),
            "python": VERSION,
            "defaults": base64.b64encode(rest).decode(),
        }
    ).encode()


def decode_function(body):
    text = json.loads(body)
    if "source" in text:
        local = {}
        exec(cell(text["source"], "function", "exec"), namespace, local)
        return local[text["name"]]
    if text["python"] != VERSION:
        raise ValueError(
            "its code is of Python %s, and this is Python %s; a function made by `def` goes by its source"
            % (text["python"], VERSION)
        )
    code = marshal.loads(base64.b64decode(text["marshal"]))
    defaults, keywords, closed = pickle.loads(base64.b64decode(text["defaults"]))
    closure = tuple(types.CellType(value) for value in closed)
    function = types.FunctionType(code, namespace, text["name"], defaults, closure)
    function.__kwdefaults__ = keywords
    return function
