import ArenaGame
import Parley
import Synchronization

/// One bot's session, checked against the server's states.
final class WatchedSession: BotWatcher {
    private struct State {
        var story = NoticeSequence()
        var newest: GameFrame<ArenaRules>?
        var states: UInt64 = 0
        /// The tick of the newest compared state of each entity.
        var compared: [EntityHandle: Tick] = [:]
    }

    let player: Player
    private let curfew: NetworkInstant
    private let clock: any NetworkClock
    private let witness: ArenaWitness
    private let state = Mutex(State())

    init(
        _ player: Player, until curfew: NetworkInstant, on clock: any NetworkClock,
        witness: ArenaWitness
    ) {
        self.player = player
        self.curfew = curfew
        self.clock = clock
        self.witness = witness
    }

    /// The newest frame.
    var newest: GameFrame<ArenaRules>? { state.withLock { $0.newest } }
    var states: UInt64 { state.withLock { $0.states } }
    /// The score of every player and NPC; nil before the introduction is complete.
    var scores: [EntityID: UInt16]? {
        state.withLock { $0.story.isIntroduced ? $0.story.scores : nil }
    }

    /// All bots stand still after the curfew, so that their states can be compared.
    var isResting: Bool { clock.now >= curfew }

    func heard(_ notice: ArenaMessages.Notice) {
        guard let complaint = state.withLock({ $0.story.hear(notice) }) else { return }
        witness.complain("\(player.name): \(complaint)")
    }

    func saw(_ frame: GameFrame<ArenaRules>) {
        state.withLock { $0.newest = frame }
        compare(frame.received)
        guard let handle = frame.myHandle, let body = frame.authoritative,
            let tick = frame.authoritativeTick
        else { return }
        if !witness.hasShown(body.quantised(), of: handle, at: tick) {
            witness.complain("\(player.name): its body was not so at tick \(tick.number)")
        }
    }

    /// Compares all new states.
    private func compare(_ received: SnapshotReceiver) {
        for handle in received.entities {
            guard let tick = received.newestTick(of: handle) else { continue }
            let isNew = state.withLock { state in
                guard state.compared.updateValue(tick, forKey: handle) != tick else { return false }
                state.states += 1
                return true
            }
            guard isNew, let words = received.words(of: handle),
                !witness.hasShown(words, of: handle, at: tick)
            else { continue }
            witness.complain("\(player.name): the world was not so at tick \(tick.number)")
        }
    }
}
