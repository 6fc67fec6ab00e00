"""A Python prompt with `mec`, `tc` and `client` at hand, and the magics of the original documentation."""

from __future__ import annotations

import code
import linecache
import sys
import traceback
from typing import Any, Dict, Optional

from . import client, magics


class Console(code.InteractiveConsole):
    """`In [1]:` and `Out[1]:`, as the sessions of the documentation are written."""

    def __init__(self, names: Dict[str, Any]) -> None:
        names = {**names, "__magic__": magics.call, "__magic_active__": lambda: magics.active}
        super().__init__(names)
        self.number = 1

    def runsource(  # type: ignore[override]
        self, source: str, filename: str = "<input>", symbol: str = "single"
    ) -> bool:
        # A name for each input: so functions that are typed here have a text, and can be sent by it.
        filename = f"<input {self.number}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        translated = magics.translate(source)
        if translated is None:
            more = super().runsource(source, filename, symbol)
        elif magics.is_automatic and not magics.MAGIC.match(source) and self._is_open(source):
            more = True
        else:
            more = super().runsource(translated, filename, symbol)
        if not more and source.strip():
            self.number += 1
        return more

    def _is_open(self, source: str) -> bool:
        """Whether more lines belong to it."""
        try:
            return code.compile_command(source, "<input>", "single") is None
        except (SyntaxError, ValueError, OverflowError):
            return False

    def show(self, value: Any) -> None:
        """sys.displayhook: the value behind `Out[n]:`, on lines of its own if it has several."""
        if value is None:
            return
        text = repr(value)
        print(f"Out[{self.number}]:" + ("\n" if "\n" in text else " ") + text)
        self.locals["_"] = value  # type: ignore[index]

    def showtraceback(self) -> None:
        """Only the part of the traceback that is the user's."""
        kind, error, trace = sys.exc_info()
        sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace
        while trace is not None and not trace.tb_frame.f_code.co_filename.startswith("<input "):
            trace = trace.tb_next
        lines = traceback.format_list(traceback.extract_tb(trace, limit=1)) if trace is not None else []
        head = ["Traceback (most recent call last):\n"] if lines else []
        self.write("".join([*head, *lines, *traceback.format_exception_only(kind, error)]))


class Prompt:
    """A prompt that counts."""

    def __init__(self, console: Console, form: str) -> None:
        self.console, self.form = console, form

    def __str__(self) -> str:
        return self.form % self.console.number


def main(capability: Optional[str] = None, profile: Optional[str] = None, patience: float = 0) -> int:
    """Runs the prompt until its input ends."""
    names: Dict[str, Any] = {"client": client, "__name__": "__main__"}
    try:
        mec = client.MultiEngineClient(capability, profile=profile, patience=patience)
        names["mec"] = mec
        names["tc"] = (
            client.TaskClient(profile=profile, patience=patience)
            if capability is None
            else (client.TaskClient(capability, patience=patience))
        )
    except client.FarmError as error:
        print(f"taskfarm: {error}", file=sys.stderr)
        return 3 if isinstance(error, (client.NoController, client.CapabilityError)) else 4
    mec.activate()
    console = Console(names)
    try:
        import readline  # noqa: F401
    except ImportError:
        pass
    sys.displayhook = console.show
    sys.ps1, sys.ps2 = Prompt(console, "In [%d]: "), "   ....: "  # type: ignore[assignment]
    engines = mec.get_ids()
    banner = f"mec: {len(engines)} engines {engines}; tc: tasks; %px CODE, %autopx, %result; client.…"
    console.interact(banner=banner if sys.stdin.isatty() else "", exitmsg="")
    mec.close()
    names["tc"].close()
    return 0
