import ArenaGame
import Parley
import Synchronization

/// One bot's session as the witness sees it.
final class WatchedSession: BotWatcher {
    private struct State {
        var story = Story()
        var newest: TimedSnapshot<ArenaMessages.Snapshot>?
        var snapshots: UInt64 = 0
    }

    let player: Player
    private let witness: ArenaWitness
    private let state = Mutex(State())

    init(_ player: Player, witness: ArenaWitness) {
        self.player = player
        self.witness = witness
    }

    /// The newest snapshot that was shown.
    var newest: TimedSnapshot<ArenaMessages.Snapshot>? { state.withLock { $0.newest } }
    var snapshots: UInt64 { state.withLock { $0.snapshots } }
    /// Who is there, and how often they tagged somebody; nil before it was told.
    var scores: [EntityID: UInt16]? {
        state.withLock { $0.story.isIntroduced ? $0.story.scores : nil }
    }

    func heard(_ notice: ArenaMessages.Notice) {
        guard let complaint = state.withLock({ $0.story.hear(notice) }) else { return }
        witness.complain("\(player.name): \(complaint)")
    }

    func saw(_ state: TimedSnapshot<ArenaMessages.Snapshot>) {
        let before = self.state.withLock { own in
            defer { own.newest = state }
            own.snapshots += 1
            return own.newest
        }
        if let before, before.tick >= state.tick {
            witness.complain("\(player.name): \(state.tick) came after \(before.tick)")
        }
        if !witness.hasSeen(state.snapshot, of: state.tick) {
            witness.complain("\(player.name): the world was not so at tick \(state.tick.number)")
        }
    }
}
