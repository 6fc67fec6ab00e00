/// Where each rank's part lies in an array that holds them all, one behind the other.
struct PartLayout {
    let counts: [Int32]
    let starts: [Int32]
    let total: Int

    /// - Throws: ``MPIError`` with code `tooLarge` if they are more together than MPI can count.
    init(_ counts: [Int], _ operation: Operation) throws(MPIError) {
        total = Int(try Library.count(counts.reduce(0, +), operation))
        self.counts = counts.map { Int32($0) }
        starts = Self.starts(self.counts)
    }

    /// Parts as equal as can be, the longer ones first. Precondition: MPI can count `total`.
    init(dividing total: Int, among ranks: Int) {
        self.total = total
        counts = (0..<ranks).map { Int32(total / ranks + ($0 < total % ranks ? 1 : 0)) }
        starts = Self.starts(counts)
    }

    private static func starts(_ counts: [Int32]) -> [Int32] {
        var starts: [Int32] = []
        var next: Int32 = 0
        for count in counts {
            starts.append(next)
            next += count
        }
        return starts
    }

    /// The array cut into its parts.
    func parts<Element>(of values: [Element]) -> [[Element]] {
        zip(starts, counts).map { Array(values[Int($0)..<Int($0 + $1)]) }
    }
}
