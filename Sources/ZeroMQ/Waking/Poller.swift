import CZeroMQ
import Glibc

/// Waits for several sockets and descriptors of one thread at once.
///
/// Entries keep their place, so a loop asks by the index that `add` gave. A wait allocates nothing. Sockets,
/// monitors and descriptors must outlive their entries; wake-ups are kept alive by them.
///
/// `zmq_poll` asks every socket before it waits and again after, at two system calls each time. A socket's
/// descriptor is signalled at each change after the socket was last looked at, so only those are asked here
/// that have been used since, or whose descriptor is readable (ZMQ_FD in zmq_getsockopt(3)).
public struct Poller: ~Copyable {
    private struct Entry {
        var socket: SocketHandle?
        var interest: PollEvents
        var ready: PollEvents = []
    }

    private var entries: [Entry] = []
    /// What the system polls, by the same indexes.
    private var descriptors: [pollfd] = []
    private var wakeups: [Wakeup] = []

    /// Makes a poller with room for `capacity` entries before it has to grow.
    public init(capacity: Int = 16) {
        entries.reserveCapacity(capacity)
        descriptors.reserveCapacity(capacity)
    }

    /// Adds a socket.
    /// - Returns: the index of its entry.
    public mutating func add(_ socket: borrowing Socket, for events: PollEvents = .readable) -> Int {
        append(socket.handle, events)
    }

    /// Adds a monitor, readable when an event waits.
    public mutating func add(_ monitor: borrowing SocketMonitor) -> Int { append(monitor.reader, .readable) }

    /// Adds a descriptor.
    public mutating func add(fileDescriptor: Int32, for events: PollEvents = .readable) -> Int {
        entries.append(Entry(socket: nil, interest: events))
        descriptors.append(pollfd(fd: fileDescriptor, events: events.ofSystem, revents: 0))
        return entries.count - 1
    }

    /// Adds a wake-up, or a mailbox's, readable when it was signalled.
    public mutating func add(_ wakeup: Wakeup) -> Int {
        wakeups.append(wakeup)
        return add(fileDescriptor: wakeup.fileDescriptor)
    }

    private mutating func append(_ socket: SocketHandle, _ events: PollEvents) -> Int {
        socket.isUsed = true
        entries.append(Entry(socket: socket, interest: events))
        descriptors.append(pollfd(fd: socket.fileDescriptor, events: Int16(POLLIN), revents: 0))
        return entries.count - 1
    }

    /// Changes what an entry waits for; the empty set makes it sleep.
    public mutating func setInterest(_ events: PollEvents, at index: Int) {
        entries[index].interest = events
        if let socket = entries[index].socket {
            socket.isUsed = true
        } else {
            descriptors[index].events = events.ofSystem
        }
    }

    /// Takes an entry out for good. Its index is not given again.
    public mutating func remove(at index: Int) {
        entries[index] = Entry(socket: nil, interest: [])
        descriptors[index] = pollfd(fd: -1, events: 0, revents: 0)
    }

    /// Waits until an entry is ready.
    /// - Parameter milliseconds: 0 only looks, negative waits for ever.
    /// - Returns: how many entries are ready; 0 at the end of the time or after a signal.
    /// - Throws: ``ZeroMQError`` with `terminated` when the context was shut down.
    public mutating func wait(milliseconds: Int) throws(ZeroMQError) -> Int {
        var count = 0
        for index in entries.indices {
            entries[index].ready = []
            guard let socket = entries[index].socket else { continue }
            // That there is room to send is told when it comes about, not as long as it is so.
            if socket.isUsed || entries[index].interest.contains(.writable) {
                count += try look(socket, index)
            }
        }
        let end = milliseconds > 0 ? Poller.milliseconds + milliseconds : 0
        var left = count > 0 ? 0 : milliseconds
        while true {
            let signalled = poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: left))
            guard signalled >= 0 else {
                guard errno == EINTR else {
                    throw ZeroMQError(
                        .other, "poll: \(String(cString: strerror(errno)))", errorNumber: errno)
                }
                return count
            }
            if signalled > 0 { count += try lookAtSignalled() }
            // A socket's descriptor may tell of something that is none of ours.
            guard count == 0, signalled > 0, milliseconds != 0 else { return count }
            guard milliseconds > 0 else { continue }
            left = end - Poller.milliseconds
            guard left > 0 else { return 0 }
        }
    }

    /// Waits until an entry is ready, with the time rounded up to whole milliseconds.
    public mutating func wait(nanoseconds: Int64) throws(ZeroMQError) -> Int {
        try wait(
            milliseconds: nanoseconds < 0
                ? -1 : Int((nanoseconds - 1) / 1_000_000 + (nanoseconds > 0 ? 1 : 0)))
    }

    /// What an entry was ready for when the last wait ended.
    public func events(at index: Int) -> PollEvents { entries[index].ready }

    /// How many entries are ready that were not before.
    private mutating func lookAtSignalled() throws(ZeroMQError) -> Int {
        var count = 0
        for index in entries.indices where descriptors[index].revents != 0 {
            let wasReady = !entries[index].ready.isEmpty
            if let socket = entries[index].socket {
                let isReady = try look(socket, index) > 0
                count += (isReady ? 1 : 0) - (wasReady ? 1 : 0)
            } else {
                entries[index].ready = PollEvents(ofSystem: descriptors[index].revents)
                count += 1
            }
        }
        return count
    }

    /// Asks the socket, which takes its descriptor's signal in; 1 if it is ready. One that has something is
    /// asked again next time, for nothing more is signalled until that is taken.
    private mutating func look(_ socket: SocketHandle, _ index: Int) throws(ZeroMQError) -> Int {
        let events = try socket.events
        entries[index].ready = events.intersection(entries[index].interest)
        socket.isUsed = events.contains(.readable) || !entries[index].ready.isEmpty
        return entries[index].ready.isEmpty ? 0 : 1
    }

    /// Of a clock that only rises.
    private static var milliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}

extension PollEvents {
    fileprivate var ofSystem: Int16 {
        Int16((contains(.readable) ? POLLIN : 0) | (contains(.writable) ? POLLOUT : 0))
    }

    fileprivate init(ofSystem events: Int16) {
        self = []
        if events & Int16(POLLIN) != 0 { insert(.readable) }
        if events & Int16(POLLOUT) != 0 { insert(.writable) }
        if events & ~Int16(POLLIN | POLLOUT | POLLPRI) != 0 { insert(.failed) }
    }
}
