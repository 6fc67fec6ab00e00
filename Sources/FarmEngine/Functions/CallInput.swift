import FarmFunctions
import FarmTransport

/// What a function is called with: bytes in the batch that brought the attempt, or bytes made for it.
enum CallInput: Sendable {
    case dispatched(AttemptWork)
    case rendered([UInt8])

    /// The input as the function wants it.
    func decode<Input: Decodable>(_ type: Input.Type) throws(PayloadError) -> Input {
        switch self {
        case .rendered(let bytes): return try PayloadCodec.decode(type, from: bytes)
        case .dispatched(let work):
            let result = work.batch.withPayload(of: work.item) { payload -> Result<Input, PayloadError> in
                do throws(PayloadError) {
                    return .success(try PayloadCodec.decode(type, from: payload))
                } catch {
                    return .failure(error)
                }
            }
            return try result.get()
        }
    }
}
