/// A parameter's values along an axis: one place each, or, of more than fit, ranges of them.
struct BinnedAxis {
    let name: String
    /// What stands at each place.
    let labels: [String]
    /// The number at the middle of each place; nil if the values are no numbers.
    let numbers: [Double]?
    /// Whether several values may share a place.
    let isBinned: Bool
    /// The place of each of the parameter's values.
    let places: [Int32]
    /// Of numbers in ranges, which are equal parts of it.
    private let ranges: NumberAxis?

    var count: Int { labels.count }

    init(_ column: ParameterColumn, most: Int) {
        name = column.name
        let values = column.values
        guard let all = column.numbers, let axis = NumberAxis(over: all) else {
            // In the order of the sweep; neighbours share a place.
            let share = (values.count + most - 1) / most
            isBinned = share > 1
            labels = stride(from: 0, to: values.count, by: share).map { first in
                Self.cut(values[first], to: Self.mostOfValue) + (share == 1 ? "" : " …")
            }
            (numbers, ranges) = (nil, nil)
            places = values.indices.map { Int32($0 / share) }
            return
        }
        let distinct = Set(all.map { $0 == 0 ? 0 : $0 }).sorted()
        if distinct.count <= most {
            (isBinned, ranges) = (false, nil)
            numbers = distinct
            let place = Dictionary(distinct.enumerated().map { ($0.element, Int32($0.offset)) }) { $1 }
            places = all.map { place[$0] ?? 0 }
            var labels = distinct.map { NumberText.short($0) }
            // As they were written, where they are short enough for that.
            for (value, number) in zip(values, all) where value.utf8.count <= 8 {
                labels[Int(place[number] ?? 0)] = value
            }
            self.labels = labels
        } else {
            (isBinned, ranges) = (true, axis)
            numbers = (0..<most).map { axis.value(at: (Double($0) + 0.5) / Double(most)) }
            labels = (0..<most).map { bin in
                let ends = [bin, bin + 1].map {
                    NumberText.short(axis.value(at: Double($0) / Double(most)))
                }
                return "\(ends[0]) to \(ends[1])"
            }
            places = all.map { Int32(min(most - 1, Int(axis.position($0) * Double(most)))) }
        }
    }

    /// Along the bottom: at the middles of equal places, as many as have room by their longest label; of
    /// ranges at round numbers. Where there are few places for words, these are cut rather than left out.
    func ticks(length: Double, charWidth: Double) -> [NumberAxis.Tick] {
        let each = Int((length / Double(count) - 8) / charWidth)
        if numbers == nil, each >= Self.leastCharacters {
            return ticks(step: 1, characters: min(each, Self.mostCharacters))
        }
        let widest = min(Self.mostCharacters, labels.map(\.count).max() ?? 1)
        return ticks(room: Int(length / (Double(widest) * charWidth + 8)))
    }

    /// Up the side: as many as have room one above the other.
    func ticks(height: Double, lineHeight: Double) -> [NumberAxis.Tick] {
        ticks(room: Int(height / lineHeight))
    }

    private func ticks(room: Int) -> [NumberAxis.Tick] {
        if let ranges { return ranges.ticks }
        return ticks(step: max(1, (count + max(2, room) - 1) / max(2, room)), characters: Self.mostCharacters)
    }

    private func ticks(step: Int, characters: Int) -> [NumberAxis.Tick] {
        stride(from: 0, to: count, by: step).map { index in
            .init(
                position: (Double(index) + 0.5) / Double(count),
                label: Self.cut(labels[index], to: characters))
        }
    }

    private static let mostCharacters = 14
    /// Fewer tell nothing apart.
    private static let leastCharacters = 5
    /// Of a value that is told in full: with every mark.
    private static let mostOfValue = 80

    static func cut(_ text: String, to limit: Int = mostCharacters) -> String {
        text.unicodeScalars.count > limit ? Substring(text.unicodeScalars.prefix(limit - 1)) + "…" : text
    }
}
