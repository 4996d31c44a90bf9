import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// A predicting client's stage, as its tasks share it.
///
/// Locked instead of isolated, so that a frame can be drawn from anywhere without waiting.
final class PredictionLoop<G: GameRules>: SnapshotConsumer {
    private let stage: Mutex<ClientPrediction<G>?>
    private let packetRate: Int?
    private let wishes: Mutex<Wishes>
    private let seen = Promise<Void>()

    /// What the player wants, also before there is a session.
    private struct Wishes {
        var command = G.idle
        var predicts = true
    }

    init(packetRate: Int?) {
        self.packetRate = packetRate
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

    /// Waits for the first show, or the end.
    func waitUntilSeen() async {
        _ = try? await seen.value()
    }

    /// Nobody waits any more.
    func finish() {
        seen.fulfil(())
    }

    // MARK: SnapshotConsumer

    func begin(tickRate: Int) {
        let wishes = wishes.withLock { $0 }
        stage.withLock { stage in
            // Who comes back goes on with what it knows: only what changed comes.
            guard stage == nil else { return }
            stage = ClientPrediction(tickRate: tickRate, packetRate: packetRate)
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

    func play(in session: ClientSession, on clock: any NetworkClock) async throws {
        await waitUntilSeen()
        while true {
            try Task.checkCancellation()
            guard let due = stage.withLock({ $0?.nextDue }) else { return }
            let wake = NetworkInstant(nanoseconds: Int64(due / .nanoseconds(1)))
            try await clock.sleep(until: wake, tolerance: nil)
            let now = clock.now
            let packet = stage.withLock { stage -> Datagram? in
                guard let bundle = stage?.dueCommands(at: now.sinceEpoch) else { return nil }
                return try? ClientPacket.input(
                    encoding: bundle, acknowledgement: stage?.acknowledgement,
                    token: session.token)
            }
            // What a full socket does not take is as lost as on the way.
            if let packet { try? await session.socket.send(packet, to: session.server) }
        }
    }
}
