import FarmCore

// Pieces that policies, job headers and hellos have in common.
extension WireWriter {
    mutating func brake(_ brake: Brake) {
        u32(brake.maxRunning)
        let (tag, number): (UInt8, UInt32) =
            switch brake.maxFailures {
            case .none: (0, 0)
            case .count(let count): (1, count)
            case .share(let share): (2, share)
            }
        u8(tag)
        u32(number)
        u32(brake.canary)
    }

    mutating func amount(_ amount: NamedAmount) {
        string(amount.name)
        u64(amount.amount)
    }
}

extension WireReader {
    mutating func brake() throws(WireError) -> Brake {
        let running = try u32("max-running")
        let tag = try u8("max-failures kind")
        guard tag <= 2 else {
            throw badValue("max-failures kind", size: 1, "\(tag) is not 0 (none), 1 (a number) or 2 (a share)")
        }
        let number = try u32("max-failures")
        guard tag > 0 || number == 0 else {
            throw badValue("max-failures", size: 4, "\(number) must be 0 where its kind is 0 (none)")
        }
        return Brake(
            maxRunning: running,
            maxFailures: tag == 0 ? .none : tag == 1 ? .count(number) : .share(number),
            canary: try u32("canary"))
    }

    /// By rising name, each once.
    mutating func amounts(_ what: StaticString) throws(WireError) -> [NamedAmount] {
        let start = offset
        let amounts = try list(itemBytes: 12, limit: WireLimits.tags, what) {
            reader throws(WireError) in try reader.amount(what)
        }
        for (amount, next) in zip(amounts, amounts.dropFirst()) where next.name <= amount.name {
            throw WireError(.badValue, what, at: start, "'\(next.name)' comes after '\(amount.name)'")
        }
        return amounts
    }

    private mutating func amount(_ what: StaticString) throws(WireError) -> NamedAmount {
        NamedAmount(try string(limit: WireLimits.shortText, "name"), try u64("amount"))
    }
}
