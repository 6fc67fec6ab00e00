import FarmMPI

// An engine of a pool with functions that go well and wrong in all ways, for the tests.
await MPIEngine.main(functions: [
    Who.self, FailOn.self, StuckOn.self, LeaveMessage.self, DieOn.self, Hold.self, Barrier.self, Sum.self,
])
