import TaskFarm
import Testing

@Suite struct FailureFingerprintTests {
    @Test(arguments: [
        ("exit code 2: no such file", "exit code N: no such file"),
        ("line 12, column 3", "line N, column N"), ("got -3.5e-07, wanted 1e5", "got N, wanted N"),
        ("cannot open /data/run 7/x.h5", "cannot open PATH N/x.hN"),
        ("cannot open '/data/run-7/x.h5': denied", "cannot open 'PATH': denied"),
        ("./solve: line 3: killed", "PATH: line N: killed"), ("in ../a/b.c.", "in PATH."),
        ("and/or a / b", "and/or a / b"), ("fault at 0x7ffe12ab", "fault at HEX"),
        ("commit deadbeef12 is bad", "commit HEX is bad"), ("a bad face", "a bad face"),
        ("job 123e4567-e89b-12d3-a456-426614174000 lost", "job HEX lost"),
        ("node17 is down", "nodeN is down"), ("engine-3 was lost", "engine-N was lost"),
        ("2026-11-22 10:00:01.5 stop", "N-N-N N:N:N stop"), ("  two\t\tspaces ", " two spaces"),
        ("Traceback\n  file 1\nValueError: bad 7", "Traceback … ValueError: bad N"),
        ("größe 7 µm", "größe N µm"), ("", ""), ("\n\n", ""), ("/", "/"), ("12345678", "N"), ("0x", "Nx"),
    ])
    func `errors lose what differs from task to task`(_ error: String, _ wanted: String) {
        #expect(FailureFingerprint.normalized(error) == wanted)
    }

    @Test func `cause and exit code are part of it`() {
        let one = FailureFingerprint(state: .failed, cause: .failure, exitCode: 1, error: "n=3 is bad")
        let same = FailureFingerprint(state: .failed, cause: .failure, exitCode: 1, error: "n=41 is bad")
        let other = FailureFingerprint(state: .failed, cause: .timeout, exitCode: 1, error: "n=3 is bad")
        #expect(one == same && one != other)
        #expect(FailureFingerprint.normalized(String(repeating: "x", count: 10_000)).utf8.count <= 400)
    }
}
