import Glibc

/// Plain connections to addresses as capability files have them: `ipc://PATH`, `tcp://HOST:PORT`.
public enum Reach {
    /// A blocking socket, connected; nil, with `errno` saying why, if nobody is there.
    public static func connect(_ endpoint: String, seconds: Double) -> Int32? {
        if endpoint.hasPrefix("ipc://") { return LocalSocket.connect(String(endpoint.dropFirst(6))) }
        guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else { return nil }
        var host = String(endpoint[endpoint.index(endpoint.startIndex, offsetBy: 6)..<colon])
        if host.hasPrefix("[") { host = String(host.dropFirst().dropLast()) }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(endpoint[colon...].dropFirst()), &hints, &found) == 0 else {
            errno = EHOSTUNREACH
            return nil
        }
        defer { freeaddrinfo(found) }
        var next = found
        while let address = next?.pointee {
            if let socket = connect(address, seconds) { return socket }
            next = address.ai_next
        }
        return nil
    }

    private static func connect(_ address: addrinfo, _ seconds: Double) -> Int32? {
        let descriptor = socket(
            address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), address.ai_protocol)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var error: Int32 = 0
        if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
            error = errno
            if error == EINPROGRESS {
                var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                error = ETIMEDOUT
                if poll(&event, 1, Int32(seconds * 1000)) > 0 {
                    var size = socklen_t(MemoryLayout<Int32>.size)
                    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
                }
            }
        }
        guard error == 0 else {
            close(descriptor)
            errno = error
            return nil
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        return descriptor
    }
}
