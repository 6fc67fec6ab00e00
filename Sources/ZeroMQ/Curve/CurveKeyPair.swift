import CZeroMQ

/// A CURVE public key and the secret key that belongs to it.
public struct CurveKeyPair: Sendable, Hashable {
    /// What others may know.
    public let publicKey: CurveKey
    /// What only the holder may know.
    public let secretKey: CurveKey

    /// Joins two halves that are known to belong together.
    public init(publicKey: CurveKey, secretKey: CurveKey) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// Computes the public half of a secret key.
    /// - Throws: ``ZeroMQError`` if libzmq was built without CURVE.
    public init(secretKey: CurveKey) throws(ZeroMQError) {
        var text = [CChar](repeating: 0, count: 41)
        guard zmq_curve_public(&text, secretKey.z85) == 0 else { throw .last("compute a CURVE public key") }
        self.init(publicKey: try CurveKey(z85: Z85.text(text)), secretKey: secretKey)
    }

    /// Makes a new pair from the system's random numbers.
    /// - Throws: ``ZeroMQError`` if libzmq was built without CURVE.
    public static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else { throw .last("make a CURVE key pair") }
        return CurveKeyPair(
            publicKey: try CurveKey(z85: Z85.text(publicText)),
            secretKey: try CurveKey(z85: Z85.text(secretText)))
    }
}
