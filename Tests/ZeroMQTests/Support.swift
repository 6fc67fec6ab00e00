import Foundation
import Testing
import ZeroMQ

extension Socket {
    /// Sends the parts of one message, waiting where needed.
    borrowing func send(parts: [[UInt8]]) throws {
        for (index, part) in parts.enumerated() {
            try part.withUnsafeBytes { try send($0, more: index + 1 < parts.count) }
        }
    }

    /// Receives one whole message, waiting up to 10 seconds; nil at the end of that time.
    borrowing func receiveParts(within milliseconds: Int = 10_000) throws -> [[UInt8]]? {
        var poller = Poller(capacity: 1)
        _ = poller.add(self)
        guard try poller.wait(milliseconds: milliseconds) > 0 else { return nil }
        var parts: [[UInt8]] = []
        var message = Message()
        while try receive(into: &message) {
            parts.append(message.array)
            if !message.more { break }
        }
        return parts
    }

    func trySend(_ bytes: [UInt8], more: Bool = false) throws -> SendResult {
        try bytes.withUnsafeBytes { try trySend($0, more: more) }
    }
}

extension Message {
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension SharedMessage {
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension SocketMonitor {
    /// The first event that `select` accepts, waiting up to 10 seconds.
    mutating func first<Found>(_ select: (MonitorEvent) -> Found?) throws -> Found? {
        var poller = Poller(capacity: 1)
        _ = poller.add(self)
        while try poller.wait(milliseconds: 10_000) > 0 {
            while let event = try next() {
                if let found = select(event) { return found }
            }
        }
        return nil
    }
}

/// A directory for one test, removed with its last reference.
final class Scratch {
    let path: String

    init() throws {
        path = "/tmp/zmq-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
