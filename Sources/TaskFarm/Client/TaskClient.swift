import FarmTransport

/// A program's way to a task farm: submits tasks, and gets their results.
///
/// ```swift
/// let farm = try await TaskClient.connect()
/// let prices = try await farm.map(Price.self, options)
/// await farm.close()
/// ```
/// One client serves a whole program: it may be used from any number of Swift tasks, has one I/O thread and
/// one connection. A connection that is lost is made again by itself: waits go on, nothing is submitted
/// twice, no result is missed. Only ``close()``, or a controller that will not have the client any more, ends
/// what waits.
public final class TaskClient: Sendable {
    let link: FarmLink

    private init(_ link: FarmLink) { self.link = link }

    /// Connects to a farm, and returns when its controller has let the client in: a few milliseconds.
    ///
    /// - Parameters:
    ///   - profile: a profile's name below `$TASKS_HOME` (default `~/.tasks`) or its path; nil is `default`.
    ///   - capability: the path of a capability file. Without one: `$TASKS_CAPABILITY` unless a profile is
    ///     named, else the profile's `security/task-client.json`.
    ///   - forLanes: whether the client will use engines' lanes: then, without a file that is named, it is
    ///     the profile's `security/multiengine-client.json`.
    ///   - patience: how long to wait for the file and for the controller if they are not there; zero tries
    ///     once.
    ///   - reconnectPatience: how long to try when a connection was lost, before all that waits fails; nil is
    ///     for ever.
    /// - Throws: ``TaskClientError``: `noProfile`, `badCapability`, `expired`, `noController`, `keyRefused`,
    ///   `wrongController`, `notPermitted` (a role that is no client's), `incompatible`.
    public static func connect(
        profile: String? = nil, capability: String? = nil, forLanes: Bool = false,
        patience: Duration = .zero, reconnectPatience: Duration? = nil
    ) async throws(TaskClientError) -> TaskClient {
        let path = CapabilitySearch.path(
            profile: profile, capability: capability, forLanes: forLanes)
        let link = try FarmLink(.file(path: path), PeerOptions(patience, reconnectPatience))
        do throws(TaskClientError) {
            try await link.opened()
        } catch {
            guard error.code == .noProfile else { throw error }
            throw TaskClientError(
                .noProfile,
                "no farm here: there is no capability file at \(path); "
                    + "start a farm with `tasks cluster start`, or "
                    + "name the file of one with --capability or $TASKS_CAPABILITY")
        }
        return TaskClient(link)
    }

    /// Connects through a socket of this machine behind which a farm elsewhere stands, as by ssh.
    ///
    /// - Parameters:
    ///   - endpoint: as in `ipc:///run/user/1000/via/1`.
    ///   - isEncrypted: what stands behind it is a tcp socket of the controller, which speaks CURVE.
    ///   - capability: the bytes of a capability file of that farm.
    /// - Throws: as ``connect(profile:capability:forLanes:patience:reconnectPatience:)``.
    public static func connect(
        through endpoint: String, isEncrypted: Bool, capability: [UInt8], patience: Duration = .zero,
        reconnectPatience: Duration? = nil
    ) async throws(TaskClientError) -> TaskClient {
        let known: Capability
        do throws(CredentialError) {
            known = try Capability.decode(capability, from: "the capability for \(endpoint)")
        } catch {
            throw TaskClientError(error.code == .expired ? .expired : .badCapability, error.message)
        }
        let link = try FarmLink(
            .through(known, endpoint: endpoint, isEncrypted: isEncrypted),
            PeerOptions(patience, reconnectPatience))
        try await link.opened()
        return TaskClient(link)
    }

    /// Says goodbye and ends the I/O thread; what still waits fails with `closed`. Jobs go on without the
    /// client. A client that is let go does the same without waiting, once the last of its handles is let go
    /// too.
    public func close() async { await link.close() }

    /// What the farm calls itself.
    public var farm: String { link.status.read { $0.welcome?.farm ?? "" } }
    /// The role that the capability gives: `task-client`, `observer`, `admin` and so on.
    public var role: String { link.status.read { $0.welcome?.role ?? "" } }
    /// The owner of what this client submits.
    public var subject: String { link.status.read { $0.welcome?.subject ?? "" } }
    /// Whether there is a session at this moment; false while a lost connection is being made again.
    public var isConnected: Bool { link.status.read { $0.isAttached } }
}

extension PeerOptions {
    init(_ patience: Duration, _ reconnectPatience: Duration?) {
        self.init()
        patienceNanoseconds = patience.wholeNanoseconds
        reconnectPatienceNanoseconds = reconnectPatience?.wholeNanoseconds ?? .max
    }
}

extension Duration {
    /// Nanoseconds, at most those that an `Int64` can hold.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOver) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || isOver ? (seconds < 0 ? .min : .max) : sum
    }
}
