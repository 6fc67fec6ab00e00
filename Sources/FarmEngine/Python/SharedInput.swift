import FarmFunctions
import FarmTransport

extension CallInput {
    /// The input of a call whose template shares a bundle of values: those, and the call's own in its payload, of
    /// which the own one counts where both have a name. No bytes are copied if there is no payload, or nothing
    /// shared.
    /// - Throws: `KernelError`: one of them is no bundle.
    func sharing(_ shared: [UInt8], of call: NamespaceCall) throws(KernelError) -> CallInput {
        guard !shared.isEmpty, call == .push || call == .apply else { return self }
        let common = CallInput.rendered(shared)
        guard case .dispatched(let work) = self, work.item.payload.count > 1 else { return common }
        var merged = try common.values(of: call)
        for entry in try values(of: call).entries { merged.set(entry.payload, for: entry.name) }
        return .rendered([PayloadCodec.bytes.rawValue] + merged.encoded())
    }

    /// The bundle, value by value.
    private func values(of call: NamespaceCall) throws(KernelError) -> PayloadBundle {
        let (bytes, range) = try bundle(of: call)
        let result = bytes.withUnsafeBytes { bytes -> Result<PayloadBundle, PayloadError> in
            do throws(PayloadError) {
                return .success(try PayloadBundle(decoding: UnsafeRawBufferPointer(rebasing: bytes[range])))
            } catch {
                return .failure(error)
            }
        }
        do { return try result.get() } catch { throw Self.misfit(call, error) }
    }
}
