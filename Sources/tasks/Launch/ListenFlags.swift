import ArgumentParser
import FarmController

/// Where a controller listens for other machines.
struct ListenFlags: ParsableArguments {
    @Option(
        help:
            "Address or interface to listen on for other machines; * for all. Default with a port: 127.0.0.1."
    )
    var listen: String?
    @Option(
        help:
            "Names or addresses, separated by commas, by which other machines reach this one; may be repeated. Default: what it listens on, with * the addresses of all interfaces."
    )
    var advertise: [String] = []
    @Option(help: "Port for clients. Default: the profile's last one, else any.")
    var clientPort: UInt16?
    @Option(help: "Port for engines.")
    var enginePort: UInt16?

    /// Addresses that a capability file has room for, beside the socket of this machine.
    private static let mostAddresses = 15

    func validate() throws {
        let hosts = self.hosts
        if hosts.contains(where: { $0.isEmpty || $0.contains(where: { "/: \t".contains($0) }) }) {
            throw ValidationError(
                "--advertise \(advertise.joined(separator: " ")): expected names or addresses without ports, as in farm.lab,10.0.0.5"
            )
        }
        guard hosts.count <= Self.mostAddresses else {
            throw ValidationError("--advertise: at most \(Self.mostAddresses) names or addresses")
        }
        if !hosts.isEmpty, tcp == nil {
            throw ValidationError(
                "--advertise is for a controller that listens for other machines: add --listen")
        }
    }

    private var hosts: [String] {
        advertise.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    /// As they stand on a command line.
    var arguments: [String] {
        (listen.map { ["--listen", $0] } ?? []) + advertise.flatMap { ["--advertise", $0] }
            + (clientPort.map { ["--client-port", String($0)] } ?? [])
            + (enginePort.map { ["--engine-port", String($0)] } ?? [])
    }

    var tcp: ControllerOptions.TCP? {
        guard listen != nil || clientPort != nil || enginePort != nil else { return nil }
        return ControllerOptions.TCP(
            host: listen ?? "127.0.0.1", advertised: hosts, clientPort: clientPort, enginePort: enginePort)
    }
}
