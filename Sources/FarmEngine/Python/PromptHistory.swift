import FarmTransport

/// What came of the newest prompts, for those who ask again.
struct PromptHistory {
    private static let most = 1000
    private static let limitBytes = 16 << 20

    private var reports: [KernelReport] = []
    private var totalBytes = 0
    /// The number of the last prompt; 0 if there was none.
    private(set) var last = 0

    /// The number of the next prompt.
    mutating func begin() -> Int {
        last += 1
        return last
    }

    /// Keeps what came of the last prompt.
    mutating func add(_ report: KernelReport) {
        reports.append(report)
        totalBytes += report.payload.count
        while reports.count > Self.most || totalBytes > Self.limitBytes, reports.count > 1 {
            totalBytes -= reports.removeFirst().payload.count
        }
    }

    /// What came of a prompt, or of the last one.
    func report(_ prompt: Int?) throws(KernelError) -> KernelReport {
        let first = last - reports.count + 1
        guard let prompt = prompt ?? (last > 0 ? last : nil) else {
            throw KernelError("NoResult", "nothing has been executed on this engine yet", cause: .notStarted)
        }
        guard prompt >= first, prompt <= last, prompt > 0 else {
            let kept = reports.isEmpty ? "none" : "\(first) to \(last)"
            throw KernelError(
                "NoResult", "there is no result of prompt \(prompt); the engine has kept \(kept)",
                cause: .notStarted)
        }
        return reports[prompt - first]
    }
}
