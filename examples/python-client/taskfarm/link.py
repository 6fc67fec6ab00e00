"""The I/O thread: owns the socket, connects, hands bytes to the session, connects again.

A socket carries one connection in its life: ZeroMQ's own reconnecting is off, so nothing of an old session gets
into a new one. Others reach the thread by `perform`, which runs a piece of code on it.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from socket import socketpair
from typing import Callable, Deque, List, Optional

import zmq
from zmq.utils.monitor import recv_monitor_message

from . import capability as capabilities
from .capability import Capability
from .errors import CapabilityError, Closed, FarmError, KeyRefused, NoController, Refused, WireError, WrongController
from .session import Session
from .wire import FRAGMENT_BYTES, HEADER, Code

DIAL_SECONDS = 5.0
BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 0.05, 1.0
REFUSED_STATUS = 400
BROKEN_LIMIT = 3
"""Rounds in which a handshake broke off before that counts as another controller's key."""


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
        self._stopping = False
        self._broken_rounds = 0
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
            try:
                socket = self._dial(context)
                try:
                    self._serve(socket)
                finally:
                    was_open = self.session.welcome is not None
                    if self._stopping:
                        self.session.bye()
                        self._flush(socket)
                    self._with_lock(Session.disconnected)
                    self._close(socket, linger=1000 if self._stopping else 0)
            except (_Lost, NoController, CapabilityError) as reason:
                if isinstance(reason, CapabilityError) and capabilities.exists(self.path):
                    raise
                if isinstance(reason, _Lost) and was_open:
                    patience = self._reconnect_patience
                    give_up = float("inf") if patience is None else time.monotonic() + patience
                    backoff, self._broken_rounds = BACKOFF_SECONDS, 0
                if time.monotonic() >= give_up:
                    raise reason if isinstance(reason, FarmError) else NoController(str(reason)) from None
            self._pause(min(backoff, max(0.0, give_up - time.monotonic())))
            backoff = min(backoff * 2, LONGEST_BACKOFF_SECONDS)

    def _dial(self, context: zmq.Context) -> zmq.Socket:
        """Tries the addresses of the capability file, ipc first. The file is read again each time."""
        capability = capabilities.load(self.path)
        self.session.grant = capability.grant
        tried: List[str] = []
        broken = False
        for endpoint in sorted(capability.endpoints, key=lambda address: not address.startswith("ipc://")):
            if endpoint.startswith("ipc://") and not os.path.exists(endpoint[len("ipc://"):]):
                tried.append(endpoint)
                continue
            socket = self._open(context, endpoint, capability)
            try:
                outcome = self._handshake(socket, endpoint)
            except BaseException:
                outcome = "stop"
                raise
            finally:
                if outcome != "linked":
                    self._close(socket)
            if outcome == "linked":
                return socket
            broken |= outcome == "broken"
            tried.append(endpoint if outcome == "absent" else f"{endpoint} (no answer)")
        self._broken_rounds = self._broken_rounds + 1 if broken else 0
        if self._broken_rounds >= BROKEN_LIMIT:
            raise WrongController(self._other_key(tried[-1]))
        raise NoController(
            f"no controller at {', '.join(tried)}; start one with `tasks cluster start`, or use the capability file "
            "of one that runs"
        )

    def _other_key(self, endpoint: str) -> str:
        return f"whoever listens at {endpoint} is not the controller of {self.path}; use the file of the farm that runs"

    def _open(self, context: zmq.Context, endpoint: str, capability: Capability) -> zmq.Socket:
        socket = context.socket(zmq.DEALER)
        socket.reconnect_ivl = -1
        socket.linger = 0
        socket.maxmsgsize = HEADER.size + FRAGMENT_BYTES
        socket.sndhwm = 0
        if not endpoint.startswith("ipc://"):
            socket.tcp_keepalive = 1
            socket.curve_serverkey = capability.controller_key
            socket.curve_publickey, socket.curve_secretkey = capability.public_key, capability.secret_key
        self._monitor = socket.get_monitor_socket()
        try:
            socket.connect(endpoint)
        except zmq.ZMQError as error:
            self._close(socket)
            raise CapabilityError(f"{self.path} has the address {endpoint}: {error}") from None
        return socket

    def _handshake(self, socket: zmq.Socket, endpoint: str) -> str:
        """`linked`, or what became of it. Raises KeyRefused and WrongController."""
        deadline = time.monotonic() + DIAL_SECONDS
        while time.monotonic() < deadline:
            self._poll([self._monitor], deadline - time.monotonic())
            for event, value in self._events():
                if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                    return "linked"
                if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
                    if value < REFUSED_STATUS:
                        return "mute"
                    raise KeyRefused(
                        f"the controller at {endpoint} refused the key of {self.path}: it was revoked, has expired or "
                        "is not on record there; ask the farm's owner for another"
                    )
                if event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL:
                    raise WrongController(self._other_key(endpoint))
                if event == zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL:
                    return "broken"
                if event in (zmq.EVENT_DISCONNECTED, zmq.EVENT_CLOSED, zmq.EVENT_CONNECT_RETRIED):
                    return "absent"
        return "mute"

    def _serve(self, socket: zmq.Socket) -> None:
        """Carries frames until the connection is lost; pings when nothing is heard."""
        self._with_lock(Session.connected)
        heard, pinged = time.monotonic(), 0.0
        while True:
            self._flush(socket)
            welcome = self.session.welcome
            beat = welcome.heartbeat if welcome is not None else 2.0
            due = pinged + 2 * beat if pinged else heard + beat
            readable = self._poll([socket, self._monitor], max(0.0, due - time.monotonic()))
            if socket in readable:
                self._take(socket)
                heard, pinged = time.monotonic(), 0.0
            elif time.monotonic() >= due:
                if pinged:
                    raise _Lost("the controller was silent for three heartbeats")
                pinged = time.monotonic()
                self.session.ping(int(pinged * 1e9))
            if self._monitor in readable:
                if any(event in (zmq.EVENT_DISCONNECTED, zmq.EVENT_CLOSED) for event, _ in self._events()):
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

    def _close(self, socket: zmq.Socket, linger: int = 0) -> None:
        socket.disable_monitor()
        self._monitor.close(linger=0)
        socket.close(linger=linger)

    def _with_lock(self, code: Callable[[Session], None]) -> None:
        with self.changed:
            code(self.session)
            self.changed.notify_all()

    def _events(self) -> List[tuple]:
        found = []
        while self._monitor.poll(0):
            message = recv_monitor_message(self._monitor)
            found.append((message["event"], message["value"]))
        return found

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
