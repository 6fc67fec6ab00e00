import CZeroMQ

extension Socket {
    /// Sets a number.
    /// - Throws: ``ZeroMQError`` if the value is out of range.
    public borrowing func set(_ option: SocketOption<Int>, _ value: Int) throws(ZeroMQError) {
        if option.isWide {
            var value = Int64(value)
            try set(option.number, &value, MemoryLayout<Int64>.size, "\(option.name) to \(value)")
        } else {
            guard var short = Int32(exactly: value) else {
                throw ZeroMQError(
                    .other, "cannot set \(option.name) to \(value): it has 32 bits; use a smaller number")
            }
            try set(option.number, &short, MemoryLayout<Int32>.size, "\(option.name) to \(value)")
        }
    }

    /// Turns something on or off.
    public borrowing func set(_ option: SocketOption<Bool>, _ value: Bool) throws(ZeroMQError) {
        var number: Int32 = value ? 1 : 0
        try set(option.number, &number, MemoryLayout<Int32>.size, "\(option.name) to \(value)")
    }

    /// Sets a text.
    public borrowing func set(_ option: SocketOption<String>, _ value: String) throws(ZeroMQError) {
        var value = value
        let status = value.withUTF8 { zmq_setsockopt(raw, option.number, $0.baseAddress, $0.count) }
        guard status == 0 else { throw .last("set \(option.name) to \(value)") }
    }

    /// Reads a number.
    public borrowing func get(_ option: SocketOption<Int>) throws(ZeroMQError) -> Int {
        guard option.isWide else { return Int(try getInt32(option.number)) }
        var value: Int64 = 0
        var size = MemoryLayout<Int64>.size
        guard zmq_getsockopt(raw, option.number, &value, &size) == 0 else {
            throw .last("read \(option.name)")
        }
        return Int(value)
    }

    /// Reads whether something is on.
    public borrowing func get(_ option: SocketOption<Bool>) throws(ZeroMQError) -> Bool {
        try getInt32(option.number) != 0
    }

    /// Makes this the CURVE server of what it binds, and refuses every peer unless a ZAP handler admits it:
    /// without a handler in the context, and without this rule, libzmq admits every key.
    /// - Parameters:
    ///   - secretKey: the server's secret key.
    ///   - zapDomain: handed to the ZAP handler; must not be empty.
    public borrowing func serveCurve(secretKey: CurveKey, zapDomain: String) throws(ZeroMQError) {
        guard !zapDomain.isEmpty else {
            throw ZeroMQError(.other, "cannot serve CURVE without a ZAP domain; give serveCurve a zapDomain")
        }
        try set(.zapDomain, zapDomain)
        try set(.enforceZAPDomain, true)
        try set(ZMQ_CURVE_SECRETKEY, secretKey, "the CURVE secret key")
        var server: Int32 = 1
        try set(ZMQ_CURVE_SERVER, &server, MemoryLayout<Int32>.size, "CURVE server")
    }

    /// Makes this a CURVE client of what it connects to.
    /// - Parameters:
    ///   - serverKey: the public key the server must prove to hold.
    ///   - keys: this peer's own keys, which the server's ZAP handler looks up.
    public borrowing func useCurve(serverKey: CurveKey, keys: CurveKeyPair) throws(ZeroMQError) {
        try set(ZMQ_CURVE_SERVERKEY, serverKey, "the server's CURVE key")
        try set(ZMQ_CURVE_PUBLICKEY, keys.publicKey, "the CURVE public key")
        try set(ZMQ_CURVE_SECRETKEY, keys.secretKey, "the CURVE secret key")
    }

    private borrowing func set(_ option: Int32, _ key: CurveKey, _ what: String) throws(ZeroMQError) {
        let status = key.withUnsafeBytes { zmq_setsockopt(raw, option, $0.baseAddress, $0.count) }
        guard status == 0 else { throw .last("set \(what)") }
    }

    private borrowing func set(
        _ option: Int32, _ value: UnsafeRawPointer, _ size: Int, _ what: @autoclosure () -> String
    ) throws(ZeroMQError) {
        guard zmq_setsockopt(raw, option, value, size) == 0 else { throw .last("set \(what())") }
    }

    borrowing func getInt32(_ option: Int32) throws(ZeroMQError) -> Int32 {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        guard zmq_getsockopt(raw, option, &value, &size) == 0 else { throw .last("read a socket option") }
        return value
    }

    borrowing func getString(_ option: Int32, capacity: Int) throws(ZeroMQError) -> String {
        var size = capacity
        var status: Int32 = 0
        let text = String(unsafeUninitializedCapacity: capacity) { buffer in
            status = zmq_getsockopt(raw, option, buffer.baseAddress, &size)
            return status == 0 ? max(0, size - 1) : 0  // without the closing NUL
        }
        guard status == 0 else { throw .last("read a socket option") }
        return text
    }
}
