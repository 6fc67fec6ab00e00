import FarmProcess
import FarmTemplate

/// How values of options are read and written.
extension EngineOptions {
    /// Which GPUs an engine offers.
    public enum GPUs: Hashable, Sendable {
        /// So many of those that it finds.
        case count(Int)
        /// These, as CUDA numbers or names them.
        case ids([String])

        /// Reads `2` (how many), `0,2` or `GPU-4a…` (which); a single number with a comma, `2,`, is which.
        ///
        /// - Returns: nil if it is none of them.
        public init?(_ text: String) {
            if let count = Int(text) {
                guard (0...EngineOptions.mostUnits).contains(count) else { return nil }
                self = .count(count)
                return
            }
            let ids = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let named = ids.last == "" ? Array(ids.dropLast()) : ids
            guard !named.isEmpty, named.allSatisfy(Self.isID), Set(named).count == named.count else {
                return nil
            }
            self = .ids(named)
        }

        /// A number, or what `nvidia-smi -L` calls one: `GPU-4a…`, `MIG-…`.
        private static func isID(_ text: String) -> Bool {
            if let number = Int(text) { return number >= 0 && text == String(number) }
            return text.first?.isLetter == true
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_/:".contains($0)) }
        }

        /// What there is to choose from, and how many of it at most; nil stands for the default.
        public static func candidates(_ wanted: GPUs?) -> (ids: [String], most: Int) {
            switch wanted {
            case nil: return (HostGPUs.visible, .max)
            case .ids(let ids): return (ids, .max)
            case .count(let count):
                // A number is believed also where nothing of NVIDIA's is.
                let visible = HostGPUs.visible
                return (visible.count >= count ? visible : (0..<count).map(String.init), count)
            }
        }

        /// Divides the GPUs of a host among so many engines, as evenly as they can be.
        public static func shares(_ wanted: GPUs?, among count: Int) -> [GPUs] {
            let (ids, most) = candidates(wanted)
            let all = Array(ids.prefix(most))
            return (0..<count).map { .ids(Array(all[$0 * all.count / count..<($0 + 1) * all.count / count])) }
        }

        /// What reads back as this.
        public var text: String {
            switch self {
            case .count(let count): String(count)
            case .ids(let ids): ids.isEmpty ? "0" : ids.joined(separator: ",") + (ids.count == 1 ? "," : "")
            }
        }
    }

    /// The most CPUs, GPUs or slots that an engine may have.
    static let mostUnits = 65_536

    /// Reads `fpga=2`: a name of letters, digits, `-`, `_`, `.`, and how many there are.
    ///
    /// - Returns: nil if it is none.
    public static func resource(_ text: String) -> (name: String, amount: UInt64)? {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let amount = UInt64(parts[1]), (1...1_000_000_000_000).contains(amount),
            NamedAmount.isName(parts[0])
        else { return nil }
        return (String(parts[0]), amount)
    }

    /// Text that the controller will take: it refuses control characters, as in a name of two lines.
    static func plain(_ option: String, _ value: String) throws(EngineError) -> String {
        guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw EngineError(
                .badArgument, "`\(option)`: \(value.debugDescription) holds a control character; leave it out"
            )
        }
        return value
    }

    static func memory(_ option: String, _ value: String) throws(EngineError) -> UInt64 {
        guard let bytes = ByteSize.parse(value), bytes > 0 else {
            throw EngineError(
                .badArgument, "`\(option) \(value)`: expected a number of bytes, as in 500M or 10G")
        }
        return bytes
    }

    static func gpus(_ option: String, _ value: String) throws(EngineError) -> GPUs {
        guard let gpus = GPUs(value) else {
            throw EngineError(
                .badArgument,
                "`\(option) \(value)`: expected how many, as in 2, or which, as in 0,2 or GPU-4a1b")
        }
        return gpus
    }

    static func number(
        _ option: String, _ value: String, in range: ClosedRange<Int>
    ) throws(EngineError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw EngineError(
                .badArgument,
                "`\(option) \(value)`: expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }
}
