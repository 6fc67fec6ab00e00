"""Frames over the socket to the engine: u64 length of what follows, and that (docs/python.md)."""
import os
import socket
import struct

# Requests.
EXECUTE, PUSH, PULL, KEYS, RESET, APPLY, TASK, SYNC, REMOVE, LEAVE = range(1, 11)
# Answers. The one with a value is laid out as the value's section of an attempt's payload, so that the engine
# passes it on as it is.
VALUE, ERROR, READY, SYNCED = range(1, 5)

PIECE = 64 << 10


class Wire:
    """The socket. What is large is read into memory of its own, and sent from where it is."""

    def __init__(self, descriptor):
        self.socket = socket.socket(fileno=descriptor)
        self.socket.setblocking(True)
        # The programs that the user's code starts are not to have it.
        os.set_inheritable(descriptor, False)
        self.buffer = bytearray(PIECE)
        self.view = memoryview(self.buffer)
        self.start = self.end = 0

    def take(self, count):
        """So many bytes, as `bytes`."""
        if count > PIECE:
            return self.take_large(count)
        while self.end - self.start < count:
            if self.start:
                rest = bytes(self.view[self.start : self.end])
                self.view[: len(rest)] = rest
                self.start, self.end = 0, len(rest)
            self.end += self.receive(self.view[self.end :])
        piece = bytes(self.view[self.start : self.start + count])
        self.start += count
        return piece

    def take_large(self, count):
        pieces = [bytes(self.view[self.start : self.end])]
        self.start = self.end = 0
        count -= len(pieces[0])
        while count:
            # Most often all of it, in memory of its own; less when a signal comes in between.
            piece = self.socket.recv(count, socket.MSG_WAITALL)
            if not piece:
                os._exit(0)
            pieces.append(piece)
            count -= len(piece)
        return pieces[1] if len(pieces) == 2 and not pieces[0] else b"".join(pieces)

    def take_array(self, count):
        """So many bytes, in a bytearray that nobody else has, so that arrays of numbers may lie in it."""
        target = bytearray(count)
        filled = min(count, self.end - self.start)
        target[:filled] = self.view[self.start : self.start + filled]
        self.start += filled
        rest = memoryview(target)
        while filled < count:
            filled += self.receive(rest[filled:])
        return target

    def receive(self, target):
        count = self.socket.recv_into(target)
        if count == 0:
            # The engine's worker is gone.
            os._exit(0)
        return count

    def bundle(self):
        """The (name, codec, body) of a bundle, not decoded yet."""
        values = []
        (count,) = struct.unpack("<I", self.take(4))
        for _ in range(count):
            (length,) = struct.unpack("<I", self.take(4))
            name = self.take(length).decode()
            (length,) = struct.unpack("<Q", self.take(8))
            if length == 0:
                values.append((name, 0, b""))
                continue
            codec = self.take(1)[0]
            if codec in (7, 8):
                values.append((name, codec, self.take_array(length - 1)))
            elif codec == 9:
                # Letter, bytes an item, number of extents; the extents; the items.
                head = self.take(3)
                head += self.take(8 * head[2])
                values.append((name, codec, (head, self.take_array(length - 1 - len(head)))))
            else:
                values.append((name, codec, self.take(length - 1)))
        return values

    def request(self):
        """The kind of the next request, what it says, and the values that come with it."""
        _, kind = struct.unpack("<QB", self.take(9))
        return kind, self.bundle(), self.bundle()

    def answer(self, kind, cpu, buffers):
        """Sends u8 kind, u32 length, the buffers, and u64 nanoseconds of CPU time that the request took."""
        total = 0
        for buffer in buffers:
            total += len(buffer)
        small = struct.pack("<QBI", total + 13, kind, total)
        for buffer in buffers:
            if len(buffer) <= PIECE:
                small += buffer
                continue
            self.socket.sendall(small)
            self.socket.sendall(buffer)
            small = b""
        self.socket.sendall(small + struct.pack("<Q", cpu))


def pack_bundle(values):
    """The buffers of a bundle of (name, buffers of the value)."""
    buffers = [struct.pack("<I", len(values))]
    for name, parts in values:
        name = name.encode()
        size = sum(len(part) for part in parts)
        buffers.append(struct.pack("<I", len(name)) + name + struct.pack("<Q", size))
        buffers += parts
    return buffers
