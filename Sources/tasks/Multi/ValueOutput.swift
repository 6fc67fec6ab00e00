import ArgumentParser
import Foundation
import Glibc
import TaskFarm

/// Where values go that come from engines: to the terminal, or to a file by its ending.
struct ValueOutput: ExpressibleByArgument {
    private enum Place {
        case json
        case jsonFile(String)
        case numpyFile(String)
    }

    private let place: Place

    init?(argument: String) {
        if argument == "json" {
            place = .json
        } else if argument.hasSuffix(".json") {
            place = .jsonFile(argument)
        } else if argument.hasSuffix(".npy") {
            place = .numpyFile(argument)
        } else {
            return nil
        }
    }

    static let help = ArgumentHelp(
        "json: as JSON to the terminal; FILE.json: as JSON; FILE.npy: an array of numbers as NumPy's.",
        valueName: "json|file.json|file.npy")

    /// Whether it takes one array of numbers, nothing else.
    var isArray: Bool {
        if case .numpyFile = place { true } else { false }
    }

    /// Writes JSON text.
    func write(json text: String) throws {
        switch place {
        case .json: Terminal.write(text + "\n")
        case .jsonFile(let path), .numpyFile(let path): try Self.write(Array((text + "\n").utf8), to: path)
        }
    }

    /// Writes an array.
    func write(_ array: NumberArray) throws {
        guard case .numpyFile(let path) = place else { return }
        try Self.write(NumpyFile.encode(array), to: path)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch {
            throw CommandFailure(.refused, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
