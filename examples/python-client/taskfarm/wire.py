"""Bytes of the protocol: fields, frames and fragments (docs/protocol.md, "Words of this page" and "Frames").

Nothing here knows a socket. Whatever breaks a rule of the page raises WireError, and nothing is taken from
it.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Callable, Iterator, List, Optional, Tuple, TypeVar, Union

from .errors import WireError

Item = TypeVar("Item")
Buffer = Union[bytes, bytearray, memoryview]

HEADER = struct.Struct("<BBBBIQ")
MAGIC, VERSION = 0x54, 1
MORE = 1
FRAGMENT_BYTES = 262_144
MESSAGE_BYTES = 256 << 20
"""The largest message that is put together before a welcome has said another number."""


class Kind(IntEnum):
    """Kinds of messages that a client sends or gets."""

    HELLO, PING, PONG, SUBMIT = 1, 2, 3, 4
    CANCEL, SUBSCRIBE, CONSUMED, QUERY = 8, 9, 10, 11
    BYE, UNSUBSCRIBE = 13, 14
    WELCOME, HELLO_FIRST, ACCEPTED, REFUSED = 33, 34, 35, 36
    COMPLETIONS, REPLY, FAULT, GONE = 38, 42, 46, 47


class Code(IntEnum):
    """What a refusal, reply or fault says; an unknown number is an error, too."""

    OK, MALFORMED, BAD_SEQUENCE, BAD_VERSION, NOT_PERMITTED, OVER_LIMIT = range(6)
    UNKNOWN, ALREADY_ENDED, ALREADY_CANCELLING = 6, 7, 8
    BAD_DEPENDENCY, BAD_SUBMISSION, UNAVAILABLE, INTERNAL_ERROR, BAD_GRANT = 9, 10, 11, 12, 13
    CYCLIC_DEPENDENCY, CLOSED = 14, 15


class Writer:
    """Appends fields to `data`."""

    def __init__(self) -> None:
        self.data = bytearray()

    def put(self, form: str, *values: Union[int, float]) -> "Writer":
        """Fields by `struct`'s letters: B u8, H u16, I u32, Q u64, i i32, q i64, d f64."""
        self.data += struct.pack("<" + form, *values)
        return self

    def raw(self, data: Buffer) -> "Writer":
        self.data += data
        return self

    def block(self, data: Buffer) -> "Writer":
        self.data += struct.pack("<I", len(data))
        self.data += data
        return self

    def string(self, text: str) -> "Writer":
        return self.block(text.encode("utf-8"))

    def list(self, items: "List[Item]", write: "Callable[[Item], object]") -> "Writer":
        self.put("I", len(items))
        for item in items:
            write(item)
        return self


class Reader:
    """Takes fields from the front of a body; views of it, no copies, until bytes are asked for."""

    def __init__(self, data: Buffer) -> None:
        self.data = memoryview(data)
        self.offset = 0

    def take(self, count: int, what: str) -> memoryview:
        end = self.offset + count
        if count < 0 or end > len(self.data):
            raise WireError(f"{what} at byte {self.offset}: {count} bytes are wanted, {self.left} are left")
        piece = self.data[self.offset : end]
        self.offset = end
        return piece

    def get(self, form: str, what: str) -> Tuple[int, ...]:
        layout = struct.Struct("<" + form)
        return layout.unpack(self.take(layout.size, what))

    def number(self, form: str, what: str) -> int:
        return self.get(form, what)[0]

    def block(self, what: str) -> memoryview:
        return self.take(self.number("I", what), what)

    def string(self, what: str) -> str:
        try:
            return bytes(self.block(what)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise WireError(f"{what}: not valid UTF-8 ({error.reason})") from None

    @property
    def left(self) -> int:
        return len(self.data) - self.offset

    def end(self, what: str) -> None:
        if self.left:
            raise WireError(f"{what}: {self.left} bytes too many")


class Cutter:
    """The outgoing direction of one session: cuts messages into frames and counts them."""

    def __init__(self) -> None:
        self.sequence = 0

    def frames(self, kind: int, body: Buffer = b"") -> Iterator[bytes]:
        view = memoryview(body)
        for start in range(0, max(1, len(view)), FRAGMENT_BYTES):
            piece = view[start : start + FRAGMENT_BYTES]
            more = MORE if start + FRAGMENT_BYTES < len(view) else 0
            self.sequence += 1
            yield HEADER.pack(MAGIC, VERSION, kind, more, 0, self.sequence) + bytes(piece)


class Joiner:
    """The incoming direction of one session: checks the count and puts fragments together."""

    def __init__(self, limit: int = MESSAGE_BYTES) -> None:
        self.sequence = 0
        self.limit = limit
        self.kind: Optional[int] = None
        self.parts = bytearray()

    def take(self, frame: Buffer) -> Optional[Tuple[int, bytes]]:
        """The message that the frame completes, as (kind, body); None in the middle of one.

        Raises WireError, and Gap, which is one, when a frame is missing or comes twice.
        """
        kind, more, sequence, body = split(frame)
        if kind in (Kind.HELLO_FIRST, Kind.FAULT):  # outside the count
            if more:
                raise WireError(f"a message of kind {kind} comes in one frame")
            return kind, bytes(body)
        if sequence != self.sequence + 1:
            raise Gap(f"frame {sequence} came after frame {self.sequence}")
        self.sequence = sequence
        if self.kind is None and not more:
            return kind, bytes(body)
        if self.kind not in (None, kind) or not len(body):
            raise WireError(f"a broken fragment of a message of kind {kind}")
        if len(self.parts) + len(body) > self.limit:
            raise WireError(f"a message of kind {kind} has over {self.limit} bytes")
        self.kind = kind
        self.parts += body
        if more:
            return None
        whole, self.parts, self.kind = bytes(self.parts), bytearray(), None
        return kind, whole


class Gap(WireError):
    """The session is broken: a frame is missing or came twice. The remedy is to say hello anew."""


def split(frame: Buffer) -> Tuple[int, bool, int, memoryview]:
    """A frame's kind, whether fragments follow, its sequence and its body."""
    view = memoryview(frame)
    if len(view) < HEADER.size:
        raise WireError(f"a frame of {len(view)} bytes is shorter than its header")
    magic, version, kind, flags, zero, sequence = HEADER.unpack(view[: HEADER.size])
    if magic != MAGIC or version != VERSION:
        raise WireError(f"a frame begins with {magic:#04x} and version {version}, not with 0x54 and 1")
    if flags & ~MORE or zero:
        raise WireError("a frame sets bits that must be zero")
    if len(view) - HEADER.size > FRAGMENT_BYTES:
        raise WireError(f"a frame has a body of {len(view) - HEADER.size} bytes")
    return kind, bool(flags & MORE), sequence, view[HEADER.size :]
