public import FarmTemplate

extension Quantity {
    /// Reads `5`, a number of tasks, or `5%` or `2.25%`, a share of them.
    ///
    /// - Returns: nil if it is none of them, over 2^31 or over 100 %.
    public static func failureLimit(_ text: String) -> Brake.FailureLimit? {
        if text.hasSuffix("%") {
            guard let share = hundredths(text.dropLast()), share <= 10_000 else { return nil }
            return .share(share)
        }
        guard text.utf8.allSatisfy(isDigit), let count = UInt32(text), UInt64(count) <= Sweep.limit else {
            return nil
        }
        return .count(count)
    }

    /// What is wrong with the name of a quantity that tasks need; nil if nothing is.
    public static func fault(inQuantity name: String) -> String? { NeedsReader.fault(inQuantity: name) }

    /// Reads a job's weight, `2` or `0.25`, in hundredths.
    ///
    /// - Returns: nil if it is no number with at most two decimals from 0.01 to 1000.
    public static func weight(_ text: String) -> UInt32? {
        guard let weight = hundredths(text[...]), (1...100_000).contains(weight) else { return nil }
        return weight
    }

    /// `2.25` as 225; a third decimal would be lost, and is refused.
    private static func hundredths(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...7).contains(parts[0].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }), let whole = UInt32(parts[0])
        else { return nil }
        guard parts.count == 2 else { return whole * 100 }
        guard (1...2).contains(parts[1].utf8.count), let rest = UInt32(parts[1]) else { return nil }
        return whole * 100 + rest * (parts[1].utf8.count == 1 ? 10 : 1)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
