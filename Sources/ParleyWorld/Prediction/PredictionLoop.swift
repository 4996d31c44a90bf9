import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import Synchronization

/// A predicting client's stage, as its tasks share it.
///
/// Locked instead of isolated, so that a frame can be drawn from anywhere without waiting.
final class PredictionLoop<G: GameRules>: SnapshotConsumer {
    private let stage: Mutex<ClientPrediction<G>?>
    private let packetRate: Int?
    private let limits: PredictionLimits
    private let wishes: Mutex<Wishes>
    private let seen = Promise<Void>()

    /// The player's settings, which exist before there is a session.
    private struct Wishes {
        var command = G.idle
        var predicts = true
    }

    init(packetRate: Int?, limits: PredictionLimits) {
        self.packetRate = packetRate
        self.limits = limits
        stage = Mutex(nil)
        wishes = Mutex(Wishes())
    }

    let schemaHash = G.schema.hash

    var command: G.Command {
        get { wishes.withLock { $0.command } }
        set {
            wishes.withLock { $0.command = newValue }
            stage.withLock { $0?.command = newValue }
        }
    }

    var predicts: Bool {
        get { wishes.withLock { $0.predicts } }
        set {
            wishes.withLock { $0.predicts = newValue }
            stage.withLock { $0?.predicts = newValue }
        }
    }

    func sendOnce(_ command: G.Command) -> Bool {
        stage.withLock { $0?.sendOnce(command) ?? false }
    }

    func frame(at now: NetworkInstant) -> GameFrame<G>? {
        stage.withLock { $0?.frame(at: now.sinceEpoch) }
    }

    func statistics(at now: NetworkInstant) -> PlayStatistics {
        stage.withLock { $0?.statistics(at: now.sinceEpoch) } ?? PlayStatistics()
    }

    func goOn(from pose: G.Body.Pose) {
        stage.withLock { $0?.goOn(from: pose) }
    }

    /// Waits for the first snapshot, or the end.
    func waitUntilSeen() async {
        _ = try? await seen.value()
    }

    /// Releases everything that waits.
    func finish() {
        seen.fulfil(())
    }

    // MARK: SnapshotConsumer

    func sessionDidBegin(tickRate: Int) {
        let wishes = wishes.withLock { $0 }
        stage.withLock { stage in
            // After a reconnection the states are still known, and only changes arrive.
            guard stage == nil else { return }
            stage = ClientPrediction(
                tickRate: tickRate, packetRate: packetRate, limits: limits)
            stage?.command = wishes.command
            stage?.predicts = wishes.predicts
        }
    }

    func receive(_ bytes: Datagram, roundTrip: Duration?, at now: NetworkInstant) -> Tick? {
        let tick = stage.withLock {
            $0?.receive(bytes, roundTrip: roundTrip, at: now.sinceEpoch)
        }
        if tick != nil { seen.fulfil(()) }
        return tick
    }

    func sendCommands(in session: ClientSession) async throws {
        await waitUntilSeen()
        let clock = session.network.clock
        while true {
            try Task.checkCancellation()
            let now = clock.now
            guard let turn = stage.withLock({ $0?.takeTurn(at: now.sinceEpoch) }) else { return }
            if let bundle = turn.bundle {
                // A packet that a full socket refuses counts as lost.
                try? await session.sendPacket(.input) { () throws(DatagramError) in
                    try ClientPayload.input(
                        encoding: bundle, acknowledgement: turn.acknowledgement)
                }
            }
            let wake = NetworkInstant(nanoseconds: Int64(turn.next / .nanoseconds(1)))
            try await clock.sleep(until: wake, tolerance: nil)
        }
    }
}

extension ClientPrediction {
    /// What a turn of the loop sends, and when the next one is.
    fileprivate struct Turn {
        var bundle: CommandBundle<G.Command>?
        var acknowledgement: SnapshotAcknowledgement?
        var next: Duration
    }

    /// Gives the commands that are due.
    ///
    /// One mutating call, so that the stage is changed where it is and never copied.
    ///
    /// - Returns: nil before the first snapshot.
    fileprivate mutating func takeTurn(at now: Duration) -> Turn? {
        let bundle = dueCommands(at: now)
        guard let next = nextDue(after: now) else { return nil }
        return Turn(bundle: bundle, acknowledgement: acknowledgement, next: next)
    }
}
