package import ParleyDatagrams
package import ParleyProtocol

extension ClientPrediction {
    /// How many of the newest packets must have come for a comparison of worlds.
    private static var packetsOfCheck: Int { 32 }
    /// A report may be this much newer than the snapshot it travels with, in seconds.
    private static var reportSlack: Int { 2 }

    /// Takes a packet of a snapshot.
    ///
    /// A packet that cannot be right is refused before anything of it is believed.
    ///
    /// - Parameters:
    ///   - bytes: Any bytes.
    ///   - roundTrip: The time of a round trip, as far as is known.
    /// - Returns: The packet's tick; nil when the packet was refused.
    package mutating func receive(
        _ bytes: Datagram, roundTrip: Duration?, at now: Duration
    ) -> Tick? {
        counts.snapshotBytes += bytes.count
        guard let packet = try? SnapshotPacket(bytes, layout: layout), isPlausible(packet, at: now)
        else {
            counts.refusedSnapshots += 1
            return nil
        }
        do throws(SnapshotError) {
            guard try receiver.receive(packet.snapshot) != nil else { return packet.tick }
            noteSurroundings()
        } catch .unknownBaseline {
            // Usually a packet that was overtaken. The server sees that it is not acknowledged, and
            // sends its states again. The body in the packet needs no baseline.
            counts.refusedSnapshots += 1
        } catch {
            counts.refusedSnapshots += 1
            return nil
        }
        follow(packet, roundTrip: roundTrip, at: now)
        check(packet.worldHash)
        take(packet.body, of: packet.tick, at: now)
        return packet.tick
    }

    /// Whether the packet's ticks fit together, and the server can have reached them.
    private mutating func isPlausible(_ packet: SnapshotPacket, at now: Duration) -> Bool {
        let latest = packet.tick.advanced(by: Self.reportSlack * tickRate)
        return SnapshotReceiver.tick(of: packet.snapshot) == packet.tick
            && packet.report.taken >= packet.tick && packet.report.taken <= latest
            && gate.admits(packet.tick, at: now)
    }

    private mutating func noteSurroundings() {
        let newest = G.surroundings(of: receiver)
        if !G.areSame(newest, surroundings) { hasNewSurroundings = true }
        surroundings = newest
    }

    /// Compares all received states with the server's.
    private mutating func check(_ hash: UInt64?) {
        // A missing packet may be the reason, and is sent again.
        guard let hash, receiver.hasAll(ofNewest: Self.packetsOfCheck) else { return }
        counts.checkedSnapshots += 1
        if hash != receiver.worldHash { counts.driftedSnapshots += 1 }
    }

    private mutating func follow(_ packet: SnapshotPacket, roundTrip: Duration?, at now: Duration) {
        if inputClock == nil { begin(at: packet.tick, roundTrip: roundTrip, now) }
        inputClock?.receive(packet.report, at: now)
        sender.acknowledge(through: packet.report.taken)
        counts.commandLoss = packet.report.loss
        moments.receive(packet.tick, at: now)
    }

    private mutating func begin(at tick: Tick, roundTrip: Duration?, _ now: Duration) {
        var clockLimits = InputClock.Limits()
        clockLimits.silence = limits.silence
        clockLimits.ahead = limits.ahead
        inputClock = InputClock(
            tickRate: tickRate, serverTick: tick, roundTrip: roundTrip ?? .milliseconds(100),
            at: now, isPolled: false, ticksPerPacket: ticksPerPacket, limits: clockLimits)
        prediction = PredictedState(
            nil, at: tick.advanced(by: -1), standIn: G.commandStandIn(tickRate: tickRate),
            maximumAhead: Int(limits.ahead / .seconds(1) * Double(tickRate)) + reportTicks)
    }

    /// The clock's limit counts from the newest report, which may be ahead of the newest state.
    private var reportTicks: Int { Self.reportSlack * tickRate }

    private mutating func take(_ body: SnapshotPacket.Body, of tick: Tick, at now: Duration) {
        switch body {
        case .omitted: break
        case .none: take(nil, as: nil, of: tick, at: now)
        case .state(let handle, let words):
            take(G.Body(dequantising: words.span), as: handle, of: tick, at: now)
        }
    }

    private mutating func take(
        _ body: G.Body?, as handle: EntityHandle?, of tick: Tick, at now: Duration
    ) {
        let step = step
        let last = prediction?.authoritative ?? nil
        let isSame = handle == bodyHandle
        guard
            let result = prediction?.reconcile(
                with: body, at: tick, isContinuation: isSame,
                replaysIfRight: hasNewSurroundings, by: step)
        else { return }
        hasNewSurroundings = false
        bodyHandle = handle
        guard isSame, let body, let last else {
            deviation.reset()
            ownPast = InterpolationBuffer()
            if let body { ownPast.insert(body, at: tick) }
            return
        }
        ownPast.insert(body, at: tick, isTeleport: body.isTeleport(from: last))
        guard let before = result.before, let after = result.after else { return }
        // A difference in what the server alone decides, such as a score, cannot be seen.
        if !result.isRight, let expected = result.expected ?? nil,
            (body.pose - expected.pose).length > 0
        {
            counts.corrections.note(at: now)
        }
        guard !result.isRight else { return }
        deviation.correct(
            from: before.pose, to: after.pose, isTeleport: after.isTeleport(from: before))
    }
}
