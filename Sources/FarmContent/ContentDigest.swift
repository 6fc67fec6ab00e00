import COpenSSL

/// What bytes are: their SHA-256.
public struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    /// 32 of them.
    public let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Of bytes in memory.
    public init(of bytes: some Collection<UInt8>) {
        var digester = Digester()
        digester.add(bytes)
        self = digester.finish()
    }

    /// Of a text.
    public init(of text: String) { self.init(of: text.utf8) }

    /// Of a file, read in pieces.
    ///
    /// - Throws: `ContentError` if it cannot be read.
    public init(ofFile path: String) throws(ContentError) { self = try FileDigests.read(path) }

    /// 64 hexadecimal digits.
    public var description: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

/// Takes bytes piece by piece for one digest.
public struct Digester: ~Copyable {
    private let context: OpaquePointer

    /// Without any bytes yet.
    public init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto has no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes as they are.
    public mutating func add(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { add(UnsafeRawBufferPointer($0)) }
        if done == nil { Array(bytes).withUnsafeBytes { add($0) } }
    }

    /// Adds bytes as they are.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Adds the text's length and the text, so that two texts are never taken for one.
    public mutating func add(field text: String) {
        withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { add($0) }
        add(text.utf8)
    }

    /// The digest of all that was added; nothing can be added after it.
    public consuming func finish() -> ContentDigest {
        var digest = [UInt8](repeating: 0, count: 32)
        var size: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &digest, &size) == 1, size == 32 else {
            preconditionFailure("libcrypto has no SHA-256")
        }
        return ContentDigest(bytes: digest)
    }
}
