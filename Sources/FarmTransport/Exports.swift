// A hello's role and an admitted peer's grant are FarmCredentials' values; whoever serves or opens sessions
// has both.
@_exported public import FarmCredentials
@_exported public import FarmWire
// Contexts, mailboxes and loop threads: what the shells run their nodes on.
@_exported public import ZeroMQ
