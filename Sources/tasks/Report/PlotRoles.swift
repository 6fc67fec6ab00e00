/// Which parameters of a group make the axes of its plots, which its lines, which the panels side by side.
struct PlotRoles {
    /// What is drawn over them.
    enum Kind { case line, map }

    var kind: Kind
    /// Places in the group's parameters.
    var x: Int
    /// Of a heat map.
    var y: Int?
    /// A line each value, or each combination.
    var series: [Int] = []
    /// A panel each combination.
    var panels: [Int] = []
    /// The mean over their values is drawn.
    var averaged: [Int] = []

    static let mostSeries = 8
    static let mostPanels = 12
    /// Values that lines and panels can tell apart; a parameter with more is an axis, or averaged over.
    private static let mostValues = 24
    /// What has fewer values than this makes lines rather than an axis of a map.
    private static let leastOnMap = 3
    /// What only draws anew: a mean over it says more than an axis.
    private static let drawing: Set<String> = ["seed", "repeat", "replicate", "trial"]

    /// Nil if nothing varies. Numbers make the axes: two of them a heat map, one a line; without any the
    /// parameter with most values stands along the axis.
    init?(_ parameters: [ParameterColumn]) {
        var varying = parameters.indices.filter { parameters[$0].values.count > 1 }
        let draws = varying.filter { Self.drawing.contains(parameters[$0].name) }
        if draws.count < varying.count { varying.removeAll { draws.contains($0) } }
        let counts = parameters.map(\.values.count)
        // Of equally many the first goes before.
        let byCount = varying.sorted { (counts[$1], $0) < (counts[$0], $1) }
        guard let most = byCount.first else { return nil }
        let numeric = byCount.filter { parameters[$0].numbers != nil }
        let wide = numeric.filter { counts[$0] >= Self.leastOnMap }
        if wide.count >= 2 {
            kind = .map
            // The one that the sweep names first runs along the bottom.
            x = min(wide[0], wide[1])
            y = max(wide[0], wide[1])
        } else {
            kind = .line
            x = numeric.first ?? most
        }
        var rest = varying.filter { $0 != x && $0 != y }
        if draws.count < parameters.filter({ $0.values.count > 1 }).count { averaged = draws }
        averaged += rest.filter { counts[$0] > Self.mostValues }
        rest.removeAll { counts[$0] > Self.mostValues }
        guard kind == .line else {
            panels = rest
            return
        }
        if rest.reduce(1, { $0 * counts[$1] }) <= Self.mostSeries {
            series = rest
        } else {
            let widest = rest.filter { counts[$0] <= Self.mostSeries }.max {
                (counts[$0], $1) < (counts[$1], $0)
            }
            series = widest.map { [$0] } ?? []
            panels = rest.filter { $0 != widest }
        }
    }
}
