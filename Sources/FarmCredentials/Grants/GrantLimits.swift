/// What the fields of a grant may hold. The issuer and the decoder ask the same questions.
public enum GrantLimits {
    /// Most bytes of UTF-8 in a subject.
    public static let subjectBytes = 64
    /// Most endpoints.
    public static let endpointCount = 16
    /// Most bytes of one endpoint.
    public static let endpointBytes = 255
    /// Bytes of a farm id or serial, which have twice as many digits.
    static let idBytes = 8

    /// Says what is wrong with the fields of a grant, nil if nothing is.
    static func complaint(about grant: Grant) -> String? {
        if !isText(grant.subject, limitBytes: subjectBytes) {
            return "subject needs 1 to \(subjectBytes) bytes without control characters"
        }
        if Int32(exactly: grant.priorityCap) == nil { return "priority_cap needs to fit 32 bits" }
        if let end = grant.expiresAtUnixSeconds, !(0...Timestamp.latest).contains(end) {
            return "expires needs to lie between 1970 and 9999"
        }
        if Hex.decode(grant.farm, byteCount: idBytes) == nil {
            return "farm needs 16 lowercase hexadecimal digits"
        }
        if Hex.decode(grant.serial, byteCount: idBytes) == nil {
            return "serial needs 16 lowercase hexadecimal digits"
        }
        if !(1...endpointCount).contains(grant.endpoints.count) {
            return "endpoints needs 1 to \(endpointCount) entries"
        }
        for endpoint in grant.endpoints where !isText(endpoint, limitBytes: endpointBytes) {
            return "endpoints needs entries of 1 to \(endpointBytes) bytes without control characters"
        }
        return nil
    }

    private static func isText(_ text: String, limitBytes: Int) -> Bool {
        (1...limitBytes).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}
