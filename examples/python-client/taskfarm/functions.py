"""Functions on their way to an engine and back: their source where there is one, else their code.

A function finds what it uses among its arguments and in the namespace of the engine, not among the globals
of this program; of a closure the values go along, as they are at that moment.
"""

from __future__ import annotations

import ast
import base64
import builtins
import inspect
import linecache
import marshal
import os
import pickle
import sys
import sysconfig
import textwrap
import types
from typing import Any, Callable, Dict

from .errors import UnencodableValue

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


INSTALLED = tuple(
    sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")
)


def is_installed(function: types.FunctionType) -> bool:
    """Whether it is of the standard library or an installed package, and can be found there by its name: so
    the engine's own is meant."""
    module = sys.modules.get(function.__module__ or "")
    file = getattr(module, "__file__", None) or ""
    return file.startswith(INSTALLED) and getattr(module, function.__qualname__, None) is function


def canned(function: types.FunctionType) -> Dict[str, Any]:
    """The function as a value of codec 11. Raises UnencodableValue if what it needs cannot be pickled."""
    name = function.__name__
    source = _source(function)
    if source is not None:
        return {"name": "function" if name == "<lambda>" else name, "source": source}
    try:
        closed = tuple(variable.cell_contents for variable in function.__closure__ or ())
        rest = pickle.dumps((function.__defaults__, function.__kwdefaults__, closed), protocol=4)
    except Exception as error:
        raise UnencodableValue(
            f"function {name} cannot be sent: a default or a variable of the function around it cannot be "
            f"pickled ({error}); pass it as an argument"
        ) from error
    return {
        "name": name,
        "marshal": _text(marshal.dumps(function.__code__)),
        "python": VERSION,
        "defaults": _text(rest),
    }


def uncanned(spec: Dict[str, Any]) -> Callable[..., Any]:
    """The function of a value of codec 11, over a namespace of its own."""
    name = spec["name"]
    scope: Dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    if "source" in spec:
        file = f"<function {name}>"
        linecache.cache[file] = (len(spec["source"]), None, spec["source"].splitlines(True), file)
        exec(compile(spec["source"], file, "exec"), scope)
        return scope[name]
    if spec["python"] != VERSION:
        raise ValueError(f"function {name} comes as code of Python {spec['python']}, this is {VERSION}")
    code = marshal.loads(base64.b64decode(spec["marshal"]))
    defaults, keywords, closed = pickle.loads(base64.b64decode(spec["defaults"]))
    cells = tuple(types.CellType(value) for value in closed)
    function = types.FunctionType(code, scope, name, defaults, cells)
    function.__kwdefaults__ = keywords
    return function


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _source(function: types.FunctionType) -> Any:
    """The text of a `def` without decorators, or of a lambda that is alone in its statement. None for a
    closure, where no text is to be had, and where a default or an annotation names something of this
    program."""
    if function.__closure__:
        return None
    try:
        text = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError):
        return None
    if function.__name__ == "<lambda>":
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
        if len(found) != 1 or _has_outer_names(found[0]):
            return None
        return f"function = {ast.get_source_segment(text, found[0])}\n"
    definition = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    if definition.name != function.__name__ or _has_outer_names(definition):
        return None
    return "".join(text.splitlines(True)[definition.lineno - 1 :])


def _has_outer_names(definition: Any) -> bool:
    """Whether a default or an annotation would not be found on the engine."""
    arguments = definition.args
    given = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
    everyone = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    given += [a.annotation for a in everyone if a is not None and a.annotation is not None]
    given += [definition.returns] if getattr(definition, "returns", None) is not None else []
    names = [node.id for item in given for node in ast.walk(item) if isinstance(node, ast.Name)]
    return any(not hasattr(builtins, name) for name in names)
