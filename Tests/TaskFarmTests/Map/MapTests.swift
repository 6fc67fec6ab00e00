import TaskFarm
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MapTests {
    @Test(arguments: [1, 2, 1023, 1024, 1025, 20_000])
    func `C44 a map keeps the order of its inputs`(count: Int) async throws {
        try await TestFarm.with(engines: 2) { _, client in
            let squares = try await client.map(Square.self, 0..<count)
            #expect(squares == (0..<count).map { $0 * $0 })
        }
    }

    @Test func `C44 a map of nothing gives nothing and makes no job`() async throws {
        try await TestFarm.with(engines: 0) { _, client in
            let values = try await client.map(Square.self, [Int]())
            #expect(values.isEmpty)
            var results = client.mapUnordered(Square.self, [Int]()).makeAsyncIterator()
            #expect(try await results.next()?.index == nil)
            let none = AsyncStream<Int> { $0.finish() }
            var others = client.mapUnordered(Square.self, inputs: none).makeAsyncIterator()
            #expect(try await others.next()?.index == nil)
            #expect(try await client.jobs().isEmpty)
        }
    }

    @Test func `C44 collections of unequal lengths are refused before anything is submitted`() async throws {
        try await TestFarm.with { _, client in
            let error = await #expect(throws: TaskClientError.self) {
                try await client.map(Pick.self, ["a", "b"], [1, 2, 3]) { Pick.Input(name: $0, number: $1) }
            }
            #expect(error?.code == .unequalLengths)
            #expect(try await client.jobs().isEmpty)
            let pairs = try await client.map(Pick.self, ["a", "b"], [1, 2]) {
                Pick.Input(name: $0, number: $1)
            }
            #expect(pairs == ["a/1", "b/2"])
        }
    }

    @Test(arguments: [1, 3, 10, 100])
    func `C44 elements may go in chunks`(chunk: Int) async throws {
        try await TestFarm.with { _, client in
            let values = try await client.map(Total.self, Array(0..<31), chunk: chunk)
            #expect(values == Array(1...31))
        }
    }

    @Test func `C44 an unordered map gives each result once with the index of its input`() async throws {
        try await TestFarm.with(engines: 2) { _, client in
            var seen = Set<Int>()
            for try await result in client.mapUnordered(Square.self, 0..<5000) {
                #expect(try result.value == result.index * result.index)
                #expect(seen.insert(result.index).inserted)
            }
            #expect(seen.count == 5000)
        }
    }

    @Test func `C44 endless input runs within the bound of open tasks and ends with its reader`() async throws
    {
        try await TestFarm.with { _, client in
            var taken = 0
            let endless = sequence(first: 0) { number in
                taken = number + 1
                return number + 1
            }
            var read = 0
            for try await batch in client.mapUnordered(
                Square.self, endless, options: MapOptions(openTasks: 500)
            ).batches {
                read += batch.count
                #expect(taken <= read + 500)
                if read > 20_000 { break }
            }
            // The job is closed and what was open is cancelled.
            while try await client.jobs()[0].isEnded == false { await Task.yield() }
        }
    }

    @Test func `C44 a lone input of a slow source is answered before the next is given`() async throws {
        try await TestFarm.with { _, client in
            let (inputs, source) = AsyncStream<Int>.makeStream()
            var results = client.mapUnordered(Square.self, inputs: inputs).makeAsyncIterator()
            for number in 0..<50 {
                source.yield(number)
                let value = try await results.next()?.value
                #expect(value == number * number)
            }
            source.finish()
            #expect(try await results.next()?.index == nil)
        }
    }

    @Test func `a source that throws ends the results with its error`() async throws {
        struct Broken: Error {}
        try await TestFarm.with { _, client in
            let inputs = AsyncThrowingStream<Int, any Error> { source in
                source.yield(1)
                source.finish(throwing: Broken())
            }
            let error = await #expect(throws: TaskClientError.self) {
                for try await _ in client.mapUnordered(Square.self, inputs: inputs) {}
            }
            #expect(error?.code == .badInput)
        }
    }

    @Test func `a failed task ends an ordered map with its failure`() async throws {
        try await TestFarm.with { _, client in
            let error = await #expect(throws: TaskFailure.self) {
                try await client.map(Fail.self, 0..<10)
            }
            #expect(error?.outcome.index == 3)
            #expect(error?.outcome.error == "no luck with 3")
            #expect(error?.outcome.errorName == "BadLuck")
        }
    }

    @Test func `a failed task is a result of an unordered map`() async throws {
        try await TestFarm.with { _, client in
            var failed: [Int] = []
            var values = 0
            for try await result in client.mapUnordered(Fail.self, 0..<50) {
                switch result.result {
                case .success: values += 1
                case .failure(let failure): failed.append(failure.outcome.index)
                }
            }
            #expect(failed.sorted() == [3, 13, 23, 33, 43])
            #expect(values == 45)
        }
    }

    @Test func `cancelling the Swift task cancels the map's job`() async throws {
        try await TestFarm.with { _, client in
            let map = Task { try await client.map(Hold.self, 0..<10) }
            while try await client.queueStatus().runningCount == 0 { await Task.yield() }
            map.cancel()
            await #expect(throws: CancellationError.self) { try await map.value }
            while try await client.jobs()[0].isEnded == false { await Task.yield() }
            #expect(try await client.jobs()[0].counts.cancelled == 10)
        }
    }

    @Test func `C44 a slow reader slows the input instead of filling memory`() async throws {
        try await TestFarm.with { _, client in
            var taken = 0
            let source = sequence(first: 0) { number in
                taken = number + 1
                return number + 1
            }
            var results = client.mapUnordered(Square.self, source, options: MapOptions(openTasks: 100))
                .batches.makeAsyncIterator()
            var read = 0
            while read < 1000 {
                read += try await results.next()?.count ?? 0
                #expect(taken <= read + 100)
            }
        }
    }
}
