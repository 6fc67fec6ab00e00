internal import CSystem
internal import Glibc

/// Becomes true once; any number of threads may wait for it.
final class ThreadEnd: Sendable {
    private let descriptor = farm_eventfd()

    deinit { close(descriptor) }

    func signal() {
        var one: UInt64 = 1
        write(descriptor, &one, 8)
    }

    func wait() {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, -1) < 0 && errno == EINTR { continue }
    }
}
