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
        ScratchDirectory.removeTree(ranks.directory)
        payload.ranks = JSONValue.array(ends.map(\.json)).encoded()
        let count = ranks.launch.ranks
        if report.state == .succeeded, ends.count != count || !ends.allSatisfy(\.isSuccess) {
            (report.state, report.cause) = (.failed, .failure)
            value = nil
            payload.error =
                ends.count == count
                ? nil
                : "\(ends.count) of \(count) ranks were started: see `mpi.launch`, \(ranks.launch.words.joined(separator: " "))"
        }
        guard report.state == .failed, report.cause == .failure else { return }
        guard let culprit = RankLaunch.culprit(ends), let code = culprit.exitCode else {
            payload.error = payload.error.map { "\(ranks.launch.launch[0]): \($0)" }
            return
        }
        report.exitCode = Int32(clamping: code)
        let how = code < 0 ? "killed by signal \(SignalName.of(Int32(clamping: -code)))" : "exit code \(code)"
        let words = Self.lastWords(exit.errors, of: culprit.rank)
        payload.error =
            "rank \(culprit.rank) of \(count): \(how)" + (words.isEmpty ? "" : ": \(words)")
    }

    /// The last line that this rank has written, or its end if it is long.
    private static func lastWords(_ errors: CapturedOutput, of rank: Int) -> String {
        let label = Array(RankEnd.label(rank).utf8)
        let line = errors.bytes.split(separator: UInt8(ascii: "\n")).last {
            $0.starts(with: label) && $0.count > label.count
        }
        return String(decoding: (line?.dropFirst(label.count) ?? []).suffix(200), as: UTF8.self)
    }
}
