import FarmProcess
import Foundation
import Glibc
import Synchronization

/// A way to a farm on another host, over ssh: a socket here behind which its controller's stands there.
///
/// There, `tasks far-end` sends the capability for the role first, which stays in memory here, and then
/// carries bytes between ssh and the controller's socket. A connection that breaks is made again as the
/// client asks for it, each over an ssh of its own.
public final class FarTunnel: Sendable {
    /// What lets in there: the bytes of a capability file.
    public let capability: [UInt8]
    /// The socket here, in a private directory.
    public let endpoint: String
    /// The controller's socket is one of those that are encrypted.
    public let isEncrypted: Bool

    private let arguments: [String]
    private let host: String
    private let program: String
    private let listener: Int32
    private let first: Mutex<FarLink?>

    /// Connects to the host and asks the farm there to let us in; a second or so.
    ///
    /// - Parameters:
    ///   - ssh: the program with options of its own, as in `["ssh", "-p", "2222"]`.
    ///   - program: the `tasks` program there; empty: the one in its `PATH`, else at the same path as here.
    ///   - here: this program's path.
    ///   - farEnd: what follows it: role and profile.
    ///   - socket: the path of the socket here, in a private directory; whoever gives it takes it away.
    /// - Throws: ``LaunchError``: `unreachable`, or `refused` with the words of the far side.
    public init(
        to host: String, ssh: [String], program: String, here: String, farEnd: [String], socket: String
    ) throws(LaunchError) {
        (arguments, self.program) = FarCommand.arguments(
            to: host, ssh: ssh, program: program, here: here, farEnd: farEnd)
        self.host = host
        let link = try FarLink(arguments, host: host, program: self.program)
        (capability, isEncrypted) = (link.capability, link.isEncrypted)
        listener = try Self.listen(socket)
        endpoint = "ipc://\(socket)"
        first = Mutex(link)
        let thread = Thread { [self] in accept() }
        thread.name = "via"
        thread.stackSize = 256 << 10
        thread.start()
    }

    private static func listen(_ path: String) throws(LaunchError) -> Int32 {
        guard let listener = LocalSocket.listen(path) else {
            throw LaunchError(.cannotStart, "cannot listen at \(path): \(String(cString: strerror(errno)))")
        }
        return listener
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let link = first.withLock { link in
                defer { link = nil }
                return link
            }
            let thread = Thread { [self] in carry(connection, link) }
            thread.name = "via"
            thread.stackSize = 256 << 10
            thread.start()
        }
    }

    /// Until either side ends. One that cannot be made is closed at once: the client tries again.
    private func carry(_ connection: Int32, _ link: FarLink?) {
        defer { close(connection) }
        guard let link = link ?? (try? FarLink(arguments, host: host, program: program)) else { return }
        ByteBridge.run((connection, connection), (link.output, link.input)) {
            shutdown(connection, Int32(SHUT_RDWR))
            link.kill()
        }
        link.end()
    }
}
