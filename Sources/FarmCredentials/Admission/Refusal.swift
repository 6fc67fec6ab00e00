/// A peer that was refused, for the log.
public struct Refusal: Sendable, Hashable, CustomStringConvertible {
    /// Why.
    public let reason: RefusalReason
    /// Where it came from: an IP address.
    public let address: String
    /// ``TransportKey/fingerprint`` of its key, if it showed one.
    public let fingerprint: String?
    /// The serial of its grant, if the key is known.
    public let serial: String?
    /// How many refusals before this one were counted but not told, to keep the log small.
    public let untold: Int

    /// One line for the log; never a whole key.
    public var description: String {
        var text = "refused \(address.isEmpty ? "a local peer" : address): \(reason.rawValue)"
        if let fingerprint { text += " \(fingerprint)" }
        if let serial { text += " (serial \(serial))" }
        if untold > 0 { text += "; \(untold) more before" }
        return text
    }
}
