"""The Python kernel of an engine: runs what the engine sends it, one request at a time, in one namespace.

Nothing of what engine and kernel say to each other goes over stdout or stderr, which belong to the code that is
run. Any Python from 3.9 on will do, with nothing but its standard library; NumPy is used where it is there.
"""
import faulthandler
import json
import os
import signal
import sys
import time
import traceback

from . import ranks
from .requests import HANDLERS
from .values import Refusal, decode
from .wire import ERROR, LEAVE, READY, SYNC, SYNCED, VALUE, Wire, pack_bundle

DESCRIPTOR = 3
TEXT_LIMIT = 100_000
HERE = os.path.dirname(__file__)


class Interrupts:
    """SIGINT ends what runs, and nothing else.

    The engine sends it only while it waits for an answer, and if it has, then SYNC before the next request.
    So one that comes while nothing runs is meant for the request that is on its way; or it has come too late,
    and SYNC takes it away. Two within a twentieth of a second, of one request, are one: so no second one hits the
    lines that deal with the first.
    """

    def __init__(self):
        self.is_running = False
        self.is_pending = False
        self.last = 0.0

    def handle(self, number, frame):
        now = time.monotonic()
        if now - self.last < 0.05:
            return
        if not self.is_running:
            self.is_pending = True
            return
        self.last = now
        raise KeyboardInterrupt

    def begin(self):
        # User code may have set a handler of its own.
        signal.signal(signal.SIGINT, self.handle)
        self.last = 0.0
        self.is_running = True
        if self.is_pending:
            self.is_pending = False
            raise KeyboardInterrupt


def run(handler, fields, values):
    """What the request comes to: VALUE and its buffers, or ERROR and its."""
    process = os.getpid()
    try:
        try:
            interrupts.begin()
            return VALUE, handler(fields, values)
        finally:
            interrupts.is_running = False
    except Refusal as error:
        interrupts.is_running = False
        return ERROR, failure(error.name, str(error), "")
    except SystemExit as error:
        interrupts.is_running = False
        if os.getpid() != process:
            leave(error)
        if error.code in (None, 0):
            return VALUE, [b"\x00"]
        return ERROR, described(error)
    except BaseException as error:
        interrupts.is_running = False
        if os.getpid() != process:
            leave(error)
        return ERROR, described(error)


def described(error):
    try:
        message = "interrupted" if isinstance(error, KeyboardInterrupt) and not error.args else str(error)
    except BaseException as second:
        message = "<its message cannot be made: %s>" % type(second).__name__
    try:
        lines = traceback.format_exception(type(error), error, own(error.__traceback__))
    except BaseException as second:
        lines = ["<its traceback cannot be made: %s>\n" % type(second).__name__]
    return failure(type(error).__name__, message, "".join(lines))


def own(trace):
    """The part of a traceback that is the user's: without what called it, and without our handler at its end."""

    def is_ours(entry):
        return os.path.dirname(entry.tb_frame.f_code.co_filename) == HERE

    while trace is not None and is_ours(trace):
        trace = trace.tb_next
    last = trace
    while last is not None and last.tb_next is not None:
        if is_ours(last.tb_next) and last.tb_next.tb_frame.f_code is Interrupts.handle.__code__:
            last.tb_next = None
        last = last.tb_next
    return trace


def failure(name, message, trace):
    texts = [("name", name), ("message", message), ("traceback", trace)]
    return pack_bundle(
        [(key, [b"\x05" + text[:TEXT_LIMIT].encode("utf-8", "backslashreplace")]) for key, text in texts]
    )


def flush():
    # The user's code may have put anything there, or nothing.
    for stream in (getattr(sys, "stdout", None), getattr(sys, "stderr", None), sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except BaseException:
            pass


def leave(outcome):
    """Ends a child that the user's code has forked, as a script ends: the engine gets nothing from it."""
    code = outcome.code if isinstance(outcome, SystemExit) else None
    if isinstance(code, int):
        status = code
    elif code is not None:
        print(code, file=sys.__stderr__)
        status = 1
    elif outcome is None or isinstance(outcome, SystemExit):
        status = 0
    else:
        traceback.print_exception(type(outcome), outcome, own(outcome.__traceback__), file=sys.__stderr__)
        status = 1
    flush()
    os._exit(status & 0xFF)


def serve(mpi=None, path=""):
    """Answers requests until the engine is gone.

    `mpi` names what makes this process a rank of MPI's world, `path` the file that holds it, if it is none of ours.
    """
    signal.signal(signal.SIGINT, interrupts.handle)
    for stream in (sys.stdout, sys.stderr):
        # Whatever the locale says: what is captured is told as UTF-8.
        stream.reconfigure(encoding="utf-8", line_buffering=True, errors="backslashreplace")
    # A crash of C code tells the lines of Python that it came from.
    faulthandler.enable(sys.__stderr__)
    wire = Wire(DESCRIPTOR)
    process = os.getpid()
    hello = {"python": "%d.%d.%d" % sys.version_info[:3], "path": sys.executable}
    if mpi:
        ranks.interrupts = interrupts
        hello["mpi"] = ranks.join(mpi, path)
    wire.answer(READY, 0, [json.dumps(hello).encode()])
    while True:
        kind, fields, values = wire.request()
        if kind == LEAVE:
            ranks.leave()
            os._exit(0)
        if kind == SYNC:
            interrupts.is_pending = False
            wire.answer(SYNCED, 0, [])
            continue
        begun = time.process_time_ns()
        fields = {name: decode(codec, body) for name, codec, body in fields}
        kind, buffers = run(HANDLERS[kind], fields, values)
        if os.getpid() != process:
            # The user's code has forked, and this is the child, which has nothing to answer.
            leave(None)
        flush()
        wire.answer(kind, max(0, time.process_time_ns() - begun), buffers)
        if ranks.is_worn():
            # The pool starts anew.
            os._exit(0)
        # Nothing of the request is kept while the next one is waited for.
        fields = values = buffers = None


interrupts = Interrupts()
