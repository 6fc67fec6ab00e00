internal import CSystem
internal import Glibc

/// One captured stream of a running process.
struct CapturePipe {
    /// The read end, or -1 when there is none or it has come to its end.
    private(set) var descriptor: Int32
    private var capture: OutputCapture
    /// How much of the head has been told while the process runs.
    private var told = 0
    /// The epoll that watches it, or -1.
    var watcher: Int32 = -1

    /// After the end of the process what is in the pipe is read, but not for ever if somebody still writes.
    private static let drainLimitBytes = 8 << 20

    init(descriptor: Int32, limitBytes: Int) {
        self.descriptor = descriptor
        capture = OutputCapture(limitBytes: limitBytes)
    }

    var isOpen: Bool { descriptor >= 0 }

    /// Reads what is there, one buffer full at most.
    /// - Returns: how many bytes; 0 when there are none now or the stream is at its end.
    mutating func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard isOpen else { return 0 }
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
            capture.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return count
        }
        if count == 0 || (errno != EAGAIN && errno != EINTR) { shut() }
        return 0
    }

    /// Reads to the end of what is there, and closes.
    mutating func drain(_ buffer: UnsafeMutableRawBufferPointer) {
        var count = 0
        while isOpen && count < Self.drainLimitBytes {
            let more = read(buffer)
            if more == 0 { break }
            count += more
        }
        shut()
    }

    private mutating func shut() {
        guard isOpen else { return }
        if watcher >= 0 { _ = farm_epoll_remove(watcher, descriptor) }
        close(descriptor)
        descriptor = -1
    }

    var hasNews: Bool { capture.head.count > told }

    /// What is new in the head.
    mutating func takeNews() -> (offset: Int, bytes: [UInt8]) {
        let offset = told
        told = capture.head.count
        return (offset, Array(capture.head[offset...]))
    }

    mutating func take() -> CapturedOutput { capture.take() }

    /// What is captured from here on is for another, who is given what was not taken.
    mutating func begin(limitBytes: Int) {
        var next = OutputCapture(limitBytes: limitBytes)
        capture.take().bytes.withUnsafeBytes { next.append($0) }
        capture = next
        told = 0
    }

    /// The most that is in the pipe when nobody writes any more.
    static let roomBytes = 64 << 10
}
