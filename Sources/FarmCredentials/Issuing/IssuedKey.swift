/// The controller's record of a grant that it issued: `security/issued/SERIAL.json`, without any secret.
public struct IssuedKey: Sendable, Hashable {
    /// Names the grant.
    public let serial: String
    /// The holder's CURVE key.
    public let publicKey: TransportKey
    /// What the holder may do.
    public let role: Role
    /// Who the holder is.
    public let subject: String
    /// The highest priority its tasks may have.
    public let priorityCap: Int
    /// When it ends, in seconds since 1970; nil never.
    public let expiresAtUnixSeconds: Int64?
    /// When it was issued or last renewed, in seconds since 1970.
    public let issuedAtUnixSeconds: Int64

    /// What the ZAP handler says of its holder.
    public var userID: UserID { UserID(role: role, serial: serial, subject: subject) }

    /// Whether it has ended.
    public func isExpired(atUnixSeconds now: Int64) -> Bool {
        expiresAtUnixSeconds.map { $0 <= now } ?? false
    }

    init(_ grant: Grant, issuedAtUnixSeconds: Int64) {
        serial = grant.serial
        publicKey = grant.publicKey
        role = grant.role
        subject = grant.subject
        priorityCap = grant.priorityCap
        expiresAtUnixSeconds = grant.expiresAtUnixSeconds
        self.issuedAtUnixSeconds = issuedAtUnixSeconds
    }

    /// Reads a record; its file's name has to be its serial.
    static func load(path: String, serial: String) throws(CredentialError) -> IssuedKey {
        let document = try Document.decode(IssuedKeyDocument.self, try PrivateFile.read(path), path: path)
        guard document.serial == serial else { throw Document.invalid("serial", path) }
        return try IssuedKey(document, path: path)
    }

    func save(path: String) throws(CredentialError) {
        try PrivateFile.write(try Document.encode(IssuedKeyDocument(self)), to: path)
    }

    private init(_ document: IssuedKeyDocument, path: String) throws(CredentialError) {
        guard let role = Role(rawValue: document.role) else {
            throw CredentialError(.unknownRole, "\(path) has an unknown role; update the program")
        }
        guard let key = TransportKey(z85: document.publicKey) else {
            throw Document.invalid("public_key", path)
        }
        guard let issued = Timestamp.parse(document.issued) else { throw Document.invalid("issued", path) }
        var end: Int64?
        if let text = document.expires {
            end = Timestamp.parse(text)
            if end == nil { throw Document.invalid("expires", path) }
        }
        guard !document.subject.isEmpty, document.subject.utf8.count <= GrantLimits.subjectBytes else {
            throw Document.invalid("subject", path)
        }
        serial = document.serial
        publicKey = key
        self.role = role
        subject = document.subject
        priorityCap = document.priorityCap
        expiresAtUnixSeconds = end
        issuedAtUnixSeconds = issued
    }
}

private struct IssuedKeyDocument: Codable {
    var format = 1
    let serial: String
    let publicKey: String
    let role: String
    let subject: String
    let priorityCap: Int
    let expires: String?
    let issued: String

    enum CodingKeys: String, CodingKey {
        case format, serial, role, subject, expires, issued
        case publicKey = "public_key"
        case priorityCap = "priority_cap"
    }

    init(_ key: IssuedKey) {
        serial = key.serial
        publicKey = key.publicKey.z85
        role = key.role.rawValue
        subject = key.subject
        priorityCap = key.priorityCap
        expires = key.expiresAtUnixSeconds.map(Timestamp.text)
        issued = Timestamp.text(key.issuedAtUnixSeconds)
    }
}
