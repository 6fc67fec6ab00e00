import COpenSSL

/// SHA-256 and random bytes from libcrypto.
enum Digest {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var size: UInt32 = 0
        let status = EVP_Digest(bytes, bytes.count, &digest, &size, EVP_sha256(), nil)
        precondition(status == 1 && size == 32, "libcrypto has no SHA-256")
        return digest
    }

    static func random(_ count: Int) throws(CredentialError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else {
            throw CredentialError(.crypto, "libcrypto gave no random bytes; check /dev/urandom")
        }
        return bytes
    }
}
