import Foundation
import Testing

/// A virtual environment with what `examples/python-client` needs, made by pip once in a run of the tests.
///
/// Where pip cannot fetch that, the tests that want it are skipped, and say why.
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
            for line in [
                "python3 -m venv \(venv)",
                // What the package needs to be built and to run. Only this may be out of reach.
                "\(venv)/bin/pip install \(quiet) pyzmq 'flit_core>=3.4'",
                // Half of what crosses is arrays; without NumPy those tests are skipped.
                "\(venv)/bin/pip install \(quiet) numpy || echo 'skipped: NumPy cannot be had' >&2",
            ] {
                let ended = try yard.program("sh", ["-c", line]).wait(seconds: 240)
                guard ended.code == 0 else {
                    return .failure(Missing(description: "`\(line)` failed: \(ended.errors)"))
                }
                if !ended.errors.isEmpty { print(ended.errors) }
            }
            return .success(PythonVenv(python: venv + "/bin/python"))
        } catch {
            return .failure(Missing(description: "\(error)"))
        }
    }

    /// Options of `pip install` that keep it from talking.
    static let quiet = "--quiet --disable-pip-version-check"
    private nonisolated(unsafe) static var kept: Farmyard?
}

extension Farmyard {
    /// Runs unit tests of the Python client in this yard.
    func pythonTests(_ modules: String...) throws -> Ended {
        let python = try PythonVenv.shared.get().python
        let line =
            "cd \(PythonVenv.package) && exec \(python) -B -m unittest -v \(modules.joined(separator: " "))"
        return try Running(
            "/bin/sh", ["-c", line], input: "", directory: directory,
            environment: environment(["TASKS": Self.binary]), scratch: home
        ).wait(seconds: 240)
    }
}
