import FoundationEssentials

/// A capability file as JSON. Lives only while a file is read or written, since it holds the secret in the
/// open.
struct CapabilityDocument: Codable {
    private var format = 1
    private let farm: String
    private let serial: String
    private let role: String
    private let subject: String
    private let priorityCap: Int
    private let expires: String?
    private let endpoints: [String]
    private let controllerKey: String
    private let publicKey: String
    private let secretKey: String
    private let signature: String

    private enum CodingKeys: String, CodingKey {
        case format, farm, serial, role, subject, expires, endpoints, signature
        case priorityCap = "priority_cap"
        case controllerKey = "controller_key"
        case publicKey = "public_key"
        case secretKey = "secret_key"
    }

    init(_ capability: Capability) {
        let grant = capability.grant
        farm = grant.farm
        serial = grant.serial
        role = grant.role.rawValue
        subject = grant.subject
        priorityCap = grant.priorityCap
        expires = grant.expiresAtUnixSeconds.map(Timestamp.text)
        endpoints = grant.endpoints
        controllerKey = grant.controllerKey.z85
        publicKey = grant.publicKey.z85
        secretKey = TransportKey.encode(capability.secretKey.reveal())
        signature = Data(grant.signature).base64EncodedString()
    }

    func capability(path: String) throws(CredentialError) -> Capability {
        guard let role = Role(rawValue: role) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw CredentialError(
                .unknownRole,
                "\(path) has an unknown role; known are \(known); issue it again, or update the program")
        }
        guard let controllerKey = TransportKey(z85: controllerKey) else {
            throw Document.invalid("controller_key", path)
        }
        guard let publicKey = TransportKey(z85: publicKey) else { throw Document.invalid("public_key", path) }
        guard let secret = TransportKey.decode(secretKey) else { throw Document.invalid("secret_key", path) }
        guard let signature = Data(base64Encoded: signature), signature.count == VerifyingKey.signatureBytes
        else {
            throw Document.invalid("signature", path)
        }
        let grant = Grant(
            farm: farm, serial: serial, role: role, subject: subject, priorityCap: priorityCap,
            expiresAtUnixSeconds: try expiry(path), endpoints: endpoints, controllerKey: controllerKey,
            publicKey: publicKey, signature: Array(signature))
        if let complaint = GrantLimits.complaint(about: grant) {
            throw CredentialError(.malformed, "\(path) has an invalid field: \(complaint); issue it again")
        }
        return Capability(grant: grant, secretKey: Secret(secret))
    }

    private func expiry(_ path: String) throws(CredentialError) -> Int64? {
        guard let expires else { return nil }
        guard let seconds = Timestamp.parse(expires) else { throw Document.invalid("expires", path) }
        return seconds
    }

    /// As synthesised, but with `"expires": null` written out, so that a reader sees that there is no end.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(format, forKey: .format)
        try container.encode(farm, forKey: .farm)
        try container.encode(serial, forKey: .serial)
        try container.encode(role, forKey: .role)
        try container.encode(subject, forKey: .subject)
        try container.encode(priorityCap, forKey: .priorityCap)
        try container.encode(expires, forKey: .expires)
        try container.encode(endpoints, forKey: .endpoints)
        try container.encode(controllerKey, forKey: .controllerKey)
        try container.encode(publicKey, forKey: .publicKey)
        try container.encode(secretKey, forKey: .secretKey)
        try container.encode(signature, forKey: .signature)
    }
}
