package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// One player's commands between the packets that bring them and the steps that take them.
///
/// A plain client numbers its commands, and a step takes all that arrived. A predicting client names
/// the tick of each command, and a step takes exactly one. In a world with predicting clients a
/// plain client's player has one command a step, too: the last one stands in if none arrived.
package struct PlayerInput<Command: DatagramDecodable & Sendable>: Sendable {
    /// The result of receiving a predicting client's packet.
    package enum BundleOutcome: Hashable, Sendable {
        /// It is newer than all before.
        case newer
        /// It came late or twice. Commands in it may have been of use.
        case older
        /// It is no packet of commands, or its client does not predict.
        case malformed
    }

    /// The waiting commands of a plain client.
    package var inbox: CommandInbox<Command>
    /// The waiting commands of a predicting client; nil for a plain one.
    private var queue: CommandQueue<Command>?
    /// The newest acknowledgement of a predicting client.
    private var acknowledgement: SnapshotAcknowledgement?
    private var standIn: CommandStandIn<Command>?
    /// The newest tick of a command that came: older packets move no address.
    private var newestTick = Tick(number: 0)

    /// Whether the client predicts. Stored, because asking the queue would copy it where this code is
    /// not specialised for the game.
    package private(set) var isPredicting = false
    /// Whether a step has taken a command that was given for it.
    package private(set) var hasBegun = false

    /// How many commands of a plain client may wait for later steps: two may come at once, and none
    /// before the next step.
    private static var mostWaiting: Int { 2 }

    /// An input before the first command.
    ///
    /// - Parameters:
    ///   - capacity: How many commands of a plain client wait.
    ///   - standIn: The stand-in for missing commands; nil if each step takes all that came.
    package init(capacity: Int, standIn: CommandStandIn<Command>?) {
        inbox = CommandInbox(capacity: capacity)
        self.standIn = standIn
    }

    /// Expects commands by tick from now on.
    package mutating func predict(tickRate: Int, after tick: Tick, at now: NetworkInstant) {
        guard let standIn else { return }
        queue = CommandQueue(tickRate: tickRate, standIn: standIn, after: tick, at: now.sinceEpoch)
        isPredicting = true
    }

    /// Takes a plain client's command; one that is not newer than all before is not even decoded.
    ///
    /// - Returns: The result; nil if it is malformed.
    package mutating func receive(
        sequence: UInt32, payload: Datagram
    ) -> CommandInbox<Command>.Outcome? {
        guard sequence > inbox.newestReceived else { return .stale }
        let command: Command? = try? payload.decoded(limits: SessionFormat.commandLimits)
        guard let command else { return nil }
        return inbox.accept(command, sequence: sequence)
    }

    /// Takes a predicting client's packet: first its header, and the commands only if one is wanted.
    package mutating func receive(
        _ bundle: Datagram, acknowledging acknowledgement: SnapshotAcknowledgement?,
        at now: NetworkInstant
    ) -> BundleOutcome {
        var reader = bundle.reader
        reader.codingLimits = SessionFormat.commandLimits
        guard isPredicting, let header = try? CommandBundleHeader(from: &reader),
            let wanted = queue?.admit(header, at: now.sinceEpoch)
        else { return .malformed }
        if wanted != 0 {
            guard let commands = try? CommandBundle<Command>(header, from: &reader),
                reader.remainingCount == 0
            else { return .malformed }
            queue?.store(commands, wanted: wanted)
        }
        guard header.newest > newestTick else { return .older }
        newestTick = header.newest
        if let acknowledgement { self.acknowledgement = acknowledgement }
        return .newer
    }

    /// The statistics of a predicting client's commands.
    package var statistics: CommandStatistics? { queue?.statistics }

    /// The report to a predicting client with the next snapshot, and the snapshots it has; nil for
    /// a plain client. The next report starts anew.
    package mutating func takeReport() -> (
        report: CommandReport, acknowledgement: SnapshotAcknowledgement?
    )? {
        guard isPredicting, let report = queue?.takeReport() else { return nil }
        return (report, acknowledgement)
    }

    /// Takes the one command of a step; nil if each step takes all that came.
    package mutating func take(
        _ tick: Tick, of player: PlayerID, at now: NetworkInstant
    ) -> PlayerCommand<Command>? {
        if isPredicting, let taken = queue?.take(tick, at: now.sinceEpoch) {
            if taken.origin == .given { hasBegun = true }
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
    /// The time since the network's epoch, for code that counts in durations of one clock.
    package var sinceEpoch: Duration { .nanoseconds(nanoseconds) }
}
