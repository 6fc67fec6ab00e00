/// Finds the word that was probably meant.
public enum Spelling {
    /// The candidate nearest to `word`, if it is near enough to be a slip: at most a third of its letters
    /// differ.
    ///
    /// Cost: the product of the lengths, for each candidate; words over 64 bytes are not looked at.
    public static func nearest(_ word: String, in candidates: some Sequence<String>) -> String? {
        let wanted = Array(word.lowercased().utf8)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().utf8)
            guard other.count <= 64 else { continue }
            let distance = distance(wanted, other)
            let limit = max(1, max(wanted.count, other.count) / 3)
            if distance <= limit, distance < max(wanted.count, other.count), distance < best?.distance ?? .max
            {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// `; did you mean “x”?`, or nothing.
    package static func hint(_ word: String, in candidates: some Sequence<String>) -> String {
        nearest(word, in: candidates).map { "; did you mean “\($0)”?" } ?? ""
    }

    /// Insertions, deletions, changes and swaps of neighbours that turn one into the other.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
