package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// How a player's commands get from packets to steps.
///
/// A plain client numbers its commands, and a step takes all that came; a predicting client says
/// for which tick each one is, and a step takes exactly one. In a world where some predict, a plain
/// client's player has one command a step too: its newest again where none came.
package struct PlayerInput<Command: DatagramDecodable & Sendable>: Sendable {
    /// What waits of a plain client.
    package var inbox: CommandInbox<Command>
    /// What waits of a predicting client, nil for a plain one.
    private var queue: CommandQueue<Command>?
    /// Which shows the predicting client has.
    private var acknowledgement: SnapshotAcknowledgement?
    private var standIn: CommandStandIn<Command>?
    /// The newest tick of a command that came, to tell old packets.
    private var newestTick = Tick(number: 0)

    /// A plain client's few commands may wait so long that two come at once, and none at another.
    private static var mostWaiting: Int { 2 }

    /// - Parameters:
    ///   - capacity: How many commands of a plain client wait.
    ///   - standIn: What is done where a command is missing; nil where each step takes all that came.
    package init(capacity: Int, standIn: CommandStandIn<Command>?) {
        inbox = CommandInbox(capacity: capacity)
        self.standIn = standIn
    }

    /// Whether the client predicts.
    package var isPredicting: Bool { queue != nil }

    /// From now on commands come by tick.
    package mutating func predict(tickRate: Int, after tick: Tick, at now: NetworkInstant) {
        guard let standIn else { return }
        queue = CommandQueue(tickRate: tickRate, standIn: standIn, after: tick, at: now.sinceEpoch)
    }

    /// A packet of a predicting client came.
    ///
    /// - Returns: Whether it is newer than all before; nil from who does not predict.
    package mutating func receive(
        _ bundle: CommandBundle<Command>, acknowledging acknowledgement: SnapshotAcknowledgement?,
        at now: NetworkInstant
    ) -> Bool? {
        guard queue != nil else { return nil }
        queue?.receive(bundle, at: now.sinceEpoch)
        guard bundle.newest > newestTick else { return false }
        newestTick = bundle.newest
        if let acknowledgement { self.acknowledgement = acknowledgement }
        return true
    }

    /// What became of a predicting client's commands.
    package var statistics: CommandStatistics? { queue?.statistics }

    /// What to tell a predicting client with the next show, and which shows it has; nil for a plain
    /// one. The next report starts anew.
    package mutating func takeReport() -> (
        report: CommandReport, acknowledgement: SnapshotAcknowledgement?
    )? {
        guard let report = queue?.takeReport() else { return nil }
        return (report, acknowledgement)
    }

    /// The one command of a step; nil where each step takes all that came.
    package mutating func take(
        _ tick: Tick, of player: PlayerID, at now: NetworkInstant
    ) -> PlayerCommand<Command>? {
        if let taken = queue?.take(tick, at: now.sinceEpoch) {
            return PlayerCommand(
                player: player, sequence: tick.number, command: taken.command,
                origin: taken.origin, view: taken.view)
        }
        guard standIn != nil else { return nil }
        let own = inbox.takeOne(leaving: Self.mostWaiting)
        guard let next = standIn?.next(own?.command) else { return nil }
        return PlayerCommand(
            player: player, sequence: inbox.newestApplied, command: next.command,
            origin: next.origin)
    }
}

extension NetworkInstant {
    /// The time since the network's epoch, for what counts in one clock's durations.
    package var sinceEpoch: Duration { .nanoseconds(nanoseconds) }
}
