/// Where a submission's groups stand in their file, for what only the controller finds wrong with one.
/// 8 bytes a group.
struct GroupPlaces: Equatable, Sendable {
    private struct Place: Equatable {
        var line: UInt32
        var column: UInt32
    }

    private var places: [Place] = []

    mutating func append(_ position: Position) {
        places.append(Place(line: UInt32(clamping: position.line), column: UInt32(clamping: position.column)))
    }

    /// A refusal at the place of the group that it names.
    ///
    /// - Parameters:
    ///   - refusal: what the controller said: `task 'solve' waits for …`, `group 3 needs …`.
    ///   - first: the first group of a name.
    /// - Returns: nil if it names no group of the file.
    func problem(
        _ refusal: String, file: String, first: (String) -> Int?
    ) -> BatchProblem? {
        let number: Int?
        if let match = refusal.prefixMatch(of: #/task '([^']+)' /#) {
            number = first(String(match.output.1))
        } else if let match = refusal.prefixMatch(of: #/group ([0-9]+) /#) {
            number = Int(match.output.1)
        } else {
            return nil
        }
        guard let number, places.indices.contains(number) else { return nil }
        return BatchProblem(
            .refused, file: file, line: Int(places[number].line), column: Int(places[number].column), refusal)
    }
}
