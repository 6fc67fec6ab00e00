import Glibc

/// Passes a stream on, line by line, each with a label before it, so that the lines of several processes can
/// share one stream and still be told apart.
///
/// A line and its label are written at once: up to 4,096 bytes a pipe keeps them together.
struct LabelledLines {
    /// What is read; -1 when it has ended, and if there was none.
    private(set) var source: Int32
    private let target: Int32
    private let label: [UInt8]
    /// The beginning of a line whose end has not come, with its label.
    private var line: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)

    /// A line that does not end is passed on in pieces of this size.
    private static let longestLineBytes = 64 << 10

    init(from source: Int32, to target: Int32, label: String) {
        (self.source, self.target) = (source, target)
        self.label = Array(label.utf8)
    }

    /// Passes on what is there, and about `limitBytes` of it.
    mutating func read(limitBytes: Int) {
        var rest = limitBytes
        while rest > 0, source >= 0 {
            let count = Glibc.read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            if count <= 0 {
                source = -1
                return
            }
            take(count)
            rest -= count
        }
    }

    /// Passes on the beginning of a line that has no end, and ends it.
    mutating func finish() {
        guard !line.isEmpty else { return }
        line.append(UInt8(ascii: "\n"))
        send()
    }

    private mutating func take(_ count: Int) {
        var start = 0
        while start < count {
            if line.isEmpty { line = label }
            let end = buffer[start..<count].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? count
            line += buffer[start..<end]
            start = end
            if line.last == UInt8(ascii: "\n") {
                send()
            } else if line.count > Self.longestLineBytes {
                line.append(UInt8(ascii: "\n"))
                send()
            }
        }
    }

    private mutating func send() {
        line.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = write(target, bytes.baseAddress! + sent, bytes.count - sent)
                if count < 0, errno == EAGAIN {
                    var event = pollfd(fd: target, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&event, 1, -1)
                } else if count < 0, errno != EINTR {
                    return  // Nobody reads any more.
                } else if count > 0 {
                    sent += count
                }
            }
        }
        line.removeAll(keepingCapacity: true)
    }
}
