"""`%px`, `%autopx` and `%result`, in the console of `python -m taskfarm` and in IPython."""

from __future__ import annotations

import builtins
import re
from typing import Any, Optional

active: Any = None
"""The MultiEngineClient that they are for: the one that was activated last."""
is_automatic = False

NAMES = ("px", "autopx", "result")
MAGIC = re.compile(r"^(?:%(px|autopx|result)\b|(px)\s)\s*(.*)$", re.DOTALL)


def activate(client: Any) -> None:
    """Makes the client the active one; in IPython, makes the three magics known, too."""
    global active
    active = client
    shell = getattr(builtins, "get_ipython", lambda: None)()
    if shell is not None:
        for name in NAMES:
            shell.register_magic_function(lambda line, name=name: call(name, line), "line", name)


def call(name: str, line: str) -> Any:
    """What the magic gives."""
    global is_automatic
    if active is None:
        raise RuntimeError("no MultiEngineClient is active: mec.activate() makes it so")
    if name == "px":
        print("Executing command on Controller")
        return active.execute(line)
    if name == "result":
        return active.get_result(int(line) if line.strip() else None)
    is_automatic = not is_automatic
    print("Auto Parallel Enabled\nType %autopx to disable" if is_automatic else "Auto Parallel Disabled")
    return None


def translate(source: str) -> Optional[str]:
    """The Python that a piece of input stands for, if it is a magic or goes to the engines; else None."""
    match = MAGIC.match(source)
    if match:
        return f"__magic__({(match[1] or match[2])!r}, {match[3].rstrip()!r})"
    if is_automatic and source.strip():
        return f"__magic_active__().execute({source!r})"
    return None
