import Glibc
import Synchronization

/// The keys that `security/issued/` and `security/revoked/` hold, by public key and by serial. For any
/// thread.
///
/// It sees changes by itself: each question costs two `stat` calls (about 2 µs) and reads only records that
/// are new or replaced. A record edited in place is not noticed. Until a network file system shows a change,
/// neither is that.
public final class KeyRegistry: Sendable {
    private let issued: RecordDirectory
    private let revoked: RecordDirectory
    private let state = Mutex(State())

    private struct State {
        var issued = RecordDirectory.Content()
        var revoked = RecordDirectory.Content()
        var byKey: [TransportKey: IssuedKey] = [:]
        var bySerial: [String: IssuedKey] = [:]
        var revokedKeys: [TransportKey: String] = [:]
        var revokedSerials: Set<String> = []
        var generation = 0
        var problems: [CredentialError] = []
    }

    /// Reads the records of a profile.
    /// - Throws: ``CredentialError`` if the directories cannot be read; a bad record is one of ``problems``.
    public init(_ directory: SecurityDirectory) throws(CredentialError) {
        issued = RecordDirectory(path: directory.issued)
        revoked = RecordDirectory(path: directory.revoked)
        try PrivatePath.requirePrivate(directory: directory.issued)
        try PrivatePath.requirePrivate(directory: directory.revoked)
        reload()
    }

    /// Whether the holder of a key may come in now.
    /// - Parameter now: seconds since 1970; nil takes the clock's.
    public func verdict(for key: TransportKey, nowUnixSeconds now: Int64? = nil) -> KeyVerdict {
        verdict(now) { state in (state.byKey[key], state.revokedKeys[key] != nil) }
    }

    /// Whether the holder of a grant may still be here, for sessions that are live and for ipc, where no
    /// handshake asks. Ask again when ``generation`` has changed, and at the grant's end.
    public func verdict(forSerial serial: String, nowUnixSeconds now: Int64? = nil) -> KeyVerdict {
        verdict(now) { state in (state.bySerial[serial], state.revokedSerials.contains(serial)) }
    }

    /// Reads what has changed on disk.
    /// - Returns: whether anything had.
    @discardableResult
    public func reload() -> Bool {
        state.withLock { reload(&$0) }
    }

    /// Counts the changes seen. Reading it does not look at the disk: call ``reload()`` now and then.
    public var generation: Int { state.withLock { $0.generation } }

    /// Records that could not be read, and directories that could not, as of the last reload.
    public var problems: [CredentialError] { state.withLock { $0.problems } }

    /// The keys that are issued and not revoked, by serial; expired ones too.
    public var issuedKeys: [IssuedKey] {
        state.withLock { state in
            _ = reload(&state)
            return state.bySerial.values.sorted { $0.serial < $1.serial }
        }
    }

    /// The serial of a key, admitted or not, as last read.
    func serial(of key: TransportKey) -> String? {
        state.withLock { $0.byKey[key]?.serial ?? $0.revokedKeys[key] }
    }

    private func verdict(
        _ now: Int64?, _ find: (borrowing State) -> (issued: IssuedKey?, isRevoked: Bool)
    ) -> KeyVerdict {
        let (key, isRevoked) = state.withLock { state in
            _ = reload(&state)
            return find(state)
        }
        if isRevoked { return .refused(.revoked) }
        guard let key else { return .refused(.unknownKey) }
        return key.isExpired(atUnixSeconds: now ?? Timestamp.now()) ? .refused(.expired) : .admitted(key)
    }

    private func reload(_ state: inout State) -> Bool {
        // Both, whatever the first says: a revocation moves a record from one to the other.
        let isIssuedNew = issued.update(&state.issued)
        let isRevokedNew = revoked.update(&state.revoked)
        guard isIssuedNew || isRevokedNew else { return false }
        state.byKey = [:]
        state.bySerial = [:]
        for key in state.issued.keys {
            state.byKey[key.publicKey] = key
            state.bySerial[key.serial] = key
        }
        state.revokedKeys = [:]
        for key in state.revoked.keys { state.revokedKeys[key.publicKey] = key.serial }
        // The names alone revoke a serial, so that a record damaged while it was revoked lets nobody in.
        state.revokedSerials = state.revoked.serials
        state.problems = state.issued.problems + state.revoked.problems
        state.generation += 1
        return true
    }
}
