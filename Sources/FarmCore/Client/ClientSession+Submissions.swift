extension ClientSession {
    mutating func take(
        _ key: UniqueKey, work: UInt64, bytes: Int, opens: Bool, isLast: Bool, follows: Bool,
        into actions: inout [Action]
    ) {
        let slot: Int32
        if let known = submissionOfKey[key] {
            guard !submissions[known].isSealed else { return actions.append(.releasePart(work)) }
            slot = known
        } else {
            guard opens else { return actions.append(.releasePart(work)) }
            slot = submissions.insert(ClientSubmission(key: key, follows: follows))
            submissionOfKey[key] = slot
        }
        let size = bytes + Self.partOverheadBytes
        append(ClientPart(submission: slot, number: submissions[slot].nextPart, work: work, bytes: size))
        submissions[slot].nextPart += 1
        submissions[slot].isSealed = isLast
        heldBytes += size
        if heldBytes >= windowBytes { isBlocked = true }
        sendParts(into: &actions)
    }

    /// Sends what the window lets through; a part larger than the window goes alone.
    mutating func sendParts(into actions: inout [Action]) {
        guard standing == .attached else { return }
        while nextToSend != ClientPart.none {
            let slot = nextToSend
            guard sentBytes == 0 || sentBytes + parts[slot].bytes <= windowBytes else { return }
            parts[slot].isSent = true
            sentBytes += parts[slot].bytes
            nextToSend = parts[slot].next
            actions.append(.sendPart(parts[slot].work))
        }
    }

    mutating func accepted(
        _ key: UniqueKey, through part: UInt32, job: JobID, tasks: UInt32, into actions: inout [Action]
    ) {
        guard let slot = submissionOfKey[key], part < submissions[slot].nextPart else {
            counters.strayAnswers += 1
            // It was refused meanwhile; its first part may have asked for completions.
            if standing == .attached, subscription(of: job) == nil { actions.append(.sendUnsubscribe(job)) }
            return
        }
        var isNews = false
        let first = submissions[slot].firstPart
        let isFollowed =
            submissions[slot].follows && first != ClientPart.none && parts[first].number == 0
            && parts[first].isSent
        if submissions[slot].job == nil {
            submissions[slot].job = job
            isNews = true
        }
        while submissions[slot].firstPart != ClientPart.none,
            parts[submissions[slot].firstPart].number <= part
        {
            removeFirstPart(of: slot, into: &actions)
            isNews = true
        }
        guard isNews else {
            counters.strayAnswers += 1
            return
        }
        let isWhole = submissions[slot].isSealed && submissions[slot].firstPart == ClientPart.none
        actions.append(.accepted(key, submissions[slot].job ?? job, tasks: tasks, isWhole: isWhole))
        if submissions[slot].follows {
            submissions[slot].follows = false
            follow(job, isTold: isFollowed, into: &actions)
        }
        if isWhole { forget(slot) }
        sendParts(into: &actions)
        updateBlocked(into: &actions)
    }

    mutating func refused(_ key: UniqueKey, into actions: inout [Action]) {
        guard let slot = submissionOfKey[key] else {
            counters.strayAnswers += 1
            return
        }
        while submissions[slot].firstPart != ClientPart.none { removeFirstPart(of: slot, into: &actions) }
        forget(slot)
        actions.append(.refused(key))
        sendParts(into: &actions)
        updateBlocked(into: &actions)
    }

    /// The session is over: all parts count as unsent.
    mutating func rewindParts() {
        var slot = firstPart
        while slot != nextToSend {
            parts[slot].isSent = false
            slot = parts[slot].next
        }
        nextToSend = firstPart
        sentBytes = 0
    }

    mutating func updateBlocked(into actions: inout [Action]) {
        // Half a window of slack, so that a program on the edge is not stopped and started a part at a time.
        guard isBlocked, heldBytes <= windowBytes / 2 else { return }
        isBlocked = false
        actions.append(.writable)
    }

    private mutating func forget(_ slot: Int32) {
        submissionOfKey[submissions[slot].key] = nil
        submissions.remove(slot)
    }

    private mutating func append(_ part: ClientPart) {
        var part = part
        part.previous = lastPart
        let slot = parts.insert(part)
        if lastPart == ClientPart.none { firstPart = slot } else { parts[lastPart].next = slot }
        lastPart = slot
        if nextToSend == ClientPart.none { nextToSend = slot }
        let before = submissions[part.submission].lastPart
        if before == ClientPart.none {
            submissions[part.submission].firstPart = slot
        } else {
            parts[before].nextOfSubmission = slot
        }
        submissions[part.submission].lastPart = slot
    }

    private mutating func removeFirstPart(of submission: Int32, into actions: inout [Action]) {
        let slot = submissions[submission].firstPart
        let part = parts[slot]
        submissions[submission].firstPart = part.nextOfSubmission
        if part.nextOfSubmission == ClientPart.none { submissions[submission].lastPart = ClientPart.none }
        if part.previous == ClientPart.none {
            firstPart = part.next
        } else {
            parts[part.previous].next = part.next
        }
        if part.next == ClientPart.none {
            lastPart = part.previous
        } else {
            parts[part.next].previous = part.previous
        }
        if nextToSend == slot { nextToSend = part.next }
        heldBytes -= part.bytes
        if part.isSent { sentBytes -= part.bytes }
        parts.remove(slot)
        actions.append(.releasePart(part.work))
    }
}
