import FarmProcess
import FarmTemplate
import FarmTransport

// What is reported of a command's ranks.
extension CommandReport {
    /// Tells how each rank ended. Of an attempt that failed by itself the rank that failed first is the
    /// reason; one of which the launcher says that all is well has failed all the same if a rank is missing.
    func tell(
        _ ranks: RankLaunch, _ exit: ProcessExit, in payload: inout AttemptPayload,
        _ report: inout AttemptReport, _ value: inout [UInt8]?
    ) {
        let ends = ranks.read()
        ScratchDirectory.removeTree(ranks.place.directory)
        payload.ranks = JSONValue.array(ends.map(\.json)).encoded()
        // The place of ranks that another engine's launcher starts says nothing of the task.
        guard ranks.place.seat == 0 else { return }
        let count = ranks.ranks.count
        if report.state == .succeeded, ends.count != count || !ends.allSatisfy(\.isSuccess) {
            (report.state, report.cause) = (.failed, .failure)
            value = nil
            payload.error =
                ends.count == count
                ? nil
                : "\(ends.count) of \(count) ranks were started: see `mpi.launch`, \(ranks.launch.words().joined(separator: " "))"
        }
        guard report.state == .failed, report.cause == .failure else { return }
        guard let (rank, code) = Self.elsewhere(exit.errors, ranks, ends) ?? Self.culprit(ends) else {
            payload.error = payload.error.map { "\(ranks.launch.launch[0]): \($0)" }
            return
        }
        report.exitCode = Int32(clamping: code)
        let how = code < 0 ? "killed by signal \(SignalName.of(Int32(clamping: -code)))" : "exit code \(code)"
        let words = Self.lastWords(exit.errors, of: rank)
        payload.error =
            "rank \(rank) of \(ranks.launch.ranks): \(how)" + (words.isEmpty ? "" : ": \(words)")
    }

    private static func culprit(_ ends: [RankEnd]) -> (rank: Int, code: Int)? {
        RankLaunch.culprit(ends).flatMap { end in end.exitCode.map { (end.rank, $0) } }
    }

    /// The rank that failed first on another host, as the process over it has said, unless one here did so by
    /// itself.
    private static func elsewhere(
        _ errors: CapturedOutput, _ ranks: RankLaunch, _ ends: [RankEnd]
    ) -> (rank: Int, code: Int)? {
        let isOwn = ends.contains { end in
            end.exitCode.map { $0 != 0 && $0 != -Int(Signals.terminate) && $0 != -Int(Signals.kill) } ?? false
        }
        guard ranks.launch.hosts > 1, !isOwn else { return nil }
        for line in errors.bytes.split(separator: UInt8(ascii: "\n")) {
            guard line.first == UInt8(ascii: "["), let end = line.firstIndex(of: UInt8(ascii: "]")),
                let rank = Int(String(decoding: line[(line.startIndex + 1)..<end], as: UTF8.self))
            else { continue }
            let said = line.dropFirst(RankEnd.label(rank).utf8.count)
            let words = Array(RankProcess.failureWords.utf8)
            guard said.starts(with: words),
                let code = Int(String(decoding: said.dropFirst(words.count), as: UTF8.self))
            else { continue }
            return (rank, code)
        }
        return nil
    }

    /// The last line that this rank has written, or its end if it is long.
    private static func lastWords(_ errors: CapturedOutput, of rank: Int) -> String {
        let label = Array(RankEnd.label(rank).utf8)
        let line = errors.bytes.split(separator: UInt8(ascii: "\n")).last {
            $0.starts(with: label) && $0.count > label.count
                && !$0.dropFirst(label.count).starts(with: RankProcess.failureWords.utf8)
        }
        return String(decoding: (line?.dropFirst(label.count) ?? []).suffix(200), as: UTF8.self)
    }
}
