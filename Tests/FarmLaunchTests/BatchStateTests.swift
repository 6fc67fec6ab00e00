import FarmProcess
import Testing

@testable import FarmLaunch

/// What batch systems answer, as they have been seen to.
struct BatchStateTests {
    private func answer(_ output: String, code: Int32 = 0, errors: String = "") -> Tool.Answer {
        Tool.Answer(code: code, output: output, errors: errors)
    }

    @Test(arguments: [
        ("PENDING|Resources\n", BatchState.pending("PENDING: Resources")),
        ("PENDING|None\n", .pending("PENDING")),
        ("CONFIGURING|None\n", .pending("CONFIGURING")), ("RUNNING|None\n", .running),
        ("COMPLETING|None\n", .running),
        ("COMPLETED|None\n", .ended("")), ("TIMEOUT|TimeLimit\n", .ended("TIMEOUT: TimeLimit")),
        ("CANCELLED|None\n", .ended("CANCELLED")), ("NODE_FAIL|None\n", .ended("NODE_FAIL")),
        ("", .ended("")),
    ])
    func `squeue's states are told apart`(_ output: String, _ state: BatchState) {
        #expect(Slurm().state(of: "12", in: answer(output)) == state)
    }

    @Test func `a job that Slurm has forgotten has ended, and a Slurm that is down says nothing of it`() {
        let forgotten = answer("", code: 1, errors: "slurm_load_jobs error: Invalid job id specified\n")
        #expect(Slurm().state(of: "12", in: forgotten) == .ended(""))
        let down = answer("", code: 1, errors: "slurm_load_jobs error: Unable to contact slurm controller\n")
        #expect(Slurm().state(of: "12", in: down) == nil)
        #expect(Slurm().state(of: "12", in: answer("nonsense\n")) == nil)
    }

    @Test func `a job's number is found in what sbatch and qsub say`() {
        #expect(Slurm().number(in: "12\n") == "12")
        #expect(Slurm().number(in: "12;cluster\n") == "12")
        #expect(Slurm().number(in: "welcome to the cluster\n12\n") == "12")
        #expect(Slurm().number(in: "") == nil && Slurm().number(in: "error\n") == nil)
        #expect(PBS().number(in: "12.server.lab\n") == "12.server.lab")
        #expect(PBS().number(in: "12\n") == "12")
        #expect(PBS().number(in: "qsub: no\n") == nil)
    }

    @Test(arguments: [
        ("Q", BatchState.pending("queued: Not Running: Insufficient amount of resource: ncpus")),
        ("H", .pending("held: Not Running: Insufficient amount of resource: ncpus")), ("R", .running),
        ("E", .running), ("C", .ended("")), ("F", .ended("")),
    ])
    func `qstat's states are told apart`(_ letter: String, _ state: BatchState) {
        let text = """
            Job Id: 12.server
                Job_Name = tasks-default
                job_state = \(letter)
                comment = Not Running: Insufficient amount of resource: ncpus
            """
        #expect(PBS().state(of: "12", in: answer(text)) == state)
    }

    @Test func `a job that PBS does not know has ended, and a PBS that is down says nothing of it`() {
        let unknown = answer("", code: 153, errors: "qstat: Unknown Job Id 12.server\n")
        #expect(PBS().state(of: "12", in: unknown) == .ended(""))
        let down = answer("", code: 111, errors: "qstat: cannot connect to server\n")
        #expect(PBS().state(of: "12", in: down) == nil)
    }
}
