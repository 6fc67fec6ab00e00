public import FarmCore

/// `recall` (give these back if they have not begun), `stop` (end these attempts) and `interrupt` (interrupt
/// those that run).
public struct NamesMessage: WireMessage {
    /// The dispatches.
    public var names: [DispatchName]

    /// A message with the fields given.
    public init(names: [DispatchName]) { self.names = names }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in writer.list(names) { $0.name($1) } }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        names = try reader.list(itemBytes: 16, limit: WireLimits.names, "names") { reader throws(WireError) in
            try reader.name("name")
        }
        try reader.end()
    }
}
