// Whoever simulates looks at all of it: the machines, their nodes, the wire and the ledger.
@_exported public import FarmStore
@_exported public import FarmTransport
