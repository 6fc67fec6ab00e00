import Dispatch
import Foundation
import Glibc

/// Bytes both ways between two pairs of descriptors. A thread for each direction: neither waits for the
/// other, so that two sides which both write much do not stop each other.
public enum ByteBridge {
    /// Carries what can be read of one to the other, and back, until either direction has ended.
    /// - Parameter onEnd: called then; it has to bring the other direction to its end, or the process.
    public static func run(
        _ one: (input: Int32, output: Int32), _ other: (input: Int32, output: Int32),
        onEnd: @escaping @Sendable () -> Void
    ) {
        for descriptor in [one.input, one.output, other.input, other.output] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        }
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            carry(from: other.input, to: one.output)
            onEnd()
            done.signal()
        }
        thread.name = "bytes back"
        thread.stackSize = 256 << 10
        thread.start()
        carry(from: one.input, to: other.output)
        onEnd()
        done.wait()
    }

    /// Returns when there is nothing more to read, or nobody who takes it.
    private static func carry(from input: Int32, to output: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(input, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0, write(buffer[..<count], to: output) else { return }
        }
    }

    /// Writes all of it; false if nobody takes it any more.
    public static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
