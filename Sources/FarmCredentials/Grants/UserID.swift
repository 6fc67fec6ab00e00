/// What the ZAP handler says about an admitted peer, and libzmq attaches to each message as `User-Id`:
/// `ROLE:SERIAL:SUBJECT`.
public struct UserID: Sendable, Hashable {
    /// What the peer may do.
    public let role: Role
    /// The serial of its grant.
    public let serial: String
    /// Who it is.
    public let subject: String

    /// Names an admitted peer.
    public init(role: Role, serial: String, subject: String) {
        self.role = role
        self.serial = serial
        self.subject = subject
    }

    /// Reads the property of a message; nil unless a ``ZAPHandler`` wrote it.
    public init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let role = Role(rawValue: String(parts[0])),
            Hex.decode(String(parts[1]), byteCount: GrantLimits.idBytes) != nil, !parts[2].isEmpty
        else { return nil }
        self.init(role: role, serial: String(parts[1]), subject: String(parts[2]))
    }

    /// The property's text, at most 100 bytes.
    public var text: String { "\(role.rawValue):\(serial):\(subject)" }
}
