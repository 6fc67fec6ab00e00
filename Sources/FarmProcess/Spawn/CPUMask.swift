/// A set of processors as the kernel takes it.
struct CPUMask {
    /// Processors with this number or a higher one are not known here.
    static let limit = 4096

    private(set) var words: [UInt]

    init(_ cpus: [Int]) {
        let count = cpus.isEmpty ? 0 : (cpus.max()! / UInt.bitWidth + 1)
        words = [UInt](repeating: 0, count: count)
        for cpu in cpus { words[cpu / UInt.bitWidth] |= 1 << UInt(cpu % UInt.bitWidth) }
    }
}
