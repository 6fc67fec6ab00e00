/// The cores, or the GPUs, of an engine: which of them are free, and which belong together.
///
/// Lowest first, neighbours if there are any. What is taken is strung into a chain that its first place
/// names, so nothing is allocated for a set. One place costs a look at a word for each 64 places, several
/// cost a look at each place.
package struct IdentityPool {
    /// The head of a set that is empty.
    package static let none: Int32 = -1

    /// A bit for each place, set while it is free.
    private var free: [UInt64]
    /// The next place of the same set, of those that are taken.
    private var next: [Int32]
    /// Places that are free.
    package private(set) var freeCount: Int

    /// A pool of so many places, all free.
    package init(count: Int) {
        free = (0..<(count + 63) / 64).map { word in
            let bits = min(64, count - word * 64)
            return bits == 64 ? .max : 1 << UInt64(bits) - 1
        }
        next = Array(repeating: Self.none, count: count)
        freeCount = count
    }

    /// Takes so many places.
    /// - Returns: the head of the set; `none` for none. Precondition: so many are free.
    package mutating func take(_ count: Int) -> Int32 {
        precondition(count <= freeCount, "more places are taken than are free")
        guard count > 0 else { return Self.none }
        freeCount -= count
        if let first = run(of: count) {
            for place in first..<first + count {
                take(place, before: place + 1 < first + count ? place + 1 : nil)
            }
            return Int32(first)
        }
        let head = firstFree(from: 0)
        var place = head
        for left in stride(from: count - 1, through: 0, by: -1) {
            let following = left > 0 ? firstFree(from: place + 1) : nil
            take(place, before: following)
            if let following { place = following }
        }
        return Int32(head)
    }

    /// Gives a set back.
    package mutating func give(_ head: Int32) {
        var place = head
        while place != Self.none {
            let bit: UInt64 = 1 << UInt64(place % 64)
            precondition(free[Int(place / 64)] & bit == 0, "a place is given back that is free")
            free[Int(place / 64)] |= bit
            freeCount += 1
            let following = next[Int(place)]
            next[Int(place)] = Self.none
            place = following
        }
    }

    /// The set of this head. Allocates only if its places are no neighbours.
    package func set(_ head: Int32) -> IdentitySet {
        guard head != Self.none else { return .none }
        var count: Int32 = 1
        var isRun = true
        var place = next[Int(head)]
        while place != Self.none {
            if place != head + count { isRun = false }
            count += 1
            place = next[Int(place)]
        }
        if isRun { return .run(first: head, count: count) }
        var places: [Int32] = []
        places.reserveCapacity(Int(count))
        place = head
        while place != Self.none {
            places.append(place)
            place = next[Int(place)]
        }
        return .list(places)
    }

    private mutating func take(_ place: Int, before following: Int?) {
        free[place / 64] &= ~(1 << UInt64(place % 64))
        next[place] = following.map(Int32.init) ?? Self.none
    }

    private func isFree(_ place: Int) -> Bool { free[place / 64] >> UInt64(place % 64) & 1 == 1 }

    /// Precondition: there is one.
    private func firstFree(from start: Int) -> Int {
        var word = start / 64
        var bits = free[word] & (.max << UInt64(start % 64))
        while bits == 0 {
            word += 1
            bits = free[word]
        }
        return word * 64 + bits.trailingZeroBitCount
    }

    /// Where so many neighbours are free.
    private func run(of count: Int) -> Int? {
        if count == 1 { return firstFree(from: 0) }
        var length = 0
        for place in next.indices {
            length = isFree(place) ? length + 1 : 0
            if length == count { return place + 1 - count }
        }
        return nil
    }
}
