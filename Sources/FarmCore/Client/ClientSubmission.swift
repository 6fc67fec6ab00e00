/// A submission that is not done with. What each state may turn into:
/// - open (parts may follow) → sealed, gone (refused)
/// - sealed (the last part was handed in) → gone (all accepted, or refused)
struct ClientSubmission {
    var key: UniqueKey
    /// Known once a part was accepted.
    var job: JobID?
    /// Parts handed in so far.
    var nextPart: UInt32 = 0
    var isSealed = false
    /// Part 0 asks for the job's completions.
    var follows: Bool
    /// Its unaccepted parts, in order, strung on `nextOfSubmission`.
    var firstPart = ClientPart.none
    var lastPart = ClientPart.none
}

/// A part that is not accepted. It is unsent, then sent; a lost session makes it unsent again.
struct ClientPart {
    /// No part.
    static let none: Int32 = -1

    var submission: Int32
    var number: UInt32
    /// The node's reference to its body.
    var work: UInt64
    var bytes: Int
    /// In this session.
    var isSent = false
    var previous = ClientPart.none
    var next = ClientPart.none
    var nextOfSubmission = ClientPart.none
}
