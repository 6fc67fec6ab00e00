import FarmTransport
import Logging

// What a controller listens on.
extension ControllerLoop {
    static func makeContext() throws(ControllerError) -> Context {
        do throws(ZeroMQError) { return try Context() } catch {
            throw ControllerError(.failed, error.message)
        }
    }

    static func listen(
        _ options: ControllerOptions, _ keys: ProfileKeys, _ registry: KeyRegistry, _ context: Context,
        _ clock: FarmClock, _ wakeup: Wakeup
    ) throws(ControllerError) -> ControllerEndpoint {
        let directory: RuntimeDirectory
        do {
            directory = try RuntimeDirectory.prepare(forProfile: options.profile.path)
        } catch {
            throw ControllerError(.badProfile, error.message)
        }
        let ipc: [Listen] = [
            Listen(.client, .ipc(path: "\(directory.path)/client")),
            Listen(.engine, .ipc(path: "\(directory.path)/engine")),
        ]
        func make(_ listens: [Listen]) throws(TransportError) -> ControllerEndpoint {
            let logger = options.logger
            return try ControllerEndpoint(
                listens, context: context, keys: keys.identity.transportKeys,
                gate: CapabilityGate(identity: keys.identity, registry: registry), clock: clock,
                wakeup: wakeup,
                log: { logger.warning("\($0)") })
        }
        do throws(TransportError) {
            guard let tcp = options.tcp else { return try make(ipc) }
            let client = tcp.clientPort ?? keys.knownPort(.taskClient)
            let engine = tcp.enginePort ?? keys.knownPort(.engine)
            do throws(TransportError) {
                return try make(
                    ipc + [
                        Listen(.client, .tcp(host: tcp.host, port: client)),
                        Listen(.engine, .tcp(host: tcp.host, port: engine)),
                    ])
            } catch  where error.code == .addressInUse && tcp.clientPort == nil && tcp.enginePort == nil {
                options.logger.warning(
                    "the profile's ports are taken by another program; listening on others")
                return try make(
                    ipc + [
                        Listen(.client, .tcp(host: tcp.host, port: nil)),
                        Listen(.engine, .tcp(host: tcp.host, port: nil)),
                    ])
            }
        } catch {
            throw ControllerError(error.code == .addressInUse ? .addressInUse : .failed, error.message)
        }
    }
}
