import Glibc

/// A pipe by which one thread wakes another that waits in `poll`.
final class WakePipe: Sendable {
    /// Readable when somebody has signalled.
    let descriptor: Int32
    private let writing: Int32

    init() throws(LaunchError) {
        (descriptor, writing) = try Self.pipe()
        for end in [descriptor, writing] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    /// The two ends of a pipe, for this process alone: children get only what they are given.
    static func pipe() throws(LaunchError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw LaunchError(.cannotStart, "no descriptor is left; raise `ulimit -n`")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writing)
    }

    func signal() {
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }

    func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }

    /// Waits for a signal, and takes it.
    func wait(seconds: Double) {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&event, 1, Int32(seconds * 1000))
        clear()
    }
}
