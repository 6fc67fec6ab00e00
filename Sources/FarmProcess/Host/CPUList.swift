/// Numbers of processors as `taskset` writes them: `0-3,8`.
public enum CPUList {
    /// The text of rising numbers; empty for none.
    public static func text(_ cpus: [Int]) -> String {
        var parts: [String] = []
        var index = 0
        while index < cpus.count {
            var end = index
            while end + 1 < cpus.count, cpus[end + 1] == cpus[end] + 1 { end += 1 }
            parts.append(end == index ? "\(cpus[index])" : "\(cpus[index])-\(cpus[end])")
            index = end + 1
        }
        return parts.joined(separator: ",")
    }

    /// Reads `text` back; nil for anything else, or numbers that no processor has.
    public static func numbers(_ text: String) -> [Int]? {
        var result: [Int] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], 0 <= first,
                first <= last, last < CPUMask.limit
            else { return nil }
            result += first...last
        }
        return result
    }
}
