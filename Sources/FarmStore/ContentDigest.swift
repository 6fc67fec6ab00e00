import COpenSSL
import Glibc

/// What bytes are, in 64 hexadecimal digits: SHA-256.
public enum ContentDigest {
    /// Of a file, read in pieces; nil if it cannot be read.
    public static func ofFile(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0, let context = EVP_MD_CTX_new() else { return nil }
        defer {
            close(file)
            EVP_MD_CTX_free(context)
        }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            EVP_DigestUpdate(context, buffer, count)
        }
        var digest = [UInt8](repeating: 0, count: 32)
        var size: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &digest, &size) == 1 else { return nil }
        return hex(digest)
    }

    /// Of bytes in memory.
    public static func of(_ bytes: [UInt8]) -> String { hex(PayloadFiles.digest(of: bytes[...])) }

    /// Of a text.
    public static func of(_ text: String) -> String { hex(PayloadFiles.digest(of: Array(text.utf8)[...])) }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
