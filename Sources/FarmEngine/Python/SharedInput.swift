import FarmFunctions
import FarmTransport

extension CallInput {
    /// A bundle of what all tasks of the template share and of what this one brings in its payload; of two
    /// values with one name the task's own counts. No bytes are copied if there is only one of them.
    ///
    /// - Parameters:
    ///   - shared: of the template; empty for nothing.
    ///   - hasOwn: whether the task's payload is a bundle at all.
    ///   - what: what a complaint calls it.
    /// - Throws: `KernelError`: one of them is no bundle.
    func sharing(_ shared: [UInt8], hasOwn: Bool, called what: String) throws(KernelError) -> CallInput {
        guard !shared.isEmpty else { return self }
        let common = CallInput.rendered(shared)
        guard hasOwn else { return common }
        var merged = try common.values(called: what)
        for entry in try values(called: what).entries { merged.set(entry.payload, for: entry.name) }
        return .rendered([PayloadCodec.bytes.rawValue] + merged.encoded())
    }

    /// The input of one of the namespace's functions.
    static func of(_ work: AttemptWork, _ call: NamespaceCall) throws(KernelError) -> CallInput {
        let input = CallInput.dispatched(work)
        guard call == .push || call == .apply else {
            // One command for many engines is sent once.
            let isOwn = !work.item.payload.isEmpty || work.group.sharedPayload.isEmpty
            return isOwn ? input : .rendered(work.group.sharedPayload)
        }
        return try input.sharing(
            work.group.sharedPayload, hasOwn: work.item.payload.count > 1,
            called: "the input of `\(call.rawValue)`")
    }

    /// Value by value.
    func values(called what: String) throws(KernelError) -> PayloadBundle {
        let (bytes, range) = try bundle(called: what)
        // It has been checked.
        return bytes.withUnsafeBytes {
            (try? PayloadBundle(decoding: UnsafeRawBufferPointer(rebasing: $0[range]))) ?? PayloadBundle()
        }
    }
}
