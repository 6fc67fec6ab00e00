import Glibc

/// A stream socket without ZeroMQ, connected to an endpoint of ours; closed when it goes.
final class PlainSocket {
    struct Failure: Error {
        var number = errno
    }

    private let descriptor: Int32

    init(_ endpoint: String) throws {
        let isLocal = endpoint.hasPrefix("ipc://")
        let place = endpoint.drop { $0 != "/" }.dropFirst(2)
        descriptor = socket(isLocal ? AF_UNIX : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure() }
        let result: Int32
        if isLocal {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: place.utf8) }
            result = Self.connect(descriptor, address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(place.drop { $0 != ":" }.dropFirst())?.bigEndian ?? 0
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            result = Self.connect(descriptor, address)
        }
        guard result == 0 else { throw Failure() }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }

    private static func connect<Address>(_ descriptor: Int32, _ address: Address) -> Int32 {
        withUnsafeBytes(of: address) { bytes in
            Glibc.connect(
                descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count))
        }
    }
}
