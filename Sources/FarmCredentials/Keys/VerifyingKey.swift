import COpenSSL

/// An Ed25519 public key, which tells whether a controller signed something.
public struct VerifyingKey: Sendable, Hashable {
    /// The size of a signature.
    public static let signatureBytes = 64
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes raw bytes; nil unless there are 32.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Whether `signature` was made over exactly `message` by the owner of this key. About 0.1 ms.
    public func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == VerifyingKey.signatureBytes,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        else { return false }
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        let isValid =
            EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        ERR_clear_error()
        return isValid
    }
}
