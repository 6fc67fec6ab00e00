"""From a capability file to a socket that is connected: addresses, CURVE keys, what a handshake comes to."""

from __future__ import annotations

import os
import time
from typing import Callable, List

import zmq
from zmq.utils.monitor import recv_monitor_message

from . import capability as capabilities
from .capability import Capability
from .errors import CapabilityError, KeyRefused, NoController, WrongController
from .wire import FRAGMENT_BYTES, HEADER

DIAL_SECONDS = 5.0
CURVE_BYTES = 64
"""ZeroMQ measures a message as it comes, encrypted, which is some bytes longer."""
REFUSED_STATUS = 400
BROKEN_LIMIT = 3
"""Rounds in which a handshake broke off before that counts as another controller's key."""
ENDS = (zmq.EVENT_DISCONNECTED, zmq.EVENT_CLOSED)


class FarmSocket:
    """A DEALER that carries one connection in its life, and the monitor that tells how that fares."""

    def __init__(self, context: zmq.Context, endpoint: str, capability: Capability) -> None:
        self.endpoint = endpoint
        self.dealer = context.socket(zmq.DEALER)
        # Nothing of an old session may get into a new one.
        self.dealer.reconnect_ivl = -1
        self.dealer.linger = 0
        self.dealer.maxmsgsize = HEADER.size + FRAGMENT_BYTES + CURVE_BYTES
        # What may be under way the window of the welcome bounds.
        self.dealer.sndhwm = 0
        if not endpoint.startswith("ipc://"):
            self.dealer.tcp_keepalive = 1
            self.dealer.curve_serverkey = capability.controller_key
            self.dealer.curve_publickey = capability.public_key
            self.dealer.curve_secretkey = capability.secret_key
        self.monitor = self.dealer.get_monitor_socket()
        try:
            self.dealer.connect(endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise CapabilityError(f"{capability.path} has the address {endpoint}: {error}") from None

    def events(self) -> List[tuple]:
        """(event, value) of what the monitor has told."""
        found = []
        while self.monitor.poll(0):
            message = recv_monitor_message(self.monitor)
            found.append((message["event"], message["value"]))
        return found

    def close(self, linger: int = 0) -> None:
        """Closes both; what was sent has so many milliseconds to leave."""
        self.dealer.disable_monitor()
        self.monitor.close(linger=0)
        self.dealer.close(linger=linger)


class Dialer:
    """Tries the addresses of a capability file, which it reads again each time."""

    def __init__(self, path: str, poll: Callable[[List[zmq.Socket], float], List[zmq.Socket]]) -> None:
        self.path = path
        self.grant = b""
        self._poll = poll
        self._broken_rounds = 0

    def connected(self) -> None:
        """A session was open: what broke off before says nothing of the key."""
        self._broken_rounds = 0

    def dial(self, context: zmq.Context) -> FarmSocket:
        """A socket whose handshake is done. Raises NoController, which may change, and what will not."""
        capability = capabilities.load(self.path)
        self.grant = capability.grant
        tried: List[str] = []
        is_broken = False
        for endpoint in sorted(capability.endpoints, key=lambda address: not address.startswith("ipc://")):
            if endpoint.startswith("ipc://") and not os.path.exists(endpoint[len("ipc://") :]):
                tried.append(endpoint)
                continue
            socket = FarmSocket(context, endpoint, capability)
            outcome = "given up"
            try:
                outcome = self._handshake(socket)
                if outcome == "linked":
                    return socket
            finally:
                if outcome != "linked":
                    socket.close()
            is_broken |= outcome == "broken"
            tried.append(endpoint if outcome == "absent" else f"{endpoint} (no answer)")
        self._broken_rounds = self._broken_rounds + 1 if is_broken else 0
        if self._broken_rounds >= BROKEN_LIMIT:
            raise WrongController(self._other_key(tried[-1]))
        raise NoController(
            f"no controller at {', '.join(tried)}; start one with `tasks cluster start`, or use the "
            "capability file of one that runs"
        )

    def _other_key(self, endpoint: str) -> str:
        return (
            f"whoever listens at {endpoint} is not the controller of {self.path}; use the file of the farm "
            "that runs there"
        )

    def _handshake(self, socket: FarmSocket) -> str:
        """`linked`, or what became of it. Raises KeyRefused and WrongController."""
        deadline = time.monotonic() + DIAL_SECONDS
        while time.monotonic() < deadline:
            self._poll([socket.monitor], deadline - time.monotonic())
            for event, value in socket.events():
                if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                    return "linked"
                if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
                    if value < REFUSED_STATUS:
                        return "mute"
                    raise KeyRefused(
                        f"the controller at {socket.endpoint} refused the key of {self.path}: it was "
                        "revoked, has expired or is not on record there; ask the farm's owner for another"
                    )
                if event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL:
                    raise WrongController(self._other_key(socket.endpoint))
                if event == zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL:
                    return "broken"
                if event in (*ENDS, zmq.EVENT_CONNECT_RETRIED):
                    return "absent"
        return "mute"
