import FarmLaunch

/// A line of the keeper's record about one thing that its launcher keeps.
struct UnitNote: Equatable {
    /// `starting`, `pending`, `running`, `failing` or `failed`.
    var state: String
    var engineCount: Int
    var name: String
    /// How to give it back when the keeper has died; empty for what ends with its process.
    var release: [String]
    /// Why it is not running; empty if it is.
    var why: String

    init(_ unit: LaunchedUnit) {
        (state, why) = unit.state.words
        engineCount = unit.engineCount
        name = unit.name
        release = unit.release
    }

    /// `STATE ENGINES NAME RELEASE WHY`, where the words of RELEASE have commas between them, or it is `-`.
    init?(_ text: Substring) {
        let parts = text.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, let count = Int(parts[1]) else { return nil }
        (state, engineCount, name) = (String(parts[0]), count, String(parts[2]))
        release = parts[3] == "-" ? [] : parts[3].split(separator: ",").map(String.init)
        why = String(parts[4])
    }

    var line: String {
        let words = why.split(whereSeparator: \.isNewline).joined(separator: "; ")
        return
            "\(state) \(engineCount) \(name) \(release.isEmpty ? "-" : release.joined(separator: ",")) \(words)"
    }

    /// For people; nil for one that is as it should be.
    var trouble: String? {
        switch state {
        case "pending": "\(name) (\(counted(engineCount, "engine"))): \(why)"
        case "failing": "\(why); it is tried again"
        case "failed": why
        default: nil
        }
    }
}

extension [UnitNote] {
    /// Engines of what runs, or is about to.
    var expectedEngines: Int {
        filter { $0.state == "running" || $0.state == "starting" }.reduce(0) { $0 + $1.engineCount }
    }
}
