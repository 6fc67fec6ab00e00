import FarmStore
import Foundation
import Glibc
import Testing

@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: SmallDisk.isPossible, "file systems of a size of one's own need root")
)
struct DiskFullTests {
    @Test(arguments: [20_000, 150_000])
    func `C50 on a full disk that is said, nothing acknowledged is lost, and all goes on once there is room`(
        bytes: Int
    ) throws {
        let disk = try #require(SmallDisk(bytes: 2 << 20))
        let ledger = try DiskLedger("\(disk.path)/ledger", durability: .full) {}
        var job: UInt32 = 0
        var last: UInt64 = 0
        // On beyond where new work is refused, as what was under way then goes on.
        while job < 1_000 {
            job += 1
            let body = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* Int(job) >> 3) }
            // What is larger than 64 KiB is a file.
            LedgerBench.submit(job, body: body, large: bytes > 64 << 10 ? [0..<bytes] : [], to: ledger)
            last = ledger.commit()
            if job % 4 == 0, !ledger.flush() { break }
        }
        #expect(!ledger.flush() && ledger.damage == nil)
        let trouble = try #require(ledger.trouble)
        #expect(trouble.contains("is full") || trouble.contains("No space left on device"), "\(trouble)")

        // What a kill would leave now.
        let bench = LedgerBench()
        let acknowledged = ledger.committed
        #expect(acknowledged < last)
        try bench.copy("\(disk.path)/ledger", to: bench.ledger)
        #expect(try jobs(bench.ledger).count >= acknowledged)

        #expect(disk.resize(bytes: 256 << 20))
        // The writer tries again by itself; there is no event to wait for but its success.
        while ledger.committed < last { usleep(10_000) }
        #expect(ledger.trouble == nil && ledger.close())
        #expect(try jobs("\(disk.path)/ledger") == Array(1...job))
        #expect(try LedgerCheck(of: "\(disk.path)/ledger").problems == [])
    }

    private func jobs(_ directory: String) throws -> [UInt32] {
        let ledger = try DiskLedger(directory, durability: .full) {}
        var jobs: [UInt32] = []
        ledger.replay { step in
            if case .submission(let record, _) = step { jobs.append(record.job.raw) }
        }
        #expect(ledger.damage == nil)
        #expect(ledger.close())
        return jobs
    }

    @Test func `a directory that cannot be written is refused at once, with a ledger in it or without`()
        throws
    {
        let disk = try #require(SmallDisk(bytes: 4 << 20))
        do {
            // Gone with all its files before the disk can be made read-only.
            let ledger = try DiskLedger("\(disk.path)/ledger", durability: .full) {}
            LedgerBench.submit(1, to: ledger)
            #expect(ledger.close())
        }
        mkdir("\(disk.path)/empty", 0o700)
        #expect(disk.makeReadOnly())
        for name in ["ledger", "empty", "new"] {
            let error = #expect(throws: LedgerError.self) {
                try DiskLedger("\(disk.path)/\(name)", durability: .full) {}
            }
            #expect(error?.code == .unusable)
            #expect(error?.message.contains("\(disk.path)/\(name)") == true, "\(error?.message ?? "")")
        }
    }
}
