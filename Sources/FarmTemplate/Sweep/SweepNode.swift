/// An axis ready to be asked for points: what its parts have is counted once.
struct SweepNode: Sendable {
    /// The axis that it was made of.
    let axis: SweepAxis
    /// How many points.
    let count: UInt64
    /// How many parameters.
    let width: Int
    /// The parts of a grid, zip or chain.
    let parts: [SweepNode]

    /// - Throws: `tooMany` if the points do not fit 64 bits, `badValue` if parts do not go together.
    init(_ axis: SweepAxis) throws(TemplateError) {
        self.axis = axis
        var parts: [SweepNode] = []
        switch axis {
        case .values(_, let values): (count, width) = (UInt64(values.count), 1)
        case .range(_, let range): (count, width) = (range.count, 1)
        case .space(_, let space): (count, width) = (space.count, 1)
        case .random(_, let random): (count, width) = (random.count, 1)
        case .list(let names, let values):
            (count, width) = (names.isEmpty ? 0 : UInt64(values.count / names.count), names.count)
        case .grid(let axes), .zip(let axes), .chain(let axes):
            for axis in axes { parts.append(try SweepNode(axis)) }
            switch axis {
            case .grid:
                count = try Self.product(parts)
                width = parts.reduce(0) { $0 + $1.width }
            case .zip:
                count = try Self.length(parts)
                width = parts.reduce(0) { $0 + $1.width }
            default:
                count = try Self.sum(parts)
                width = parts.first?.width ?? 0
            }
        case .filter(let filter):
            (count, width) = (filter.counts.total, filter.program.node.width)
            parts = [filter.program.node]
        }
        self.parts = parts
    }

    /// Appends the values of a point. Precondition: `index` is below `count`.
    func append(_ index: UInt64, to point: inout [ParameterValue]) throws(TemplateError) {
        switch axis {
        case .values(_, let values): point.append(values[Int(index)])
        case .range(_, let range): point.append(range[index])
        case .space(_, let space): point.append(space[index])
        case .random(_, let random): point.append(random[index])
        case .list(let names, let values):
            let start = Int(index) * names.count
            point.append(contentsOf: values[start..<start + names.count])
        case .grid:
            // The last part's coordinate is the lowest digit, the first one's the highest.
            var stride = count
            var rest = index
            for part in parts {
                stride /= part.count
                let (coordinate, remainder) = rest.quotientAndRemainder(dividingBy: stride)
                try part.append(coordinate, to: &point)
                rest = remainder
            }
        case .zip: for part in parts { try part.append(index, to: &point) }
        case .chain:
            var rest = index
            for part in parts {
                if rest < part.count { return try part.append(rest, to: &point) }
                rest -= part.count
            }
        case .filter(let filter):
            guard let raw = filter.program.raw(index, filter.counts) else {
                throw TemplateError(
                    .badBody, "the sweep has no point \(index), though its counts say so", field: "sweep")
            }
            try parts[0].append(raw, to: &point)
        }
    }

    private static func product(_ parts: [SweepNode]) throws(TemplateError) -> UInt64 {
        if parts.contains(where: { $0.count == 0 }) { return 0 }
        var total: UInt64 = 1
        for part in parts {
            let (product, overflow) = total.multipliedReportingOverflow(by: part.count)
            if overflow {
                throw TemplateError(.tooMany, "the grid has more than 2^64 points", field: "sweep")
            }
            total = product
        }
        return total
    }

    private static func length(_ parts: [SweepNode]) throws(TemplateError) -> UInt64 {
        guard let first = parts.first else { return 0 }
        for part in parts where part.count != first.count {
            throw TemplateError(
                .badValue,
                "`zip` puts values side by side, and needs as many of each: \(first.shown) has "
                    + "\(first.count), \(part.shown) has \(part.count)",
                field: "sweep")
        }
        return first.count
    }

    private static func sum(_ parts: [SweepNode]) throws(TemplateError) -> UInt64 {
        var total: UInt64 = 0
        for part in parts {
            guard part.axis.names == parts[0].axis.names else {
                throw TemplateError(
                    .badValue, "points that follow each other need the same parameters", field: "sweep")
            }
            let (sum, overflow) = total.addingReportingOverflow(part.count)
            if overflow {
                throw TemplateError(.tooMany, "the sweep has more than 2^64 points", field: "sweep")
            }
            total = sum
        }
        return total
    }

    /// Its parameters, for messages; the first few of many.
    private var shown: String {
        let names = axis.names
        return names.prefix(4).map { "`\(Shown.text($0))`" }.joined(separator: " with ")
            + (names.count > 4 ? " with \(names.count - 4) more" : "")
    }
}
