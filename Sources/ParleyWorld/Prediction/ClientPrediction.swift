package import ParleyDatagrams
package import ParleyProtocol

/// All that a predicting client knows and does, as a value: packets, commands and times go in;
/// packets and frames come out.
///
/// Times are those since the network's epoch. Its parts are explained in `Documentation/Prediction.md`.
package struct ClientPrediction<G: GameRules>: Sendable {
    private typealias Step = PredictedState<G.Body?, G.Command>.Step

    /// What the server shows.
    package private(set) var receiver: SnapshotReceiver
    /// Which command is due; nil before the first show.
    package private(set) var inputClock: InputClock?
    /// The own body, nothing for who has none; nil before the first show. What was given before a
    /// body is there moves it as well.
    package private(set) var prediction: PredictedState<G.Body?, G.Command>?
    /// What the player does, each tick anew, until told otherwise.
    package var command = G.idle
    /// Whether the own body is shown where it is predicted, and not where it was.
    package var predicts = true

    private let tickRate: Int
    private let ticksPerPacket: Int
    private let layout: EntityLayout
    private var bodyHandle: EntityHandle?
    private var once: [G.Command] = []
    private var sender = CommandSender<G.Command>()
    private var unsent = 0
    private var moments: InterpolationClock
    private var deviation: Deviation<G.Body.Pose>
    private var lastFrame: Duration?
    private var surroundings: G.Surroundings
    private var ownPast = InterpolationBuffer<G.Body>()
    private var corrections: [Duration] = []
    private var snapshotBytes = 0
    private var refusedSnapshots = 0
    private var checkedSnapshots = 0
    private var driftedSnapshots = 0
    private var commandLoss = 0.0

    /// The most commands that can be given for one tick each in advance.
    private static var onceLimit: Int { 16 }
    private static var packetsOfCheck: Int { 32 }
    /// For how long a client predicts that hears nothing of the server: longer than a round trip of
    /// two seconds and what may be lost on it.
    private static var secondsAhead: Int { 4 }
    private static var correctionWindow: Duration { .seconds(10) }

    /// A client that has seen nothing.
    ///
    /// - Parameters:
    ///   - tickRate: Ticks a second.
    ///   - packetRate: Packets of commands a second; nil for one a tick.
    package init(tickRate: Int, packetRate: Int? = nil) {
        self.tickRate = max(1, tickRate)
        ticksPerPacket = packetRate.map { max(1, tickRate / max(1, $0)) } ?? 1
        layout = G.schema.layouts[G.bodies.index]
        receiver = SnapshotReceiver(schema: G.schema)
        moments = InterpolationClock(tickRate: tickRate)
        deviation = Deviation(teleportLength: G.Body.teleportLength)
        surroundings = G.surroundings(of: receiver)
    }

    // MARK: Commands

    /// When the next command is due, nil before the first show.
    package var nextDue: Duration? { inputClock?.nextDue }

    /// Does something in the next tick alone.
    ///
    /// - Returns: false when so many wait already that nothing was done.
    package mutating func sendOnce(_ command: G.Command) -> Bool {
        guard once.count < Self.onceLimit else { return false }
        once.append(command)
        return true
    }

    /// Gives the commands that are due: they take effect here, and go to the server.
    ///
    /// - Returns: What to send, nil when it is not time for a packet.
    package mutating func dueCommands(at now: Duration) -> CommandBundle<G.Command>? {
        guard let ticks = inputClock?.dueTicks(at: now).ticks, !ticks.isEmpty else { return nil }
        let step = step
        var given = 0
        // Who hears nothing for so long stands, here and there.
        for tick in ticks where prediction?.reaches(tick) ?? true {
            given += 1
            let command = once.isEmpty ? self.command : once.removeFirst()
            prediction?.apply(command, for: tick, by: step)
            sender.append(command, for: tick)
        }
        unsent += given
        guard given > 0, unsent >= ticksPerPacket else { return nil }
        let count = max(inputClock?.redundancy ?? 1, unsent)
        unsent = 0
        return sender.nextBundle(redundancy: count, view: moments.moment(at: now))
    }

    /// What the server is told with each packet.
    package var acknowledgement: SnapshotAcknowledgement? { receiver.acknowledgement }

    private var step: Step {
        let duration = Duration.seconds(1) / tickRate
        return { [surroundings] state, command, tick in
            guard var body = state else { return }
            G.step(
                &body, by: command, in: surroundings,
                during: TickStep(tick: tick, duration: duration))
            state = body
        }
    }

    // MARK: Shows

    /// A packet of a show came.
    ///
    /// - Parameters:
    ///   - bytes: Whatever came.
    ///   - roundTrip: What a round trip takes, as far as is known.
    /// - Returns: The tick that it shows; nil when nothing of it was of use.
    package mutating func receive(
        _ bytes: Datagram, roundTrip: Duration?, at now: Duration
    ) -> Tick? {
        snapshotBytes += bytes.count
        guard let packet = try? SnapshotPacket(bytes, layout: layout) else {
            refusedSnapshots += 1
            return nil
        }
        follow(packet, roundTrip: roundTrip, at: now)
        do {
            if try receiver.receive(packet.snapshot) == nil { return packet.tick }
        } catch {
            // Overtaken, mostly; the server hears that it did not come, and says it again.
            refusedSnapshots += 1
        }
        check(packet.worldHash)
        surroundings = G.surroundings(of: receiver)
        take(packet.body, of: packet.tick, at: now)
        return packet.tick
    }

    /// Compares all that is shown with what the server says it is.
    private mutating func check(_ hash: UInt64?) {
        // A packet that is missing may be the reason, and is sent again.
        guard let hash, receiver.hasAll(ofNewest: Self.packetsOfCheck) else { return }
        checkedSnapshots += 1
        if hash != receiver.worldHash { driftedSnapshots += 1 }
    }

    private mutating func follow(_ packet: SnapshotPacket, roundTrip: Duration?, at now: Duration) {
        if inputClock == nil {
            inputClock = InputClock(
                tickRate: tickRate, serverTick: packet.tick,
                roundTrip: roundTrip ?? .milliseconds(100), at: now, isPolled: false,
                ticksPerPacket: ticksPerPacket)
            prediction = PredictedState(
                nil, at: packet.tick.advanced(by: -1),
                standIn: G.commandStandIn(tickRate: tickRate),
                maximumAhead: Self.secondsAhead * tickRate)
        }
        inputClock?.receive(packet.report, at: now)
        sender.acknowledge(through: packet.report.taken)
        commandLoss = packet.report.loss
        moments.receive(packet.tick, at: now)
    }

    private mutating func take(_ body: SnapshotPacket.Body, of tick: Tick, at now: Duration) {
        switch body {
        case .unsaid: break
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
                with: body, at: tick, isContinuation: isSame, by: step)
        else { return }
        bodyHandle = handle
        guard isSame, let body, let last else {
            deviation.reset()
            ownPast = InterpolationBuffer()
            if let body { ownPast.insert(body, at: tick) }
            return
        }
        ownPast.insert(body, at: tick, isTeleport: body.isTeleport(from: last))
        guard !result.isRight, let before = result.before, let after = result.after else { return }
        // What the server alone decides, a score say, is no correction that anybody sees.
        if let expected = result.expected ?? nil, (body.pose - expected.pose).length > 0 {
            corrections.append(now)
        }
        deviation.correct(
            from: before.pose, to: after.pose, isTeleport: after.isTeleport(from: before))
    }

    // MARK: Frames

    /// What to draw now; nil before the first show.
    package mutating func frame(at now: Duration) -> GameFrame<G>? {
        guard let clock = inputClock, let moment = moments.moment(at: now) else { return nil }
        deviation.decay(over: now - (lastFrame ?? now))
        lastFrame = now
        let present = clock.position(at: now)
        return GameFrame(
            tick: present, moment: moment, me: ownBody(at: present, moment),
            myHandle: bodyHandle, authoritative: prediction?.authoritative ?? nil,
            authoritativeTick: prediction?.authoritativeTick,
            deviation: predicts ? deviation.length : 0, received: receiver, tickRate: tickRate)
    }

    private func ownBody(at present: TickTime, _ moment: TickTime) -> G.Body? {
        guard let prediction, let after = prediction.predicted else { return nil }
        guard predicts else { return ownPast.state(at: moment, tickRate: tickRate) }
        let before = prediction.previous ?? after
        var body = after
        if !after.isTeleport(from: before) {
            let fraction = min(max(present.ticks - Double(prediction.tick.number), 0), 1)
            body = before.interpolated(to: after, at: fraction, over: 1 / Double(tickRate))
        }
        body.pose = deviation.shown(body.pose)
        return body
    }

    // MARK: Statistics

    /// How it does, the link aside.
    package mutating func statistics(at now: Duration) -> PlayStatistics {
        var statistics = PlayStatistics()
        statistics.margin = inputClock?.typicalMargin
        statistics.speed = inputClock?.speed ?? 1
        statistics.jumps = inputClock?.jumps ?? 0
        statistics.ticksAhead = prediction?.ahead ?? 0
        statistics.commandLoss = commandLoss
        statistics.snapshotLoss = moments.loss.share
        statistics.interpolationDelay = moments.delay
        statistics.prediction = prediction?.statistics ?? PredictionStatistics()
        corrections.removeAll { now - $0 > Self.correctionWindow }
        statistics.correctionsPerSecond =
            Double(corrections.count) / (Self.correctionWindow / .seconds(1))
        statistics.snapshotBytes = snapshotBytes
        statistics.refusedSnapshots = refusedSnapshots
        statistics.checkedSnapshots = checkedSnapshots
        statistics.driftedSnapshots = driftedSnapshots
        for (index, layout) in receiver.schema.layouts.enumerated() {
            statistics.traffic[layout.name] = EntityTraffic(
                states: receiver.statistics.states[index],
                bytes: (receiver.statistics.bits[index] + 7) / 8)
        }
        return statistics
    }
}
