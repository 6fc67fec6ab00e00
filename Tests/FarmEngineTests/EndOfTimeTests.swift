import FarmTransport
import Testing

@testable import FarmEngine

/// When an engine's time ends: as it is said, and as batch systems tell it.
@Suite struct EndOfTimeTests {
    let now = Instant(nanoseconds: .seconds(1_700_000_000))

    private func seconds(_ end: EndOfTime?) -> Double? {
        guard case .at(let moment)? = end else { return nil }
        return Double(moment - now) / 1e9
    }

    @Test(arguments: [
        ("2h", 7_200), ("1h30m", 5_400), ("00:30:00", 1_800), ("90", 90), ("1.5s", 1.5),
        ("2023-11-14T22:13:21Z", 1), ("2023-11-14T23:13:22+01:00", 2), ("@1700000003.25", 3.25),
    ])
    func `a duration from now or a moment is read`(_ text: String, _ left: Double) throws {
        #expect(seconds(EndOfTime(text, now: now)) == left)
        let end = try #require(EndOfTime(text, now: now))
        #expect(EndOfTime(end.text, now: now) == end)
    }

    @Test(arguments: ["", "soon", "-3s", "2026-11-23", "@", "@x", "@9e99", "2h 3m", "nan"])
    func `what is neither is refused, saying what is expected`(_ text: String) {
        #expect(EndOfTime(text, now: now) == nil)
        #expect(EndOfTime.fault(in: text)?.hasPrefix("expected how long from now") == true)
    }

    @Test(arguments: ["0", "0s", "2023-11-14T22:13:20Z", "@1"])
    func `what is over already is refused`(_ text: String) {
        #expect(EndOfTime(text, now: now) == nil)
        #expect(EndOfTime.fault(in: text)?.hasPrefix("is over already") == true)
    }

    @Test func `none is no end`() {
        #expect(EndOfTime("none") == .never && EndOfTime.never.text == "none")
        #expect(EndOfTime.never.leaving(from: now) == .never)
    }

    @Test(arguments: [(3, 2.7), (60, 54), (150, 135), (3_600, 3_585)] as [(Int64, Double)])
    func `an engine leaves a tenth of its time before the end, 15 s at most`(_ all: Int64, _ left: Double) {
        let end = EndOfTime.at(now + .seconds(all)).leaving(from: now)
        #expect(Double(end - now) / 1e9 == left)
    }

    @Test func `options keep it as a moment`() throws {
        let options = try EngineOptions(arguments: ["--until", "2h"])
        let again = try EngineOptions(arguments: options.arguments)
        #expect(again.until == options.until && options.until != nil)
        #expect(throws: EngineError.self) { try EngineOptions(arguments: ["--until", "tomorrow"]) }
    }

    // MARK: Batch systems

    private func find(_ variables: [String: String], _ answers: [String: String] = [:]) -> EndOfTime? {
        AllocationEnd.find(now: now, variable: { variables[$0] }) { answers[$0.joined(separator: " ")] }
    }

    @Test func `outside of an allocation nobody is asked`() {
        #expect(find([:]) == nil)
        #expect(find(["SLURM_JOB_END_TIME": "1700000060"]) == nil)
    }

    @Test func `a Slurm job tells its end, and an older one is asked what is left`() {
        #expect(seconds(find(["SLURM_JOB_ID": "7", "SLURM_JOB_END_TIME": "1700000060"])) == 60)
        let question = "squeue -h -j 7 -o %L"
        #expect(seconds(find(["SLURM_JOB_ID": "7"], [question: "59:30\n"])) == 3_570)
        #expect(find(["SLURM_JOB_ID": "7"], [question: "UNLIMITED\n"]) == .never)
        #expect(find(["SLURM_JOB_ID": "7"]) == nil)
    }

    @Test(
        arguments: [
            ("0:05", 5), ("2:03:04", 7_384), ("1-02:03:04", 93_784), ("10-00:00:00", 864_000),
            ("INVALID", nil),
            ("NOT_SET", nil), ("", nil), ("5", nil), ("1-x:00:00", nil), ("a-1:00:00", nil), ("1:2:3:4", nil),
        ] as [(String, Double?)])
    func `what is left of a Slurm job is read as squeue writes it`(_ text: String, _ left: Double?) {
        #expect(seconds(AllocationEnd.slurm(text, now)) == left)
    }

    @Test func `of a PBS job it is what it may use less what it has used, or what remains`() {
        let job = ["PBS_JOBID": "12.server"]
        let question = "qstat -f 12.server"
        let pro = """
            Job Id: 12.server
                resources_used.walltime = 00:10:00
                Resource_List.ncpus = 4
                Resource_List.walltime = 01:00:00
            """
        #expect(seconds(find(job, [question: pro])) == 3_000)
        #expect(seconds(find(job, [question: "    Resource_List.walltime = 24:00:00\n"])) == 86_400)
        let torque = pro + "\n    Walltime.Remaining = 2990\n"
        #expect(seconds(find(job, [question: torque])) == 2_990)
        #expect(find(job, [question: "Job Id: 12.server\n    job_state = R\n"]) == nil)
        #expect(seconds(find(job.merging(["PBS_WALLTIME": "3600"]) { $1 })) == 3_600)
    }
}
