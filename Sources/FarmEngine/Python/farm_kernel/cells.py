"""The namespace, and the texts that are run in it."""
import ast
import builtins
import linecache
import os
import sys
import types

COMPILED_LIMIT = 1000
SOURCES_LIMIT = 64 << 20

# As in a script: what is defined is found again by pickle under `__main__`.
main = types.ModuleType("__main__")
main.__builtins__ = builtins
sys.modules["__main__"] = main
namespace = main.__dict__


class NotHere(Exception):
    """Raise it before any work: the task cannot run on this engine, and another one is tried."""


# As of Swift functions, and as IPython.kernel called it.
builtins.NotHere = builtins.TaskRejectError = NotHere

compiled = {}
sources = {}
entered = {"directory": None, "count": 0}


def clear():
    namespace.clear()
    # What a module has from its beginning; `multiprocessing` looks for all of it.
    for name in ("__doc__", "__package__", "__loader__", "__spec__"):
        namespace[name] = None
    namespace.update({"__name__": "__main__", "__builtins__": builtins})


def lookup(name):
    try:
        return namespace[name]
    except KeyError:
        raise NameError("name %r is not defined" % name) from None


def remember(code, file):
    """Lets tracebacks and `inspect` show the lines of code that is in no file."""
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    sources.pop(file, None)
    sources[file] = len(code)
    total = sum(sources.values()) if len(sources) % 64 == 0 else 0
    while total > SOURCES_LIMIT and len(sources) > 1:
        oldest = next(iter(sources))
        total -= sources.pop(oldest)
        linecache.cache.pop(oldest, None)


def cell(code, file, mode):
    """The code object of a text; the same text is compiled once."""
    known = compiled.get((code, file, mode))
    if known is not None:
        return known
    # Texts of different tasks are told apart, those of the same are not.
    entered["count"] += 1
    name = "<%s %d>" % (file, entered["count"])
    remember(code, name)
    made = compile(code, name, mode, dont_inherit=True)
    if len(compiled) >= COMPILED_LIMIT:
        compiled.clear()
    compiled[code, file, mode] = made
    return made


def run_cell(code, file):
    """Runs a text as a prompt does: the value of its last expression is what comes of it."""
    remember(code, file)
    tree = compile(code, file, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    if tree.body:
        exec(compile(tree, file, "exec", dont_inherit=True), namespace)
    if last is None:
        return None
    return eval(compile(last, file, "eval", dont_inherit=True), namespace)


def run_file(code, path):
    """Runs a file's text as a script, as IPython's `%run -i` does: only what it prints is shown. The file need not
    be on this host.
    """
    remember(code, path)
    namespace["__file__"] = path
    try:
        exec(compile(code, path, "exec", dont_inherit=True), namespace)
    finally:
        namespace.pop("__file__", None)


def enter(directory):
    """Goes where the submitter is, once for a change of it, so that the user's own `chdir` holds."""
    if not directory or directory == entered["directory"]:
        return
    # In place of the one before, wherever that is now: what the user's code has put there stays.
    before, entered["directory"] = entered["directory"] or "", directory
    if type(sys.path) is not list:
        sys.path = []
    if before in sys.path:
        sys.path[sys.path.index(before)] = directory
    else:
        sys.path.insert(0, directory)
    try:
        os.chdir(directory)
    except OSError:
        # It is on another host only: what is relative is then relative to where we are.
        pass
