"""The I/O thread: owns the socket, connects, hands bytes to the session, connects again.

A socket carries one connection in its life: ZeroMQ's own reconnecting is off, so nothing of an old session
gets into a new one. Others reach the thread by `perform`, which runs a piece of code on it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from socket import socketpair
from typing import Callable, Deque, List, Optional

import zmq

from . import capability as capabilities
from .dialing import ENDS, Dialer, FarmSocket
from .errors import CapabilityError, Closed, FarmError, KeyRefused, NoController, WireError
from .session import Session
from .wire import Code

BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 0.05, 1.0


class _Stop(Exception):
    pass


class _Lost(Exception):
    pass


class Link:
    """`perform(code)` runs `code(session)` on the thread, in order; `wait` waits for what it changes."""

    def __init__(self, path: str, patience: float, reconnect_patience: Optional[float]) -> None:
        self.path = path
        self.changed = threading.Condition()
        self.error: Optional[FarmError] = None
        self.session = Session()
        self._patience, self._reconnect_patience = patience, reconnect_patience
        self._commands: Deque[Callable[[Session], None]] = deque()
        self._wake_read, self._wake_write = socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._stopping = self._was_open = False
        self._dialer = Dialer(path, self._poll)
        self._thread = threading.Thread(target=self._run, name="taskfarm", daemon=True)
        self._thread.start()

    # Other threads

    def perform(self, code: Callable[[Session], None]) -> None:
        """Raises Closed, or why there is no session any more."""
        if self.error is not None:
            raise self.error
        self._commands.append(code)
        self._wake()

    def wait(self, ready: Callable[[], bool], timeout: Optional[float] = None) -> bool:
        """Waits until `ready()`, which is asked whenever something has changed, or the link has failed."""
        with self.changed:
            return self.changed.wait_for(lambda: ready() or self.error is not None, timeout)

    def close(self) -> None:
        """Says goodbye; what waits is told. Jobs go on without the client."""
        self._stopping = True
        self._wake()
        if threading.current_thread() is not self._thread:
            self._thread.join(5)

    def _wake(self) -> None:
        try:
            self._wake_write.send(b"x")
        except OSError:
            pass  # it is awake already, or has ended

    # The thread

    def _run(self) -> None:
        context = zmq.Context()
        error: FarmError = Closed("the client is closed")
        try:
            self._live(context)
        except _Stop:
            pass
        except FarmError as reason:
            error = reason
        except Exception as reason:  # whatever it is, nobody may wait for ever
            error = FarmError(f"the I/O thread of the client has ended: {reason!r}")
        with self.changed:
            self.error = error
            self.session.fail(error)
            self.changed.notify_all()
        context.term()
        self._wake_read.close()
        self._wake_write.close()

    def _live(self, context: zmq.Context) -> None:
        give_up, backoff = time.monotonic() + self._patience, BACKOFF_SECONDS
        while True:
            self._was_open = False
            try:
                socket = self._dialer.dial(context)
                self.session.grant = self._dialer.grant
                try:
                    self._serve(socket)
                finally:
                    if self._stopping:
                        self.session.bye()
                        self._flush(socket.dealer)
                    self._with_lock(Session.disconnected)
                    socket.close(linger=1000 if self._stopping else 0)
            except (_Lost, NoController, CapabilityError) as reason:
                if isinstance(reason, CapabilityError) and capabilities.exists(self.path):
                    raise
                if self._was_open:
                    patience = self._reconnect_patience
                    give_up = float("inf") if patience is None else time.monotonic() + patience
                    backoff = BACKOFF_SECONDS
                    self._dialer.connected()
                if time.monotonic() >= give_up:
                    raise reason if isinstance(reason, FarmError) else NoController(str(reason)) from None
            self._pause(min(backoff, max(0.0, give_up - time.monotonic())))
            backoff = min(backoff * 2, LONGEST_BACKOFF_SECONDS)

    def _serve(self, connection: FarmSocket) -> None:
        """Carries frames until the connection is lost; pings when nothing is heard."""
        socket = connection.dealer
        self._with_lock(Session.connected)
        heard, pinged = time.monotonic(), 0.0
        while True:
            self._flush(socket)
            welcome = self.session.welcome
            self._was_open |= welcome is not None
            beat = welcome.heartbeat if welcome is not None else 2.0
            due = pinged + 2 * beat if pinged else heard + beat
            readable = self._poll([socket, connection.monitor], max(0.0, due - time.monotonic()))
            if socket in readable:
                self._take(socket)
                heard, pinged = time.monotonic(), 0.0
            elif time.monotonic() >= due:
                if pinged:
                    raise _Lost("the controller was silent for three heartbeats")
                pinged = time.monotonic()
                self.session.ping(int(pinged * 1e9))
            if connection.monitor in readable and any(event in ENDS for event, _ in connection.events()):
                self._take(socket)  # a fault that says why may be the last
                raise _Lost("the connection was closed")

    def _take(self, socket: zmq.Socket) -> None:
        """What has come, up to a bound."""
        with self.changed:
            for _ in range(512):
                try:
                    frame = socket.recv(zmq.NOBLOCK, copy=False)
                except zmq.Again:
                    break
                try:
                    self.session.receive(frame.buffer)
                except WireError as error:
                    raise _Lost(f"the controller sent what cannot be read: {error}") from None
            fault, is_open = self.session.fault, self.session.welcome is not None
            self.changed.notify_all()
        if fault is None:
            return
        if fault.code == Code.UNAVAILABLE and not is_open:
            raise _Lost(str(fault))
        raise KeyRefused(str(fault)) if fault.code == Code.BAD_GRANT else fault

    def _flush(self, socket: zmq.Socket) -> None:
        while self.session.out:
            try:
                socket.send(self.session.out[0], zmq.NOBLOCK)
            except zmq.Again:
                return  # the connection is gone: its end is about to be told
            self.session.out.popleft()

    def _with_lock(self, code: Callable[[Session], None]) -> None:
        with self.changed:
            code(self.session)
            self.changed.notify_all()

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._poll([], end - time.monotonic())

    def _poll(self, sockets: List[zmq.Socket], seconds: float) -> List[zmq.Socket]:
        """Waits for one of the sockets, for commands, or that long; runs the commands."""
        poller = zmq.Poller()
        for socket in sockets:
            poller.register(socket, zmq.POLLIN)
        poller.register(self._wake_read, zmq.POLLIN)
        found = dict(poller.poll(max(0, int(seconds * 1000) + 1)))
        if self._wake_read.fileno() in found:
            self._wake_read.recv(4096)
            while self._commands:
                command = self._commands.popleft()
                self._with_lock(command)
            if self._stopping:
                raise _Stop
        return [socket for socket in sockets if socket in found]
