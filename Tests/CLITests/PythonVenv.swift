import Foundation
import Testing

/// A virtual environment with `examples/python-client` in it, made by pip once in a run of the tests.
///
/// Where pip cannot fetch what the package needs, the tests that want one are skipped, and say why.
struct PythonVenv {
    /// Its interpreter.
    let python: String
    /// The package as it is in the source tree; the tests beside it are run from here.
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("examples/python-client").path

    /// Why there is none.
    struct Missing: Error, CustomStringConvertible { var description: String }

    /// The one of this process.
    static let shared: Result<PythonVenv, Missing> = {
        let made = make()
        if case .failure(let missing) = made { print("skipped: the Python client: \(missing)") }
        return made
    }()

    static var isThere: Bool { (try? shared.get()) != nil }

    private static func make() -> Result<PythonVenv, Missing> {
        do {
            // Goes with the process that made it.
            let yard = try Farmyard()
            kept = yard
            let venv = yard.home + "/venv"
            for (line, seconds) in [
                ("python3 -m venv \(venv)", 120.0),
                ("\(venv)/bin/pip install --quiet --disable-pip-version-check \(package)", 240),
                // Half of what crosses is arrays; without NumPy those tests are skipped.
                ("\(venv)/bin/pip install --quiet --disable-pip-version-check numpy || true", 240),
            ] {
                let ended = try yard.program("sh", ["-c", line]).wait(seconds: seconds)
                guard ended.code == 0 else {
                    return .failure(Missing(description: "`\(line)` failed: \(ended.errors)"))
                }
            }
            return .success(PythonVenv(python: venv + "/bin/python"))
        } catch {
            return .failure(Missing(description: "\(error)"))
        }
    }

    private nonisolated(unsafe) static var kept: Farmyard?
}

extension Farmyard {
    /// Runs unit tests of the Python client in this yard.
    func pythonTests(_ modules: String...) throws -> Ended {
        let python = try PythonVenv.shared.get().python
        let line =
            "cd \(PythonVenv.package) && exec \(python) -B -P -m unittest -v \(modules.joined(separator: " "))"
        return try Running(
            "/bin/sh", ["-c", line], input: "", directory: directory,
            environment: environment(["TASKS": Self.binary, "PYTHONPATH": PythonVenv.package]), scratch: home
        ).wait(seconds: 240)
    }
}
