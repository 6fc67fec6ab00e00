/// How each task of a group has ended: nothing as long as none has, then a byte a task, which a group of a
/// single task keeps without an allocation. 0 stands for one that has not ended.
struct TaskStates: RandomAccessCollection {
    private var many: [UInt8] = []
    private var one: UInt8 = 0

    var startIndex: Int { 0 }
    /// 0 as long as there is none.
    var endIndex: Int { many.isEmpty ? (one == 0 ? 0 : 1) : many.count }
    var isEmpty: Bool { many.isEmpty && one == 0 }

    /// Precondition: there is room for it.
    subscript(index: Int) -> UInt8 {
        get { many.isEmpty ? one : many[index] }
        set { if many.isEmpty, index == 0 { one = newValue } else { many[index] = newValue } }
    }

    /// Has a byte for each of so many tasks.
    mutating func makeRoom(for count: UInt32) {
        guard count > 1, many.count < Int(count) else { return }
        if many.isEmpty, one != 0 { many.append(one) }
        many.append(contentsOf: repeatElement(0, count: Int(count) - many.count))
    }

    /// Precondition: there is room for them.
    mutating func fill(_ range: Range<UInt32>, with state: UInt8) {
        if many.isEmpty { return one = state }
        many.withUnsafeMutableBufferPointer { states in
            states[Int(range.lowerBound)..<Int(range.upperBound)].update(repeating: state)
        }
    }
}
