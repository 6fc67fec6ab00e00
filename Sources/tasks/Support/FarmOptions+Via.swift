import FarmLaunch
import FarmTransport
import Glibc
import TaskFarm

// A farm on another host, through ssh.
extension FarmOptions {
    /// Connects as who has this role in the profile there.
    func connectVia(_ role: Role, reconnectPatience: Duration? = nil) async throws -> TaskClient {
        let host = via ?? ""
        var farEnd = ["far-end", "--role", role.rawValue]
        if let profile { farEnd += ["--profile", profile] }
        let socket = try ScratchDirectory.socket()
        let tunnel: FarTunnel
        do throws(LaunchError) {
            tunnel = try FarTunnel(
                to: host, ssh: Self.ssh, program: Self.variable("TASKS_VIA_PROGRAM") ?? "",
                here: OwnProgram.file, farEnd: farEnd, socket: socket)
        } catch {
            throw CommandFailure(error.code == .notRegistered ? .noController : .refused, error.message)
        }
        return try await TaskClient.connect(
            through: tunnel.endpoint, isEncrypted: tunnel.isEncrypted, capability: tunnel.capability,
            patience: .seconds(5), reconnectPatience: reconnectPatience)
    }

    /// - Throws: `CommandFailure` for a command that needs more than the controller's word.
    func requireHere(_ command: String) throws {
        guard let via else { return }
        throw CommandFailure(
            .refused,
            "`tasks \(command)` looks at the farm's host itself, and --via reaches only its controller: call it there, as by"
                + " `ssh \(via) tasks \(command)`")
    }

    /// `ssh`, or what `$TASKS_SSH` says, by words.
    static var ssh: [String] {
        let words = variable("TASKS_SSH")?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
        return words.isEmpty ? ["ssh"] : words
    }

    static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
