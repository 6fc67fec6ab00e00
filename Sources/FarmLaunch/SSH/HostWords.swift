/// What is said over ssh between a launcher and the process over a host's engines there: a line a word.
///
/// The launcher begins with the capability, so that it stands on no command line and in no environment; then
/// it says at least every ``pingSeconds`` that it is still there. The host ends its engines when that stays
/// out, or when its input closes. Lines of the host begin with ``mark``: what the login shell says beside them
/// is left alone.
enum HostWords {
    static let mark = "tasks-host "
    /// Of these words; another one is refused at the start.
    static let version = 1
    static let pingSeconds = 15.0
    /// Silence after which a host takes its launcher for gone.
    static let silenceSeconds = 90.0

    /// From the launcher.
    enum Order: Equatable {
        /// So many bytes of a capability file follow the line.
        case capability(bytes: Int)
        case ping, leave, now, kill

        init?(_ line: String) {
            let words = line.split(separator: " ")
            switch words.first {
            case "capability":
                guard words.count == 2, let bytes = Int(words[1]), (1...65_536).contains(bytes) else {
                    return nil
                }
                self = .capability(bytes: bytes)
            case "ping": self = .ping
            case "leave": self = .leave
            case "now": self = .now
            case "kill": self = .kill
            default: return nil
            }
        }

        var line: String {
            switch self {
            case .capability(let bytes): "capability \(bytes)\n"
            case .ping: "ping\n"
            case .leave: "leave\n"
            case .now: "now\n"
            case .kill: "kill\n"
            }
        }
    }

    /// From the host.
    enum News: Equatable {
        /// Its engines are started; the program's version.
        case ready(version: Int, program: String)
        /// For the log.
        case said(String)
        /// An engine has failed for good, or nothing could be started: why.
        case failed(String)

        init?(_ line: String) {
            guard line.hasPrefix(mark) else { return nil }
            let words = line.dropFirst(mark.count).split(separator: " ", maxSplits: 1).map(String.init)
            let rest = words.count > 1 ? words[1] : ""
            switch words.first {
            case "ready":
                let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
                guard let version = parts.first.flatMap({ Int($0) }) else { return nil }
                self = .ready(version: version, program: parts.count > 1 ? parts[1] : "")
            case "said": self = .said(rest)
            case "failed": self = .failed(rest)
            default: return nil
            }
        }

        var line: String {
            switch self {
            case .ready(let version, let program): "\(mark)ready \(version) \(program)\n"
            case .said(let words): "\(mark)said \(Self.oneLine(words))\n"
            case .failed(let words): "\(mark)failed \(Self.oneLine(words))\n"
            }
        }

        private static func oneLine(_ words: String) -> String {
            words.split(whereSeparator: \.isNewline).joined(separator: "; ")
        }
    }
}
