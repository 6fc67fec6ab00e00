import FarmTemplate
import Glibc

/// Holds a command's place on one of its hosts: the launcher, which another host's engine has started, starts
/// ranks here, and they find cores and environment by this process. It ends when they have.
///
/// It ends well however they do: what became of the command is for its launcher's engine to say.
struct RankHolder {
    /// The first argument of such a process; nobody else has a use for it.
    static let marker = "--hold-farm-ranks"
    /// In the directory: the environment that ranks of this host are started with, each entry ended by NUL.
    static let environmentFile = "environment"
    private static let pauseMicroseconds: UInt32 = 20_000

    private nonisolated(unsafe) static var isToEnd: sig_atomic_t = 0

    private let directory: String
    private let ranks: Range<Int>
    /// When each was seen to be gone without word of its end.
    private var missing: [Int: Int] = [:]

    /// Does the work of one, and does not return, if this process was started as one.
    static func runIfAsked() {
        guard CommandLine.arguments.count == 5, CommandLine.arguments[1] == marker,
            let first = Int(CommandLine.arguments[3]), let count = Int(CommandLine.arguments[4]), count > 0
        else { return }
        var holder = RankHolder(directory: CommandLine.arguments[2], ranks: first..<first + count)
        holder.run()
    }

    private init(directory: String, ranks: Range<Int>) { (self.directory, self.ranks) = (directory, ranks) }

    private mutating func run() -> Never {
        signal(SIGTERM) { _ in RankHolder.isToEnd = 1 }
        guard tellEnvironment() else {
            perror("tasks: cannot write \(directory)/\(Self.environmentFile)")
            exit(127)
        }
        var wasTold = false
        while true {
            let ends = ranks.map { RankLaunch.end(of: $0, in: directory) }
            let isToEnd = Self.isToEnd != 0
            let areOver = zip(ranks, ends).allSatisfy { rank, end in
                guard let end else { return isToEnd }
                return end.exitCode != nil || isGone(rank, end)
            }
            if areOver { exit(isToEnd ? 128 + SIGTERM : 0) }
            if isToEnd, !wasTold {
                wasTold = true
                for end in ends { if let end, end.exitCode == nil { kill(end.pid, SIGTERM) } }
            }
            usleep(Self.pauseMicroseconds)
        }
    }

    /// Whether nobody is left who could tell of its end: the process over it was killed.
    private mutating func isGone(_ rank: Int, _ end: RankEnd) -> Bool {
        guard kill(end.pid, 0) != 0, errno == ESRCH else { return false }
        missing[rank, default: 0] += 1
        return missing[rank]! > 100
    }

    private func tellEnvironment() -> Bool {
        var bytes: [UInt8] = []
        var entry = environ
        while let text = entry.pointee {
            bytes += UnsafeRawBufferPointer(start: text, count: strlen(text) + 1)
            entry += 1
        }
        let path = "\(directory)/\(Self.environmentFile)"
        let file = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
        return count == bytes.count && rename(path + ".new", path) == 0
    }
}
