/// On which engine each task of a group ran last: nothing, one number, or four bytes a task.
struct RanOn {
    private var many: [UInt32] = []
    private var one: UInt32 = .max

    mutating func note(_ engine: EngineID, at offset: UInt32, of count: UInt32) {
        if count == 1 {
            one = engine.raw
            return
        }
        // The group may have had one task only when that ended.
        if many.isEmpty { many.append(one) }
        if many.count < Int(count) {
            many.append(contentsOf: repeatElement(.max, count: Int(count) - many.count))
        }
        many[Int(offset)] = engine.raw
    }

    /// Nil if the task has run nowhere, or not ended.
    func engine(at offset: UInt32, of count: UInt32) -> EngineID? {
        let raw =
            many.isEmpty ? (offset == 0 ? one : .max) : Int(offset) < many.count ? many[Int(offset)] : .max
        return raw == .max ? nil : EngineID(raw)
    }
}
