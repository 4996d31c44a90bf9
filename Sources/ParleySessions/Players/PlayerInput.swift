package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// One player's commands between the packets that bring them and the steps that take them.
///
/// A plain client numbers its commands, and a step takes all that arrived. A predicting client names
/// the tick of each command, and a step takes exactly one. In a world with predicting clients a
/// plain client's player has one command a step, too: the last one stands in if none arrived.
package struct PlayerInput: Sendable {
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
    package private(set) var inbox: CommandInbox
    /// The waiting commands of a predicting client; nil for a plain one.
    private var queue: CommandQueue?
    /// What a predicting client claims to have drawn; nil for a plain one.
    private var views: ViewClaims?
    /// The newest acknowledgement of a predicting client.
    private var acknowledgement: SnapshotAcknowledgement?
    /// The newest tick of a command that came: older packets move no address.
    private var newestTick = Tick(number: 0)
    /// Whether a step has had a command that was given for it.
    private var hasBegun = false

    /// How many commands of a plain client may wait for later steps that take one each: two may come
    /// at once, and none before the next step.
    private static var mostWaiting: Int { 2 }

    /// An input before the first command.
    package init(_ limits: PlayerLimits) {
        inbox = CommandInbox(
            capacity: limits.commandsPerTick, commandBytes: limits.datagramBytes)
    }

    /// Whether the client predicts.
    package var isPredicting: Bool { queue != nil }

    /// Expects commands by tick from now on.
    package mutating func predict(tickRate: Int, after tick: Tick, at now: NetworkInstant) {
        queue = CommandQueue(tickRate: tickRate, after: tick, at: now.sinceEpoch)
        views = ViewClaims(tickRate: tickRate)
    }

    /// Notes the player's round trip, which bounds how far lag compensation goes back.
    package mutating func receive(roundTrip: Duration) { views?.receive(roundTrip: roundTrip) }

    /// Takes a plain client's command: the rest of a datagram.
    package mutating func receive(
        sequence: UInt32, from reader: DatagramReader
    ) -> CommandInbox.Outcome {
        inbox.accept(reader, sequence: sequence)
    }

    /// Takes a predicting client's packet: the rest of a datagram.
    package mutating func receiveBundle(
        from reader: inout DatagramReader,
        acknowledging acknowledgement: SnapshotAcknowledgement?, at now: NetworkInstant
    ) -> BundleOutcome {
        guard let newest = try? queue?.receive(&reader, at: now.sinceEpoch) else {
            return .malformed
        }
        guard newest > newestTick else { return .older }
        newestTick = newest
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
        guard let report = queue?.takeReport() else { return nil }
        return (report, acknowledgement)
    }

    /// Takes the one command of a step, or notes that none came.
    package mutating func takeOne(
        for tick: Tick, of player: PlayerID, at now: NetworkInstant,
        into commands: inout EncodedCommands
    ) {
        if queue != nil {
            let own = queue?.take(tick, at: now.sinceEpoch, into: &commands.bytes)
            let view = own?.view.flatMap { views?.judge($0, for: tick) }
            commands.append(
                of: player, sequence: tick.number, byteCount: own?.byteCount, view: view)
        } else {
            inbox.drop(leaving: Self.mostWaiting + 1)
            let own = inbox.takeOldest(into: &commands.bytes)
            commands.append(
                of: player, sequence: inbox.newestApplied, byteCount: own?.byteCount)
        }
    }

    /// Takes all waiting commands of a plain client.
    package mutating func takeAll(of player: PlayerID, into commands: inout EncodedCommands) {
        while let own = inbox.takeOldest(into: &commands.bytes) {
            commands.append(of: player, sequence: own.sequence, byteCount: own.byteCount)
        }
    }

    /// Counts the command that a predicting client's player had in a step.
    package mutating func count(_ origin: CommandOrigin, in totals: inout CommandTotals) {
        guard queue != nil else { return }
        queue?.count(origin)
        if origin == .given {
            hasBegun = true
            totals.given += 1
        } else if hasBegun {
            totals.missed += 1
        }
    }
}

extension NetworkInstant {
    /// The time since the network's epoch, for code that counts in durations of one clock.
    package var sinceEpoch: Duration { .nanoseconds(nanoseconds) }
}
