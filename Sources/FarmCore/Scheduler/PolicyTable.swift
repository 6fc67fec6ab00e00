/// The policies that groups have, each once for neighbours that share it: a policy is large and groups are
/// many.
struct PolicyTable: ~Copyable {
    private var policies = SlotTable<TaskPolicy>()
    /// Groups that have it, by slot.
    private var users: [Int32] = []

    /// Read in place. Precondition: somebody uses it.
    subscript(number: Int32) -> TaskPolicy {
        @inline(__always) unsafeAddress { policies.pointer(to: number) }
    }

    /// For one user.
    mutating func insert(_ policy: consuming TaskPolicy) -> Int32 {
        let number = policies.insert(policy)
        if Int(number) == users.count { users.append(1) } else { users[Int(number)] = 1 }
        return number
    }

    /// One user more.
    mutating func retain(_ number: Int32) { users[Int(number)] += 1 }

    /// One user less; it is gone with the last.
    mutating func release(_ number: Int32) {
        users[Int(number)] -= 1
        if users[Int(number)] == 0 { policies.remove(number) }
    }
}
