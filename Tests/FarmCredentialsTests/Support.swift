import Foundation
import Testing

@testable import FarmCredentials

/// A profile of its own for one test, removed with its last reference.
final class Profile: Sendable {
    let path: String
    let directory: SecurityDirectory
    let identity: ControllerIdentity
    let issuer: Issuer

    init() throws {
        path = "/tmp/farm-\(UInt32.random(in: 0...UInt32.max))"
        try PrivatePath.makeDirectory(path)
        directory = try SecurityDirectory(profile: path)
        identity = try ControllerIdentity.loadOrCreate(directory)
        issuer = Issuer(identity: identity, directory: directory)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let now: Int64 = 1_800_000_000

    func issue(_ role: Role = .engine, subject: String = "ada", expires: Int64? = nil) throws -> Capability {
        try issuer.issue(
            role: role, subject: subject, priorityCap: 10,
            endpoints: ["ipc:///run/user/0/tasks/ab12/client", "tcp://127.0.0.1:41234"],
            expiresAtUnixSeconds: expires)
    }

    /// Saves a capability, lets a test change its JSON, and gives the path.
    func saved(_ capability: Capability, _ change: (inout [String: Any]) -> Void = { _ in }) throws -> String
    {
        let file = "\(path)/capability.json"
        try capability.save(path: file)
        var object = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file))) as? [String: Any])
        change(&object)
        try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: file))
        chmod(file, 0o600)
        return file
    }
}

func code(_ body: () throws -> some Any) -> CredentialError.Code? {
    do {
        _ = try body()
        return nil
    } catch let error as CredentialError {
        return error.code
    } catch {
        return nil
    }
}

func message(_ body: () throws -> some Any) -> String {
    do {
        _ = try body()
        return ""
    } catch {
        return String(describing: error)
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
