import FarmTransport

// A map is one streaming job: its tasks run while its inputs still come. On the client a task costs well
// under a microsecond, what encoding its input and decoding its value costs not counted.
extension TaskClient {
    /// Runs a function over inputs and gives their values in the order of the inputs. No inputs: no values,
    /// at once.
    ///
    /// If a task fails, those that have not ended are cancelled and its failure is thrown; use `submit` with
    /// inputs to get every outcome. If the Swift task is cancelled, so are the farm's.
    /// - Throws: ``TaskFailure``, ``TaskClientError``, `CancellationError`.
    public func map<Function: TaskFunction>(
        _ function: Function.Type, _ inputs: sending some Sequence<Function.Input>,
        options: MapOptions = MapOptions()
    ) async throws -> [Function.Output] {
        let run = try MapRun<Function>(link, options)
        var source = inputs.makeIterator()
        var values = OrderedValues<Function.Output>()
        var failure: TaskFailure?
        while true {
            try run.fill { source.next() }
            run.read {
                values.insert($1, at: $0)
            } failure: {
                failure = failure ?? $1
            }
            if let failure { throw failure }
            if run.isDone { break }
            try await run.wait(forRoom: true)
        }
        guard let ordered = values.finish(total: run.inputCount) else {
            throw TaskClientError(.badReply, "the controller's results are not those of the map's tasks")
        }
        return ordered
    }

    /// Runs a function over two collections walked together, as `zip` does, but of the same length for
    /// certain.
    ///
    /// - Parameter input: makes an input of an element of each.
    /// - Throws: ``TaskClientError`` with `unequalLengths` before anything is submitted; else as
    ///   ``map(_:_:options:)``.
    public func map<Function: TaskFunction, First: Collection & Sendable, Second: Collection & Sendable>(
        _ function: Function.Type, _ first: First, _ second: Second, options: MapOptions = MapOptions(),
        input: @Sendable (First.Element, Second.Element) -> Function.Input
    ) async throws -> [Function.Output] {
        guard first.count == second.count else {
            throw TaskClientError(
                .unequalLengths,
                "the collections to be mapped together have \(first.count) and \(second.count) elements")
        }
        return try await map(function, zip(first, second).map { input($0, $1) }, options: options)
    }

    /// Runs a function that takes and gives arrays over elements, `chunk` of them a task; the values come as
    /// one array, in the order of the elements. For work so small that a task a piece is too much.
    ///
    /// - Throws: ``TaskClientError`` with `unequalLengths` if a task gives another number of values than it
    ///   was given elements; else as ``map(_:_:options:)``. Precondition: `chunk` is at least 1.
    public func map<Function: TaskFunction, Element: Sendable, Value: Sendable>(
        _ function: Function.Type, _ elements: [Element], chunk: Int, options: MapOptions = MapOptions()
    ) async throws -> [Value] where Function.Input == [Element], Function.Output == [Value] {
        precondition(chunk >= 1, "a chunk has at least one element")
        let starts = stride(from: 0, to: elements.count, by: chunk)
        let inputs = starts.lazy.map { Array(elements[$0..<min($0 + chunk, elements.count)]) }
        let outputs = try await map(function, Array(inputs), options: options)
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for (start, output) in zip(starts, outputs) {
            let wanted = min(chunk, elements.count - start)
            guard output.count == wanted else {
                throw TaskClientError(
                    .unequalLengths,
                    "\(Function.name) gave \(output.count) values for the \(wanted) elements from \(start) on"
                )
            }
            values.append(contentsOf: output)
        }
        return values
    }

    /// Runs a function over inputs that may never end, and gives results as the tasks end. Input is taken as
    /// room for it comes up, from within the reading of results; so memory is bounded, and whoever reads
    /// slowly slows the input.
    ///
    /// A failed task is a result. The job ends, and what has not ended is cancelled, when the results are let
    /// go.
    /// - Parameter inputs: gives the next quickly; a source that waits is better an `AsyncSequence`.
    public func mapUnordered<Function: TaskFunction>(
        _ function: Function.Type, _ inputs: some Sequence<Function.Input>, options: MapOptions = MapOptions()
    ) -> MapResults<Function> {
        var source = inputs.makeIterator()
        return MapResults(link, options, .pulled { source.next() })
    }

    /// As above, for inputs that take their time: they are waited for beside the reading of results, and sent
    /// as they come. If the sequence throws, so do the results, after those that are there.
    public func mapUnordered<Function: TaskFunction, Inputs: AsyncSequence & Sendable>(
        _ function: Function.Type, inputs: Inputs, options: MapOptions = MapOptions()
    ) -> MapResults<Function> where Inputs.Element == Function.Input {
        MapResults(
            link, options,
            .pushed { inbox in
                Task { await MapFeeder<Function>.feed(inputs, into: inbox) }
            })
    }
}
