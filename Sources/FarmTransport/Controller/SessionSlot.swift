/// One connection as the controller knows it.
struct SessionSlot {
    /// - `free`: nobody → `greeting`, `muted`
    /// - `greeting`: a hello is coming in pieces → `open`, `muted`, `free`
    /// - `open`: let in → `muted`, `free`
    /// - `muted`: was told a fault; its frames are dropped → `free` when its connection ends
    enum Phase { case free, greeting, open, muted }

    var phase = Phase.free
    var isBusy = false
    var role = Role.observer
    var id = SessionID(0)
    var address = LinkAddress(socket: 0, routing: 0)
    var channel = Channel()
    var lastHeard = Instant.zero
    /// When the first frame of a session that is not open came.
    var since = Instant.zero
    /// When a send found the connection ended; what it sent before may still be unread.
    var goneAt = Instant.never
    var goneTurn: UInt64 = 0
    /// When another connection claimed the same key and this one was pinged for it.
    var probedAt = Instant.never
    /// Where the peer is, for logs.
    var place = ""
    /// What the connection proved at the hello.
    var userID: String?
    /// The peer's own key, from its hello.
    var key = UniqueKey(high: 0, low: 0)
    /// What it was let in with; nil unless `open` or muted later.
    var admission: Admission?
    var backlog = Backlog()
}
