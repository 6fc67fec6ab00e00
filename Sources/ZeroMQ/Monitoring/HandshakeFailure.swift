import CZeroMQ

/// Why a handshake failed, as far as this side can know.
public enum HandshakeFailure: Sendable, Hashable, CustomStringConvertible {
    /// The server's ZAP handler said no: 400 for a key that is unknown, expired or revoked; 300 for try
    /// later; 500 for an error of its own. The reason stands in the server's log only.
    case refused(status: Int)
    /// A box could not be opened: one side has a wrong key of the other.
    case cryptographic
    /// One side wants CURVE and the other does not.
    case mechanismMismatch
    /// Another breach of the protocol, by libzmq's number.
    case protocolError(UInt32)
    /// What came is no ZeroMQ handshake at all: another program, or garbage.
    case foreign
    /// The connection broke in the middle. A server that cannot open the client's hello (the client was given
    /// another server's key) closes without a word, which shows as this.
    case broken(errorNumber: Int32)

    init(protocolError value: UInt32) {
        switch Int64(value) {
        case Int64(ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC): self = .cryptographic
        case Int64(ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH): self = .mechanismMismatch
        default: self = .protocolError(value)
        }
    }

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .refused(let status): "the server refused this key (status \(status))"
        case .cryptographic: "the keys of the two sides do not fit"
        case .mechanismMismatch: "only one side uses CURVE"
        case .foreign: "what came is not this protocol"
        case .protocolError(let value): "protocol error 0x\(String(value, radix: 16))"
        case .broken(let number):
            "the connection ended during the handshake (errno \(number)); "
                + "possibly the server's key is another one"
        }
    }
}
