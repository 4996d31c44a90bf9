extension SessionPackets {
    /// Asks for a packet with a payload.
    ///
    /// - Parameters:
    ///   - count: The bytes of the payload, without its kind.
    ///   - isFragmentable: Whether it may have more than ``maximumCount`` bytes, which routers then cut.
    ///   - way: The way: ``way``, or for commands both ways while ``isDoubtful(at:)``.
    ///   - now: The time.
    /// - Returns: The packet, with the protocol's own frames that are waiting.
    package mutating func packet(
        carrying count: Int, isFragmentable: Bool = false, over way: PacketWay, at now: Duration
    ) -> PacketPermit {
        var control = ControlFrames()
        let limit = isFragmentable ? Self.largestCount : Self.maximumCount
        addWaiting(to: &control, room: limit - overhead(way) - 1 - count)
        return packet(control, payload: 1 + count, limit: limit, over: way, at: now)
    }

    /// The next packet of the protocol's own that is due; nil if there is none.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - challenge: Makes eight random bytes.
    package mutating func nextControlPacket(
        at now: Duration, challenge: () -> UInt64
    ) -> OutgoingPacket? {
        if let packet = nextChallenge(at: now, fresh: challenge) { return packet }
        guard let due = controlTime, due <= now else { return nil }
        guard case .send(let packet) = packet(waiting, payload: 0, over: way, at: now) else {
            return nil
        }
        return packet
    }

    /// When a packet without a payload is due; nil if none is, or if it may not be sent.
    var controlTime: Duration? {
        let isUrgent = ping != nil || pong != nil || response != nil
        guard let time = isUrgent ? Self.distantPast : received.acknowledgementDeadline,
            !sent.isExhausted
        else { return nil }
        guard way == .udp else { return time }
        guard let path = paths.currentID else { return nil }
        return paths.allowance(to: path) >= overhead(.udp) + waiting.byteCount ? time : nil
    }

    private static var distantPast: Duration { .seconds(Int64.min / 4) }

    private var waiting: ControlFrames {
        var control = ControlFrames()
        addWaiting(to: &control, room: Self.maximumCount - overhead(way))
        return control
    }

    private mutating func nextChallenge(
        at now: Duration, fresh: () -> UInt64
    ) -> OutgoingPacket? {
        if selector.isProbeDue(at: now) {
            paths.askForProbe()
            selector.beginProbe(at: now)
        }
        guard !sent.isExhausted,
            let (path, bytes) = paths.nextChallenge(
                count: challengeCount, probeTimeout: sent.probeTimeout, at: now, fresh: fresh)
        else { return nil }
        var control = ControlFrames()
        control.challenge = bytes
        return send(control, payload: 0, to: path, at: now)
    }

    /// The bytes of a server's packet with a challenge and nothing else.
    var challengeCount: Int { overhead(.udp) + 9 }

    func overhead(_ way: PacketWay) -> Int {
        PacketHeader.count + (way == .udp ? tagCount : 0)
    }

    /// Adds the frames that are waiting, the most important first, as far as there is room.
    @inline(__always)
    private func addWaiting(to control: inout ControlFrames, room: Int) {
        func add(_ count: Int, _ change: (inout ControlFrames) -> Void) {
            if control.byteCount + count <= room { change(&control) }
        }
        if let acknowledgement = received.acknowledgement {
            add(1 + PacketAcknowledgement.byteCount) { $0.acknowledgement = acknowledgement }
        }
        if let response { add(9) { $0.response = response } }
        if let pong { add(9) { $0.pong = pong } }
        if let ping { add(5) { $0.ping = ping } }
    }

    private mutating func packet(
        _ control: ControlFrames, payload: Int, limit: Int = maximumCount, over way: PacketWay,
        at now: Duration
    ) -> PacketPermit {
        guard !sent.isExhausted else { return .blocked(.unacknowledged) }
        let count = overhead(way) + control.byteCount + payload
        guard way == .udp else {
            return .send(finish(control, padding: 0, to: .tunnel, isTimed: false, at: now))
        }
        guard count <= limit else { return .blocked(.tooLong) }
        guard let path = paths.currentID, paths.allowance(to: path) >= count else {
            // The peer may never be heard over UDP, so this counts as unanswered.
            selector.send(at: now)
            return .blocked(paths.currentID == nil ? .noPath : .unvalidatedPath)
        }
        return .send(send(control, payload: payload, to: path, at: now))
    }

    /// A packet over UDP that the address is allowed to get.
    private mutating func send(
        _ control: ControlFrames, payload: Int, to path: PathID, at now: Duration
    ) -> OutgoingPacket {
        let count = overhead(.udp) + control.byteCount + payload
        var padding = 0
        if end == .client, !isHeard, paddedCount < Self.mostPadded {
            paddedCount += 1
            padding = max(0, Self.maximumCount - count)
        }
        paths.send(count + padding, to: path)
        let isTimed = (payload > 0 || control.asksForAcknowledgement) && path == paths.currentID
        if isTimed { selector.send(at: now) }
        return finish(control, padding: padding, to: .path(path), isTimed: isTimed, at: now)
    }

    private mutating func finish(
        _ control: ControlFrames, padding: Int, to destination: OutgoingPacket.Destination,
        isTimed: Bool, at now: Duration
    ) -> OutgoingPacket {
        if control.acknowledgement != nil { received.acknowledged() }
        if control.ping != nil { ping = nil }
        if control.pong != nil { pong = nil }
        if control.response != nil {
            response = secondResponse
            secondResponse = nil
        }
        let number = sent.takeNumber(isTimed: isTimed, at: now)
        let epoch = sealing.epoch(
            of: number, probeTimeout: sent.probeTimeout, limits: limits, at: now)
        return OutgoingPacket(
            destination: destination, number: number, epoch: epoch, control: control,
            padding: padding)
    }
}
