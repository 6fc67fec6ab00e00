import FarmFunctions
import FarmTransport

/// What the namespace's functions give while there is no kernel.
enum HeldAnswer {
    /// - Returns: the value's payload; no bytes for none.
    static func value(of wish: KernelJob.Wish, in held: inout HeldValues) throws(KernelError) -> [UInt8] {
        do throws(NamespaceError) {
            switch wish {
            case .set(let name, let payload): try held.set(payload, for: name)
            case .get(let name): return pulled([(name, try held.get(name))])
            case .remove(let name): try held.remove(name)
            case .keys, .call(.keys, _): return PayloadCodec.strings(held.keys)
            case .call(.push, let input):
                for entry in try entries(input).entries { try held.set(entry.payload, for: entry.name) }
            case .call(.pull, let input):
                var values: [(String, [UInt8])] = []
                for name in try names(input) where !values.contains(where: { $0.0 == name }) {
                    values.append((name, try held.get(name)))
                }
                return pulled(values)
            case .call(.reset, _): held = HeldValues()
            default: break
            }
            return []
        } catch {
            let name =
                error.code == .unknownName ? "NameError" : error.code == .overLimit ? "OverLimit" : "BadInput"
            throw KernelError(name, error.message, cause: name == "BadInput" ? .notStarted : .failure)
        }
    }

    private static func pulled(_ values: [(String, [UInt8])]) -> [UInt8] {
        var bundle = PayloadBundle()
        for (name, payload) in values { bundle.set(payload, for: name) }
        return [PayloadCodec.bytes.rawValue] + bundle.encoded()
    }

    private static func entries(_ input: CallInput) throws(NamespaceError) -> PayloadBundle {
        do {
            let (bytes, range) = try input.bundle(of: .push)
            return try PayloadBundle(decoding: Array(bytes[range]))
        } catch {
            throw NamespaceError(.failed, (error as? KernelError)?.message ?? "\(error)")
        }
    }

    private static func names(_ input: CallInput) throws(NamespaceError) -> [String] {
        do throws(KernelError) { return try input.value([String].self, of: .pull) } catch {
            throw NamespaceError(.failed, error.message)
        }
    }
}
