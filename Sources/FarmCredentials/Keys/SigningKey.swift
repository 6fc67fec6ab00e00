import COpenSSL

/// An Ed25519 private key, with which a controller signs grants.
public struct SigningKey: Sendable, Equatable {
    /// The public half.
    public let verifyingKey: VerifyingKey
    /// The 32-byte seed of RFC 8032.
    let seed: Secret<[UInt8]>

    /// Makes a new key.
    /// - Throws: ``CredentialError`` with `crypto`.
    public static func generate() throws(CredentialError) -> SigningKey {
        try SigningKey(seed: Secret(Digest.random(32)))
    }

    /// Takes a seed of 32 bytes.
    init(seed: Secret<[UInt8]>) throws(CredentialError) {
        let key = try SigningKey.openSSLKey(seed)
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var size = 32
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &size) == 1, size == 32,
            let verifyingKey = VerifyingKey(bytes: bytes)
        else { throw SigningKey.failure("compute an Ed25519 public key") }
        self.seed = seed
        self.verifyingKey = verifyingKey
    }

    /// Signs bytes; the signature has 64 bytes.
    /// - Throws: ``CredentialError`` with `crypto`.
    public func sign(_ bytes: [UInt8]) throws(CredentialError) -> [UInt8] {
        let key = try SigningKey.openSSLKey(seed)
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: VerifyingKey.signatureBytes)
        var size = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &size, bytes, bytes.count) == 1,
            size == signature.count
        else { throw SigningKey.failure("sign") }
        return signature
    }

    private static func openSSLKey(_ seed: Secret<[UInt8]>) throws(CredentialError) -> OpaquePointer {
        let bytes = seed.reveal()
        guard bytes.count == 32,
            let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        else { throw failure("read an Ed25519 private key") }
        return key
    }

    static func failure(_ action: String) -> CredentialError {
        ERR_clear_error()
        return CredentialError(
            .crypto, "libcrypto cannot \(action); it needs OpenSSL 1.1.1 or later with Ed25519")
    }
}
