/// A ZAP 1.0 request (https://rfc.zeromq.org/spec/27/), as libzmq makes it for each handshake.
struct ZAPRequest: Equatable {
    let id: [UInt8]
    let domain: String
    let address: String
    let mechanism: String
    let credentials: [[UInt8]]

    /// version, request id, domain, address, identity, mechanism, credentials …
    init?(frames: [[UInt8]]) {
        guard frames.count >= 6, frames[0] == Array("1.0".utf8) else { return nil }
        id = frames[1]
        domain = String(decoding: frames[2], as: UTF8.self)
        // Only libzmq can ask, but the address reaches logs: keep what an address can hold.
        address = String(decoding: frames[3].prefix(64).filter { (0x21...0x7E).contains($0) }, as: UTF8.self)
        mechanism = String(decoding: frames[5], as: UTF8.self)
        credentials = Array(frames[6...])
    }

    /// The CURVE key that the peer has proven to hold; nil for other mechanisms.
    var curveKey: TransportKey? {
        guard mechanism == "CURVE", credentials.count == 1 else { return nil }
        return TransportKey(bytes: credentials[0])
    }

    /// version, request id, status code, status text, user id, metadata
    static func reply(id: [UInt8], status: String, text: String, userID: String) -> [[UInt8]] {
        [Array("1.0".utf8), id, Array(status.utf8), Array(text.utf8), Array(userID.utf8), []]
    }
}
