public import ZeroMQ

/// A controller's side of all its links: listening sockets, sessions, pings.
///
/// Confined to the thread that makes it, which runs this turn again and again:
/// `poll` (waits) → `drain` (hands over what came) → the node's own work, which sends through `desk`.
public final class ControllerEndpoint {
    /// The sessions: what the node sends through.
    public let desk: SessionDesk
    /// Where it listens, in the order asked for.
    public let bound: [BoundEndpoint]

    private let sockets: RouterSockets
    /// What its sessions go by; the node's, too.
    public var clock: FarmClock
    private let wakeup: Wakeup?
    private var poller = Poller()
    private var wakeupIndex: Int?
    private var monitorIndexes: [Int] = []
    private var failures = FailureLog()
    private let log: (String) -> Void
    /// Sockets that may hold more than the last drain took.
    private var isUnread: [Bool]
    private var nextListener = 0

    /// Binds all of `listens`. Have the ZAP handler running in `context` before.
    /// - Parameters:
    ///   - keys: the controller's CURVE keys, for tcp.
    ///   - wakeup: also ends `poll`: that of the shell's mailbox.
    ///   - log: gets a line for each session refused, muted or reset.
    /// - Throws: `TransportError` with `addressInUse` or `cannotListen`.
    public init(
        _ listens: [Listen], context: Context, keys: TransportKeyPair, gate: any HelloGate,
        limits: SessionLimits = SessionLimits(), clock: FarmClock = FarmClock(), wakeup: Wakeup? = nil,
        log: @escaping (String) -> Void = { _ in }
    ) throws(TransportError) {
        var listeners: [Listener] = []
        for listen in listens { listeners.append(try Listener(listen, context: context, keys: keys)) }
        sockets = RouterSockets(listeners)
        bound = listeners.map { BoundEndpoint(port: $0.port, endpoint: $0.endpoint) }
        desk = SessionDesk(limits: limits, gate: gate, carrier: sockets, at: clock.now, log: log)
        isUnread = [Bool](repeating: true, count: listeners.count)
        self.clock = clock
        self.wakeup = wakeup
        self.log = log
        for listener in listeners { _ = poller.add(listener.socket) }
        if let wakeup { wakeupIndex = poller.add(wakeup) }
        for listener in listeners { monitorIndexes.append(listener.joinMonitor(&poller)) }
    }

    /// Has the sockets, once they are let go, take up to so long to send what they were given: the last
    /// answers before an orderly end.
    public func linger(milliseconds: Int) {
        for listener in sockets.listeners { try? listener.socket.set(.lingerMilliseconds, milliseconds) }
    }

    /// What ended a wait.
    public struct Ready: OptionSet, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// Takes the bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Frames came, or sessions were lost, or a timer of the sessions is due: call `drain`.
        public static let sessions = Ready(rawValue: 1)
        /// The wakeup was signalled.
        public static let wakeup = Ready(rawValue: 2)
    }

    /// Waits until there is something to do, at most so long; 0 only looks, a negative time waits for ever.
    /// Returns at once while `drain` has left something.
    /// - Throws: `TransportError` with `failed` when the context was shut down.
    public func poll(timeoutNanoseconds: Int64) throws(TransportError) -> Ready {
        let due = desk.nextTimer - clock.now
        var wait = timeoutNanoseconds < 0 ? due : min(timeoutNanoseconds, due)
        if wait < 0 || desk.hasLosses || isUnread.contains(true) { wait = 0 }
        do throws(ZeroMQError) { _ = try poller.wait(nanoseconds: wait) } catch {
            throw TransportError(error)
        }
        try noteFailures()
        var ready: Ready = []
        for index in isUnread.indices where poller.events(at: index).contains(.readable) {
            isUnread[index] = true
        }
        if isUnread.contains(true) || desk.hasLosses || clock.now >= desk.nextTimer {
            ready.insert(.sessions)
        }
        if let wakeupIndex, poller.events(at: wakeupIndex).contains(.readable) { ready.insert(.wakeup) }
        return ready
    }

    /// Garbage, port scanners, peers with another controller's key: counted, and said now and then.
    private func noteFailures() throws(TransportError) {
        for (number, index) in monitorIndexes.enumerated()
        where poller.events(at: index).contains(.readable) {
            do throws(ZeroMQError) {
                while let reason = try sockets.listeners[number].nextFailure() {
                    desk.counters.failedHandshakes &+= 1
                    if let line = failures.add(reason, bound[number].endpoint, at: clock.now) { log(line) }
                }
            } catch {
                throw TransportError(error)
            }
        }
    }

    /// How much one `drain` hands over.
    public struct DrainLimit: Sendable {
        /// Frames, shared out between the sockets that hold some.
        public var messages: Int
        /// Bytes of one socket's frames.
        public var bytes: Int

        /// A limit; the defaults are some milliseconds of work.
        public init(messages: Int = 1024, bytes: Int = 8 * 1024 * 1024) {
            self.messages = messages
            self.bytes = bytes
        }
    }

    /// Hands over what has come, up to a limit, a fair share of it from each socket; then does what is due:
    /// pings, silence, backlogs. When a socket may hold more, the next `poll` does not wait.
    /// - Returns: frames taken.
    /// - Throws: `TransportError` with `failed` when the context was shut down.
    @discardableResult
    public func drain(
        limit: DrainLimit = DrainLimit(), to handler: any SessionHandler
    ) throws(TransportError) -> Int {
        desk.begin(at: clock.now)
        desk.deliverLosses(to: handler)
        let listeners = sockets.listeners
        let share = DrainLimit(
            messages: max(1, limit.messages / max(1, isUnread.reduce(0) { $0 + ($1 ? 1 : 0) })),
            bytes: limit.bytes)
        var taken = 0
        for step in listeners.indices {
            let index = (nextListener + step) % listeners.count
            guard isUnread[index] else { continue }
            taken += try drain(listeners[index], index, share, handler)
        }
        nextListener = listeners.isEmpty ? 0 : (nextListener + 1) % listeners.count
        desk.tick(at: clock.now, isDrained: !isUnread.contains(true))
        desk.deliverLosses(to: handler)
        if let failure = sockets.failure { throw TransportError(failure) }
        return taken
    }

    private func drain(
        _ listener: Listener, _ index: Int, _ limit: DrainLimit, _ handler: any SessionHandler
    ) throws(TransportError) -> Int {
        var taken = 0
        var bytes = 0
        while taken < limit.messages, bytes < limit.bytes {
            let reading: Listener.Reading
            do throws(ZeroMQError) { reading = try listener.read() } catch { throw TransportError(error) }
            switch reading {
            case .nothing:
                isUnread[index] = false
                return taken
            case .foreign:
                desk.counters.droppedRoutingIDs &+= 1
            case .frame(let routing):
                let address = LinkAddress(socket: index, routing: routing)
                listener.withFrame { frame in
                    bytes += frame.count
                    desk.arrived(frame, from: address, listener, to: handler)
                }
            }
            taken += 1
        }
        return taken
    }
}
