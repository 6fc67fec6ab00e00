import CZeroMQ
import Glibc

/// Waits for several sockets and descriptors of one thread at once.
///
/// Entries keep their place, so a loop asks by the index that `add` gave. Up to 16 entries a wait allocates
/// nothing. Sockets, monitors and descriptors must outlive their entries; wake-ups are kept alive by them.
public struct Poller: ~Copyable {
    private var items: UnsafeMutablePointer<zmq_pollitem_t>
    private var capacity: Int
    private var count = 0
    private var wakeups: [Wakeup] = []

    /// Makes a poller with room for `capacity` entries before it has to grow.
    public init(capacity: Int = 16) {
        self.capacity = max(1, capacity)
        items = .allocate(capacity: self.capacity)
    }

    deinit { items.deallocate() }

    /// Adds a socket.
    /// - Returns: the index of its entry.
    public mutating func add(_ socket: borrowing Socket, for events: PollEvents = .readable) -> Int {
        append(zmq_pollitem_t(socket: socket.raw, fd: -1, events: events.rawValue, revents: 0))
    }

    /// Adds a monitor, readable when an event waits.
    public mutating func add(_ monitor: borrowing SocketMonitor) -> Int {
        append(zmq_pollitem_t(socket: monitor.raw, fd: -1, events: PollEvents.readable.rawValue, revents: 0))
    }

    /// Adds a descriptor.
    public mutating func add(fileDescriptor: Int32, for events: PollEvents = .readable) -> Int {
        append(zmq_pollitem_t(socket: nil, fd: fileDescriptor, events: events.rawValue, revents: 0))
    }

    /// Adds a wake-up, or a mailbox's, readable when it was signalled.
    public mutating func add(_ wakeup: Wakeup) -> Int {
        wakeups.append(wakeup)
        return add(fileDescriptor: wakeup.fileDescriptor)
    }

    /// Changes what an entry waits for; the empty set makes it sleep.
    public mutating func setInterest(_ events: PollEvents, at index: Int) {
        precondition(index < count)
        items[index].events = events.rawValue
    }

    /// Takes an entry out for good. Its index is not given again.
    public mutating func remove(at index: Int) {
        precondition(index < count)
        items[index] = zmq_pollitem_t(socket: nil, fd: -1, events: 0, revents: 0)
    }

    /// Waits until an entry is ready.
    /// - Parameter milliseconds: 0 only looks, negative waits for ever.
    /// - Returns: how many entries are ready; 0 at the end of the time or after a signal.
    /// - Throws: ``ZeroMQError`` with `terminated` when the context was shut down.
    public mutating func wait(milliseconds: Int) throws(ZeroMQError) -> Int {
        let ready = zmq_poll(items, Int32(count), milliseconds)
        if ready >= 0 { return Int(ready) }
        for index in 0..<count { items[index].revents = 0 }
        guard zmq_errno() == EINTR else { throw .last("poll") }
        return 0
    }

    /// Waits until an entry is ready, with the time rounded up to whole milliseconds, which is what
    /// `zmq_poll` can do.
    public mutating func wait(nanoseconds: Int64) throws(ZeroMQError) -> Int {
        try wait(
            milliseconds: nanoseconds < 0
                ? -1 : Int((nanoseconds - 1) / 1_000_000 + (nanoseconds > 0 ? 1 : 0)))
    }

    /// What an entry was ready for when the last wait ended.
    public func events(at index: Int) -> PollEvents {
        precondition(index < count)
        return PollEvents(rawValue: items[index].revents)
    }

    private mutating func append(_ item: zmq_pollitem_t) -> Int {
        if count == capacity {
            let larger = UnsafeMutablePointer<zmq_pollitem_t>.allocate(capacity: capacity * 2)
            larger.moveInitialize(from: items, count: count)
            items.deallocate()
            items = larger
            capacity *= 2
        }
        (items + count).initialize(to: item)
        count += 1
        return count - 1
    }
}
