/// Ranks on a grid of any number of axes, the last one running fastest: on 2 × 3 ranks, rank 4 is at (1, 1).
public struct CartesianGrid: Hashable, Sendable {
    /// Ranks along each axis.
    public let sizes: [Int]
    /// For each axis, whether its ends are neighbours.
    public let periodic: [Bool]
    /// The own place.
    public let coordinates: [Int]

    /// The grid as `rank` sees it; `periodic` as long as `sizes`, the rank one of them.
    init(sizes: [Int], periodic: [Bool], rank: Int) {
        self.sizes = sizes
        self.periodic = periodic
        var rest = rank
        var places: [Int] = []
        for size in sizes.reversed() {
            places.append(rest % size)
            rest /= size
        }
        coordinates = places.reversed()
    }

    /// The rank at a place; nil beyond an end that is none's neighbour.
    public func rank(at place: [Int]) -> Int? {
        guard place.count == sizes.count else { return nil }
        var rank = 0
        for axis in sizes.indices {
            var along = place[axis]
            if periodic[axis] {
                along %= sizes[axis]
                if along < 0 { along += sizes[axis] }
            }
            guard (0..<sizes[axis]).contains(along) else { return nil }
            rank = rank * sizes[axis] + along
        }
        return rank
    }

    /// The rank so many steps along an axis; nil beyond the end.
    public func neighbor(axis: Int, by steps: Int) -> Int? {
        guard sizes.indices.contains(axis) else { return nil }
        var place = coordinates
        place[axis] += steps
        return rank(at: place)
    }
}
