/// Where a submission's groups stand in their file, for what only the controller finds wrong with one.
/// 16 bytes a group.
struct GroupPlaces: Sendable {
    private struct Place {
        var line: UInt32
        var column: UInt32
        /// Among the files that were read together.
        var file: Int
    }

    private var places: [Place] = []
    /// The names of the file and of those that it extends.
    var files: [String] = []

    mutating func append(_ position: Position) {
        places.append(
            Place(
                line: UInt32(clamping: position.line), column: UInt32(clamping: position.column),
                file: position.file))
    }

    /// A refusal at the place of the group that it names.
    ///
    /// - Parameters:
    ///   - refusal: what the controller said: `task 'solve' waits for …`, `group 3 needs …`.
    ///   - first: the first group of a name.
    /// - Returns: nil if it names no group of the file.
    func problem(
        _ refusal: String, first: (String) -> Int?
    ) -> BatchProblem? {
        let number: Int?
        if let match = refusal.prefixMatch(of: #/task '([^']+)' /#) {
            number = first(String(match.output.1))
        } else if let match = refusal.prefixMatch(of: #/group ([0-9]+) /#) {
            number = Int(match.output.1)
        } else {
            return nil
        }
        guard let number, places.indices.contains(number), files.indices.contains(places[number].file) else {
            return nil
        }
        let place = places[number]
        return BatchProblem(
            .refused, file: files[place.file], line: Int(place.line), column: Int(place.column), refusal)
    }
}
