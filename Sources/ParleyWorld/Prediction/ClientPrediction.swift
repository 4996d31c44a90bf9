import ParleyDatagrams
package import ParleyProtocol

/// The whole state of a predicting client as a value: packets, commands and times go in; packets
/// and frames come out.
///
/// Times are those since the network's epoch. `Documentation/Prediction.md` explains the parts.
package struct ClientPrediction<G: GameRules>: Sendable {
    typealias Step = PredictedState<G.Body?, G.Command>.Step

    /// The states that came from the server.
    package internal(set) var receiver: SnapshotReceiver
    /// The clock that says which command is due; nil before the first snapshot.
    package internal(set) var inputClock: InputClock?
    /// The player's body, nil for a player without one; nil before the first snapshot. Commands
    /// given before there is a body move it as well.
    package internal(set) var prediction: PredictedState<G.Body?, G.Command>?
    /// The command of each tick, until it is set again.
    package var command = G.idle
    /// Whether frames have the body where it is predicted, and not where the server had it.
    package var predicts = true

    let tickRate: Int
    let limits: PredictionLimits
    let layout: EntityLayout
    let ticksPerPacket: Int
    var gate: TickGate
    var bodyHandle: EntityHandle?
    var moments: InterpolationClock
    var deviation: Deviation<G.Body.Pose>
    var ownPast = InterpolationBuffer<G.Body>()
    var lastFrame: Duration?
    var surroundings: G.Surroundings
    /// Whether the prediction was made with other surroundings than the newest.
    var hasNewSurroundings = false
    var sender = CommandSender<G.Command>()
    var counts = Counts()
    private var once: [G.Command] = []
    private var unsent = 0

    /// A client that has received nothing.
    ///
    /// - Parameters:
    ///   - tickRate: Ticks a second.
    ///   - packetRate: Packets of commands a second; nil for one a tick.
    ///   - limits: How far the client trusts itself.
    package init(
        tickRate: Int, packetRate: Int? = nil, limits: PredictionLimits = PredictionLimits()
    ) {
        self.tickRate = max(1, tickRate)
        self.limits = limits
        ticksPerPacket = packetRate.map { max(1, tickRate / max(1, $0)) } ?? 1
        layout = G.schema.layouts[G.bodies.index]
        receiver = SnapshotReceiver(schema: G.schema)
        gate = TickGate(tickRate: tickRate)
        moments = InterpolationClock(tickRate: tickRate)
        deviation = Deviation(teleportLength: G.Body.teleportLength)
        surroundings = G.surroundings(of: receiver)
    }

    /// Gives a command for the next tick alone.
    ///
    /// - Returns: false when as many wait already as the limits allow.
    package mutating func sendOnce(_ command: G.Command) -> Bool {
        guard once.count < limits.queuedCommands else { return false }
        once.append(command)
        return true
    }

    /// Gives the commands that are due: they take effect here, and go to the server.
    ///
    /// - Returns: The packet to send, nil when it is not time for one.
    package mutating func dueCommands(at now: Duration) -> CommandBundle<G.Command>? {
        guard let ticks = inputClock?.dueTicks(at: now).ticks, !ticks.isEmpty else { return nil }
        let step = step
        for tick in ticks {
            let command = once.isEmpty ? self.command : once.removeFirst()
            prediction?.apply(command, for: tick, by: step)
            sender.append(command, for: tick)
        }
        unsent += ticks.count
        guard unsent >= ticksPerPacket else { return nil }
        let count = max(inputClock?.redundancy ?? 1, unsent)
        unsent = 0
        return sender.nextBundle(redundancy: count, view: moments.moment(at: now))
    }

    /// When to give commands again, having done so now; nil before the first snapshot.
    package func nextDue(after now: Duration) -> Duration? { inputClock?.nextDue(after: now) }

    /// The acknowledgement that each packet to the server carries.
    package var acknowledgement: SnapshotAcknowledgement? { receiver.acknowledgement }

    /// The rules, in the newest surroundings.
    var step: Step {
        let duration = Duration.seconds(1) / tickRate
        return { [surroundings] state, command, tick in
            guard var body = state else { return }
            G.step(
                &body, by: command, in: surroundings,
                during: TickStep(tick: tick, duration: duration))
            state = body
        }
    }
}
