import FarmProcess
import FarmTransport

/// Where peers are told to look: what the controller listens on, as other machines name it.
enum AdvertisedEndpoints {
    /// Room in a capability file.
    private static let most = 16

    /// - Parameters:
    ///   - bound: where it listens.
    ///   - hosts: what its owner calls this machine; empty: find out.
    ///   - addresses: this machine's, for one that listens on all of them.
    static func of(
        _ bound: [BoundEndpoint], hosts: [String], addresses: @autoclosure () -> [String] = HostAddresses.all
    ) -> [BoundEndpoint] {
        let all = bound.flatMap { endpoint -> [BoundEndpoint] in
            guard let port = endpoint.tcpPort else { return [endpoint] }
            var names = hosts
            if names.isEmpty, endpoint.endpoint.hasPrefix("tcp://0.0.0.0:") {
                let found = addresses()
                names = found.isEmpty ? ["127.0.0.1"] : found
            }
            guard !names.isEmpty else { return [endpoint] }
            return names.map { name in
                var named = endpoint
                named.endpoint = "tcp://\(name):\(port)"
                return named
            }
        }
        return [PortKind.client, .engine].flatMap { kind in all.filter { $0.port == kind }.prefix(most) }
    }
}
