public import FarmTransport

extension EngineOptions {
    /// Which pool an engine is of: engines that run collective tasks together.
    public enum Pool: Hashable, Sendable {
        /// That of the ranks which Open MPI's `mpiexec` has started together, if this is one; else none.
        case automatic
        /// That of the ranks which `mpiexec` or `srun` has started together.
        case launched
        /// None, whoever has started it.
        case alone
        /// This place.
        case seat(PoolSeat)

        /// Reads `ranks`, `none` or `KEY:RANK/SIZE`; nil if it is none of them.
        public init?(_ text: String) {
            switch text {
            case "ranks": self = .launched
            case "none": self = .alone
            default:
                guard let seat = EngineOptions.seat(text) else { return nil }
                self = .seat(seat)
            }
        }

        /// What reads back as this; nil for what goes without saying.
        public var text: String? {
            switch self {
            case .automatic: nil
            case .launched: "ranks"
            case .alone: "none"
            case .seat(let seat): "\(seat.key):\(seat.rank)/\(seat.size)"
            }
        }

        /// The place, where it is said or has been found.
        var seat: PoolSeat? {
            guard case .seat(let seat) = self else { return nil }
            return seat
        }
    }

    /// Nil if it is none, or no pool has such a rank.
    private static func seat(_ text: String) -> PoolSeat? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.last?.split(separator: "/", omittingEmptySubsequences: false) ?? []
        guard parts.count == 2, numbers.count == 2, let key = UniqueKey(String(parts[0])),
            let rank = UInt32(numbers[0]), let size = UInt32(numbers[1])
        else { return nil }
        let seat = PoolSeat(key: key, rank: rank, size: size)
        return seat.problem == nil ? seat : nil
    }

    /// What is wanted where no pool can be read.
    public static let poolExpected =
        "expected `ranks` for those that mpiexec or srun has started, `none`, or KEY:RANK/SIZE with 32 hexadecimal "
        + "digits, a rank from 0, and a size of 1 to \(PoolSeat.most)"
}
