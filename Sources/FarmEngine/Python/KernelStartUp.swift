import FarmTemplate
import Foundation

/// What makes a Python kernel a rank of MPI's world: `--mpi NAME`. A few lines of Python, run at its start.
struct KernelStartUp: Hashable, Sendable {
    /// Those that the kernel has itself.
    static let builtIn = ["mpi4py", "pytrilinos"]

    let name: String
    /// The file that holds it; empty for a built-in one.
    let path: String

    /// Looks for `PROFILE/mpi/NAME.py`, then among the built-in ones.
    /// - Throws: ``EngineError`` with code `badArgument` if there is none of that name.
    static func find(_ name: String, profile: String) throws(EngineError) -> KernelStartUp {
        let directory = "\(profile)/mpi"
        let path = "\(directory)/\(name).py"
        let isName = !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) }
        if isName, FileManager.default.fileExists(atPath: path) {
            return KernelStartUp(name: name, path: path)
        }
        if builtIn.contains(name) { return KernelStartUp(name: name, path: "") }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let known = builtIn + files.filter { $0.hasSuffix(".py") }.map { String($0.dropLast(3)) }.sorted()
        throw EngineError(
            .badArgument,
            "`--mpi \(name)`: there is no start-up of that name\(Spelling.hint(name, in: known)); there are "
                + "\(known.joined(separator: ", ")), and \(path) would be another")
    }
}
