import FarmProcess

/// What the end of an ssh means, from its exit code and its last words.
struct HostTrouble: Equatable {
    /// What was wrong and what to do, without the host's name.
    var words: String
    /// Trying again would change nothing.
    var isFinal: Bool

    /// - Parameters:
    ///   - lines: the last that ssh, or what it ran, has said.
    ///   - program: the `tasks` program there.
    ///   - wasReady: engines had been started by it.
    init(_ ending: ProcessEnding, lines: [String], host: String, program: String, wasReady: Bool) {
        let said = lines.last { !$0.isEmpty } ?? ""
        switch ending {
        case .exited(255) where wasReady:
            (words, isFinal) = ("the connection is lost\(said.isEmpty ? "" : ": \(said)")", false)
        case .exited(255):
            self = Self.refusal(lines, said, host)
        case .exited(let code) where code == 127 || code == 126:
            let what = code == 127 ? "there is no program" : "it lets nobody run"
            words =
                "\(what) \(program) there; install the same version of `tasks`, or say where it is with `program:` in"
                + " launchers.yaml"
            isFinal = true
        case .exited(let code):
            words = "exit code \(code)\(said.isEmpty ? "" : ": \(said)")"
            isFinal = !wasReady
        default:
            (words, isFinal) = ("ssh was \(ProcessKeeper.words(ending))", false)
        }
    }

    /// ssh itself has given up before anything ran.
    private static func refusal(_ lines: [String], _ said: String, _ host: String) -> HostTrouble {
        func has(_ text: String) -> Bool { lines.contains { $0.contains(text) } }
        if has("Host key verification failed") || has("REMOTE HOST IDENTIFICATION HAS CHANGED") {
            let changed = has("REMOTE HOST IDENTIFICATION HAS CHANGED")
            return HostTrouble(
                (changed ? "its host key is another than the known one" : "its host key is not known")
                    + "; see that it is the right host, then `ssh \(host)` once by hand and accept the key",
                true)
        }
        if has("Permission denied") {
            return HostTrouble(
                "it lets nobody in (\(said)); a key without a question is needed: try `ssh -o BatchMode=yes \(host) true`",
                true)
        }
        if has("Could not resolve hostname") {
            return HostTrouble("there is no host of that name (\(said))", true)
        }
        if has("Bad configuration option") || has("command-line") || has("usage: ssh") {
            return HostTrouble("ssh takes its options for wrong: \(said)", true)
        }
        return HostTrouble("it cannot be reached: \(said.isEmpty ? "ssh says nothing" : said)", false)
    }

    /// Something of ours, or in the host's own words; trying again would change nothing.
    init(final words: String) { self.init(words, true) }

    private init(_ words: String, _ isFinal: Bool) {
        self.words = words
        self.isFinal = isFinal
    }
}
