import Foundation
import Testing

/// The examples that need `mpiexec`, run as they are.
@Suite(.serialized, .enabled(if: ExampleRun.hasMPI))
struct MPIExampleTests {
    @Test(.timeLimit(.minutes(2))) func `mpi-pi comes nearer to pi with the square of the strips`() throws {
        let (code, said) = try ExampleRun.run("mpi-pi/run.sh", ["4"])
        #expect(code == 0, "\(said)")
        let rows = said.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
            .filter { $0.count == 4 }
        #expect(rows.map { $0[0] } == [10, 1_000, 100_000, 10_000_000])
        for row in rows {
            // The midpoint rule's error is 1 / (12 n²) times the slope's change, 1; rounding is below 1e-11.
            #expect(row[2] < 1.01 / (12 * row[0] * row[0]) + 1e-11, "\(row)")
            #expect(row[3] == 4)
        }
    }

    @Test(.timeLimit(.minutes(4))) func `mpi-wave2d is right to rounding, and draws the wave`() throws {
        let directory = NSTemporaryDirectory() + "wave-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (code, said) = try ExampleRun.run("mpi-wave2d/run.sh", [directory])
        #expect(code == 0, "\(said)")
        let checks = said.split(separator: "\n").filter { $0.hasPrefix("check/") && $0.contains("[2,2]") }
        let errors = checks.compactMap { line in
            line.split(separator: " ").compactMap { Double($0) }.first { $0 < 1e-6 }
        }
        #expect(errors.count == 3 && errors.allSatisfy { $0 < 1e-12 }, "\(said)")
        for steps in [40, 120, 240] {
            let png = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/wave-\(steps).png"))
            #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            // Three bytes a pixel, and what the format takes.
            #expect(png.count > 256 * 256 * 3 && png.count < 256 * 256 * 3 + 1_000)
        }
    }

    @Test(.enabled(if: ExampleRun.hasMPI4Py), .timeLimit(.minutes(2)))
    func `mpi4py finds the largest eigenvalues of Hilbert matrices`() throws {
        let (code, said) = try ExampleRun.run("mpi4py/run.sh", ["3"])
        #expect(code == 0, "\(said)")
        let rows = said.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
            .filter { $0.count == 4 }
        #expect(rows.map { $0[0] } == [2, 10, 100, 400])
        // (4 + √13) / 6; the others as any numerical library gives them.
        for (row, known) in zip(rows, [1.2675918792439982, 1.751919670265178, 2.182696097757423]) {
            #expect(abs(row[1] - known) < 1e-12, "\(row)")
        }
        #expect(rows.allSatisfy { $0[3] == 3 })
    }
}
