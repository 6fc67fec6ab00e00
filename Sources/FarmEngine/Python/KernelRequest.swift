import FarmFunctions

/// One request to the kernel, as it goes over its socket: u8 kind, a bundle of fields, a bundle of values.
struct KernelRequest: Sendable {
    /// Raw values are those of `wire.py`.
    enum Kind: UInt8, Sendable {
        case execute = 1
        case push, pull, keys, reset, apply, task, sync, remove
    }

    let kind: Kind
    var fields = PayloadBundle()
    /// A bundle, in the bytes that it came in; empty for none.
    var body: [UInt8] = []
    var range = 0..<0

    init(_ kind: Kind) { self.kind = kind }

    mutating func set(_ text: String?, for name: String) {
        if let text { fields.set([PayloadCodec.string.rawValue] + text.utf8, for: name) }
    }

    mutating func set(_ values: PayloadBundle) {
        body = values.encoded()
        range = 0..<body.count
    }

    /// What goes before the values.
    var head: [UInt8] {
        var head = [kind.rawValue]
        fields.append(to: &head)
        if range.isEmpty { head += [0, 0, 0, 0] }
        return head
    }
}
