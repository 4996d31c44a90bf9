extension SessionPackets {
    /// Checks the header of a packet that came over UDP, before its tag is checked.
    ///
    /// - Parameters:
    ///   - header: Its header.
    ///   - count: All of its bytes.
    ///   - path: The address from which it came.
    ///   - now: The time.
    /// - Returns: The number and epoch with which it is opened.
    package mutating func admit(
        _ header: PacketHeader, count: Int, from path: PathID, at now: Duration
    ) throws(PacketDrop) -> PendingPacket {
        guard count > PacketHeader.count + tagCount else { throw .tooShort }
        guard header.session == session else { throw .unknownSession }
        let number = PacketNumber.expand(header.lowNumber, after: received.window.highest)
        let epoch = try opening.epoch(of: header.epochBits, number: number, at: now)
        let isDuplicate = try isDuplicate(number)
        try paths.admit(
            number, isDuplicate: isDuplicate, from: path, probeTimeout: sent.probeTimeout, at: now)
        return PendingPacket(number: number, epoch: epoch, isDuplicate: isDuplicate)
    }

    /// Checks the header of a packet that came through the tunnel, which needs no tag.
    package func admitTunnelled(_ header: PacketHeader) throws(PacketDrop) -> PendingPacket {
        guard header.session == session else { throw .unknownSession }
        let number = PacketNumber.expand(header.lowNumber, after: received.window.highest)
        guard try !isDuplicate(number) else { throw .duplicate }
        return PendingPacket(number: number, epoch: opening.current, isDuplicate: false)
    }

    // Inlined, as all that only reads: a call would get a copy of the whole session, for each packet.
    @inline(__always)
    private func isDuplicate(_ number: UInt64) throws(PacketDrop) -> Bool {
        guard number < PacketNumber.limit else { throw .tooOld }
        switch received.window.verdict(on: number) {
        case .new: return false
        case .duplicate: return true
        case .tooOld: throw .tooOld
        }
    }

    /// The tag of an admitted packet was wrong.
    ///
    /// - Returns: Whether the session has to end, because it has failed too often.
    package mutating func failed() -> Bool {
        failureCount += 1
        return failureCount >= maximumFailures
    }

    /// The tag of an admitted packet was right.
    ///
    /// - Parameters:
    ///   - packet: What was admitted.
    ///   - frames: Its frames; nil where they could not be read, or the packet is a duplicate.
    ///   - count: All of its bytes.
    ///   - path: The address from which it came.
    ///   - now: The time.
    /// - Returns: What changed.
    /// - Throws: ``PacketDrop/malformed`` if the packet acknowledges what was never sent.
    package mutating func opened(
        _ packet: PendingPacket, frames: PacketFrames?, count: Int, from path: PathID,
        at now: Duration
    ) throws(PacketDrop) -> PacketReceipt {
        var receipt = PacketReceipt()
        let timeout = sent.probeTimeout
        let before = (paths.currentID, paths.candidateID)
        receipt.isNewest = isNewest(packet)
        paths.receive(
            packet.number, count: count, isNewest: receipt.isNewest || packet.isDuplicate,
            from: path, probeTimeout: timeout, at: now)
        receipt.path = pathChange(since: before.0, before.1)
        guard !packet.isDuplicate else { return receipt }
        receive(packet, frames, at: now)
        let isNewEpoch = opening.open(
            packet.epoch, number: packet.number, probeTimeout: timeout, at: now)
        if isNewEpoch { beginEpoch(packet.epoch, &receipt, at: now) }
        guard let control = frames?.control else { return receipt }
        try receive(control, &receipt, overUDP: true, at: now)
        return receipt
    }

    /// A packet came through the tunnel.
    ///
    /// - Parameters:
    ///   - packet: What was admitted.
    ///   - frames: Its frames; nil where they could not be read.
    ///   - now: The time.
    /// - Returns: What changed.
    /// - Throws: ``PacketDrop/malformed`` if the packet acknowledges what was never sent.
    package mutating func tunnelled(
        _ packet: PendingPacket, frames: PacketFrames?, at now: Duration
    ) throws(PacketDrop) -> PacketReceipt {
        var receipt = PacketReceipt()
        receipt.isNewest = isNewest(packet)
        // The client has found UDP blocked, and there is no address to send to.
        if end == .server, paths.currentID == nil {
            selector.takeTunnel(before: sent.nextNumber, at: now)
        }
        selector.receiveTunnelled()
        receive(packet, frames, at: now)
        guard let control = frames?.control else { return receipt }
        try receive(control, &receipt, overUDP: false, at: now)
        return receipt
    }

    /// The change of address since the current one and the candidate were these.
    @inline(__always)
    private func pathChange(
        since current: PathID?, _ candidate: PathID?
    ) -> PacketReceipt.PathChange? {
        if let path = paths.currentID, path != current {
            return current == nil ? .began(path) : .moved(path)
        }
        guard let path = paths.candidateID, path != candidate else { return nil }
        return .candidate(path)
    }

    /// Moves to the candidate if it has won.
    mutating func decidePath(at now: Duration) {
        let before = paths.currentID
        paths.decide(
            roundTrip: sent.roundTrip.smoothed, probeTimeout: sent.probeTimeout, at: now)
        guard paths.currentID != before else { return }
        // What went to the old address may be lost, and says nothing about the new one.
        sent.forgetTimed()
        selector.changePath()
    }

    @inline(__always)
    private func isNewest(_ packet: PendingPacket) -> Bool {
        received.window.highest.map { packet.number > $0 } ?? true
    }

    @inline(__always)
    private mutating func receive(
        _ packet: PendingPacket, _ frames: PacketFrames?, at now: Duration
    ) {
        received.insert(
            packet.number, asksForAcknowledgement: frames?.asksForAcknowledgement ?? false, at: now)
    }

    private mutating func beginEpoch(
        _ epoch: UInt32, _ receipt: inout PacketReceipt, at now: Duration
    ) {
        receipt.openingEpoch = epoch
        // The client has used the new secret, so the server may.
        if sealing.base != nil, opening.base == nil {
            sealing.beginBase(with: sent.nextNumber, at: now)
        }
    }

    private mutating func receive(
        _ control: ControlFrames, _ receipt: inout PacketReceipt, overUDP: Bool,
        at now: Duration
    ) throws(PacketDrop) {
        if let bytes = control.response {
            paths.answer(bytes)
            let before = paths
            decidePath(at: now)
            if let change = pathChange(since: before.currentID, before.candidateID) {
                receipt.path = change
            }
        }
        if let challenge = control.challenge {
            if response != nil { secondResponse = response }
            response = challenge
        }
        guard let acknowledgement = control.acknowledgement else { return }
        let timed = try sent.receive(acknowledgement, isMeasured: overUDP, at: now)
        if let number = sent.newlyConfirmed {
            isHeard = true
            selector.receiveAcknowledgement(of: number, overUDP: overUDP, at: now)
        }
        if let timed { sealing.confirm(timed, at: now) }
    }
}
