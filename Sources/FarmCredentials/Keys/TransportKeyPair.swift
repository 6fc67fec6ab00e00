import CZeroMQ

/// A CURVE public key with its secret half.
public struct TransportKeyPair: Sendable, Equatable {
    /// What others may know.
    public let publicKey: TransportKey
    /// The 32 bytes that only the holder may know.
    public let secretKey: Secret<[UInt8]>

    /// Makes a new pair.
    /// - Throws: ``CredentialError`` with `crypto` if libzmq was built without CURVE.
    public static func generate() throws(CredentialError) -> TransportKeyPair {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0,
            let publicKey = TransportKey(z85: TransportKey.text(publicText)),
            let secretKey = TransportKey.decode(TransportKey.text(secretText))
        else { throw TransportKeyPair.noCurve }
        return TransportKeyPair(publicKey: publicKey, secretKey: Secret(secretKey))
    }

    /// Computes the public half of a secret key of 32 bytes.
    init(secretKey: Secret<[UInt8]>) throws(CredentialError) {
        var text = [CChar](repeating: 0, count: 41)
        guard secretKey.reveal().count == 32,
            zmq_curve_public(&text, TransportKey.encode(secretKey.reveal())) == 0,
            let publicKey = TransportKey(z85: TransportKey.text(text))
        else { throw TransportKeyPair.noCurve }
        self.init(publicKey: publicKey, secretKey: secretKey)
    }

    private init(publicKey: TransportKey, secretKey: Secret<[UInt8]>) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// The secret half as files hold it.
    var secretZ85: Secret<String> { Secret(TransportKey.encode(secretKey.reveal())) }

    private static let noCurve = CredentialError(
        .crypto, "libzmq cannot make CURVE keys; install one built with libsodium or tweetnacl")
}
