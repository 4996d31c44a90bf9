import ParleyWorld
import Synchronization
import TestGames

/// Who plays in a trial, and what the trial has come to.
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

    /// Everybody who is in and has seen the world, in the order in which they came.
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
