import FarmProcess
import FarmTransport
import Foundation

/// A Python kernel that is a rank of MPI's world in place of its worker, which has nothing to do with MPI.
///
/// It is started before anything else of the worker, since its start waits for the other ranks, and it is not
/// started again: what the ranks share is gone with any of them.
struct KernelRank: @unchecked Sendable {
    /// Of one thread at a time: that which starts it, then the kernel's.
    let process: FramedProcess
    let seat: PoolSeat
    /// Interpreter and version, as it says itself.
    let words: String

    private struct Hello: Decodable {
        struct World: Decodable {
            var rank: UInt32
            var size: UInt32
            var key: String
        }
        var mpi: World
    }

    /// Starts the kernel and waits until it has joined the world.
    /// - Throws: ``EngineError`` with code `cannotStart`.
    static func join(_ setup: WorkerSetup, _ name: String) throws(EngineError) -> KernelRank {
        let startUp = try KernelStartUp.find(name, profile: WorkerSetup.profile(setup.options))
        guard let program = setup.kernelProgram(startUp) else { throw WorkerSetup.orphaned }
        let process: FramedProcess
        do throws(KernelError) {
            process = try program.launch(captureLimitBytes: KernelLoop.captureLimitBytes)
        } catch {
            throw EngineError(.cannotStart, error.message)
        }
        while true {
            // As long as the slowest rank takes; whoever has started them ends them all if one fails.
            for event in process.wait(orWake: -1, until: .max).events {
                switch event {
                case .frame(let frame): return try KernelRank(process, frame)
                case .output: continue
                case .ended:
                    let ending = process.end()
                    let error = program.failure(ending, process.takeOutput().errors, tookTooLong: false)
                    throw EngineError(.cannotStart, error.message)
                }
            }
        }
    }

    private init(_ process: FramedProcess, _ frame: [UInt8]) throws(EngineError) {
        guard let answer = KernelAnswer(frame), answer.kind == .ready,
            let hello = try? JSONDecoder().decode(Hello.self, from: Data(answer.bytes)),
            let key = UniqueKey(hello.mpi.key)
        else {
            throw EngineError(
                .cannotStart, "the Python kernel says what cannot be read; is it of this version?")
        }
        let seat = PoolSeat(key: key, rank: hello.mpi.rank, size: hello.mpi.size)
        if let problem = seat.problem { throw EngineError(.cannotStart, "MPI says that this is \(problem)") }
        if let launched = LaunchedRank.own, launched.size != seat.size || launched.rank != seat.rank {
            throw EngineError(
                .cannotStart,
                "the Python kernel is rank \(seat.rank) of \(seat.size) in its MPI, and was started as rank "
                    + "\(launched.rank) of \(launched.size): mpi4py was built with another MPI than this mpiexec; build it "
                    + "with the same (`pip install --no-binary mpi4py mpi4py`), or name another interpreter by --python"
            )
        }
        self.process = process
        self.seat = seat
        words = String(decoding: answer.bytes, as: UTF8.self)
    }
}
