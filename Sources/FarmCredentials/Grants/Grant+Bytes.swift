// The bytes of a grant, little-endian, without padding:
//   0  "TFGRANT", version 1          8
//   8  role code                     1
//   9  priority cap, signed          4
//  13  1 if it expires, else 0       1
//  14  expiry in unix seconds, or 0  8
//  22  controller's CURVE key       32
//  54  holder's CURVE key           32
//  86  farm                          8
//  94  serial                        8
// 102  subject: length, UTF-8        1 + 1…64
//      endpoints: their number       1 (1…16); each: length, UTF-8  1 + 1…255
//      Ed25519 signature over all that is before it                  64
// One grant has one form: whatever is out of these limits, or left over, is refused.

extension Grant {
    /// The most bytes a grant can have.
    public static let maxEncodedBytes =
        102 + 1 + GrantLimits.subjectBytes + 1 + GrantLimits.endpointCount * (1 + GrantLimits.endpointBytes)
        + VerifyingKey.signatureBytes

    private static let magic = Array("TFGRANT".utf8) + [1]

    /// What the signature covers: everything but the signature.
    public var signedBytes: [UInt8] {
        var bytes = Grant.magic
        bytes.append(role.wireCode)
        bytes.append(little: Int32(clamping: priorityCap))
        bytes.append(expiresAtUnixSeconds == nil ? 0 : 1)
        bytes.append(little: expiresAtUnixSeconds ?? 0)
        bytes += controllerKey.bytes
        bytes += publicKey.bytes
        bytes += Hex.decode(farm, byteCount: GrantLimits.idBytes) ?? []
        bytes += Hex.decode(serial, byteCount: GrantLimits.idBytes) ?? []
        bytes.append(text: subject)
        bytes.append(UInt8(clamping: endpoints.count))
        for endpoint in endpoints { bytes.append(text: endpoint) }
        return bytes
    }

    /// The bytes for a hello.
    public func encode() -> [UInt8] { signedBytes + signature }

    /// Reads the bytes of a hello. It does not check the signature: see ``verify(by:nowUnixSeconds:)``.
    /// - Throws: ``CredentialError`` with `malformed`, `newerFormat` or `unknownRole`.
    public init(decoding bytes: [UInt8]) throws(CredentialError) {
        guard bytes.count <= Grant.maxEncodedBytes else {
            throw Grant.malformed("\(bytes.count) bytes are more than \(Grant.maxEncodedBytes)")
        }
        var reader = ByteReader(bytes)
        guard let magic = reader.take(8), magic.dropLast().elementsEqual(Grant.magic.dropLast()),
            let version = magic.last
        else { throw Grant.malformed("it does not begin with TFGRANT") }
        guard version == 1 else {
            throw CredentialError(
                .newerFormat, "a grant of version \(version) needs a newer controller; update it")
        }
        guard let roleCode = reader.take(1)?.first else { throw Grant.malformed("it ends in the role") }
        guard let role = Role(wireCode: roleCode) else {
            throw CredentialError(.unknownRole, "a grant has the unknown role \(roleCode); issue it again")
        }
        guard let cap = reader.integer(Int32.self), let flag = reader.take(1)?.first, flag <= 1,
            let end = reader.integer(Int64.self), flag == 1 || end == 0,
            let controllerKey = reader.take(32).flatMap({ TransportKey(bytes: $0) }),
            let publicKey = reader.take(32).flatMap({ TransportKey(bytes: $0) }),
            let farm = reader.take(GrantLimits.idBytes), let serial = reader.take(GrantLimits.idBytes),
            let subject = reader.text(), let endpointCount = reader.take(1)?.first,
            endpointCount <= GrantLimits.endpointCount
        else { throw Grant.malformed("it ends early or a field is out of its limits") }
        var endpoints: [String] = []
        for _ in 0..<endpointCount {
            guard let endpoint = reader.text() else { throw Grant.malformed("it ends in the endpoints") }
            endpoints.append(endpoint)
        }
        guard let signature = reader.take(VerifyingKey.signatureBytes), reader.isAtEnd else {
            throw Grant.malformed("the signature has another length than \(VerifyingKey.signatureBytes)")
        }
        self.init(
            farm: Hex.encode(farm), serial: Hex.encode(serial), role: role, subject: subject,
            priorityCap: Int(cap),
            expiresAtUnixSeconds: flag == 1 ? end : nil, endpoints: endpoints, controllerKey: controllerKey,
            publicKey: publicKey, signature: Array(signature))
        if let complaint = GrantLimits.complaint(about: self) { throw Grant.malformed(complaint) }
    }

    private static func malformed(_ why: String) -> CredentialError {
        CredentialError(
            .malformed, "these bytes are no grant: \(why); send the grant of a capability file as it is")
    }
}

extension [UInt8] {
    fileprivate mutating func append(little value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// A length byte and the text, whose length `GrantLimits` has checked.
    fileprivate mutating func append(text: String) {
        let bytes = text.utf8.prefix(255)
        append(UInt8(bytes.count))
        append(contentsOf: bytes)
    }
}
