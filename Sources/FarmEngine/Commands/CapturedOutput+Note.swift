import FarmProcess

extension CapturedOutput {
    /// What was kept, with a note where something is missing, or two halves of lines would be read as one.
    ///
    /// - Parameter advice: what to do about it.
    func shown(_ advice: String) -> [UInt8] {
        guard isTruncated else { return bytes }
        let missing = totalBytes - UInt64(bytes.count)
        let note = "\n[… \(missing) bytes not kept: more than the output limit; \(advice) …]\n"
        return Array(bytes[..<headCount]) + Array(note.utf8) + Array(bytes[headCount...])
    }
}
