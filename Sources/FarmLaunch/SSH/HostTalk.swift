import FarmProcess
import Foundation

/// The launcher's side of what is said to one host, over one connection.
struct HostTalk {
    /// Its engines are started.
    var isReady = false
    /// Why they could not be, in the host's own words.
    var failure: String?

    private let setup: HostKeeper.Setup
    private let link: HostLink
    private var capability: [UInt8] = []
    private var told = UnitStop.not
    private var forcedAt: UInt64 = 0
    private var spokeAt: UInt64 = 0

    init(_ setup: HostKeeper.Setup, _ link: HostLink) {
        self.setup = setup
        self.link = link
    }

    /// Seconds since it was told to end its engines by force.
    var sinceForce: Double {
        forcedAt == 0 ? 0 : Double(MonotonicClock.nanoseconds() - forcedAt) / 1e9
    }

    /// Sends what lets the engines in.
    /// - Returns: false if that cannot be read.
    mutating func begin() -> Bool {
        guard let bytes = read() else { return false }
        send(bytes)
        return true
    }

    /// Says what there is to be said: a new word to end, a capability that was issued anew, that we are here.
    mutating func tell(_ stop: UnitStop) {
        if stop.rawValue > told.rawValue {
            told = stop
            if stop == .byForce { forcedAt = MonotonicClock.nanoseconds() }
            say(stop == .whenIdle ? .leave : stop == .now ? .now : .kill)
        }
        if let bytes = read(), bytes != capability { send(bytes) }
        if Double(MonotonicClock.nanoseconds() - spokeAt) / 1e9 >= HostWords.pingSeconds, link.isIdle {
            say(.ping)
        }
    }

    private mutating func send(_ bytes: [UInt8]) {
        capability = bytes
        say(.capability(bytes: bytes.count), bytes)
    }

    private mutating func say(_ order: HostWords.Order, _ bytes: [UInt8] = []) {
        spokeAt = MonotonicClock.nanoseconds()
        link.send(order, bytes)
    }

    private func read() -> [UInt8]? {
        FileManager.default.contents(atPath: setup.capability).flatMap { $0.isEmpty ? nil : [UInt8]($0) }
    }
}
