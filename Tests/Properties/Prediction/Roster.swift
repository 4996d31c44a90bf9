import ParleyWorld
import Synchronization
import TestGames

/// The players of a trial, and its phase.
final class Roster: Sendable {
    enum Phase: Comparable { case playing, quiet, over }

    struct Seat: Sendable {
        let player: PlayerID
        let name: String
        let client: PredictingClient<Meadow>
    }

    private struct State {
        var phase = Phase.playing
        var seats: [Seat] = []
    }

    private let state = Mutex(State())

    var phase: Phase {
        get { state.withLock { $0.phase } }
        set { state.withLock { $0.phase = newValue } }
    }

    /// The players that have joined and received a snapshot, in the order of joining.
    var seats: [Seat] {
        state.withLock { $0.seats }.filter { $0.client.frame() != nil }
    }

    func enter(_ seat: Seat) {
        state.withLock { $0.seats.append(seat) }
    }

    func leave(_ player: PlayerID) {
        state.withLock { $0.seats.removeAll { $0.player == player } }
    }
}
