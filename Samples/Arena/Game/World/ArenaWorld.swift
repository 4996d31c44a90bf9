package import Parley

/// The arena as the server holds it: the rules' state, who is who, and what is to be told.
///
/// `GameServer` calls it once a tick; between ticks the NPCs' own async code runs on it
/// (`NPCs.swift`). Neither needs a lock, because the world is an actor.
package actor ArenaWorld: World {
    package typealias Game = ArenaMessages

    package nonisolated let timeline = WorldTimeline()

    /// The most players that may be in at a time, so that a snapshot fits one datagram.
    package static let maximumPlayers = 64

    private(set) var state: ArenaState
    let routes: RouteMap
    var generator: SeededGenerator
    var pilots: [EntityID: Pilot] = [:]
    private let cast: [NPC]
    private var outbox: [Outgoing<ArenaMessages.Notice>] = []
    private var chronicle = ArenaScene()
    private let publish: Publish

    /// Gets each snapshot that the world gives to its server, and the tick that it shows.
    package typealias Publish = @Sendable (Tick, ArenaMessages.Snapshot) -> Void

    /// A world without players.
    ///
    /// - Parameters:
    ///   - npcs: How many NPCs live in it, eight at most.
    ///   - seed: Where everybody's chance comes from: the same seed gives the same NPCs.
    ///   - publish: For whoever wants to compare what players see with what there was to see.
    package init(
        npcs: Int = 4, seed: UInt64 = 1, publish: @escaping Publish = { _, _ in }
    ) {
        self.publish = publish
        state = ArenaState(map: .courtyard)
        routes = .courtyard
        generator = SeededGenerator(seed: seed)
        cast = Array(NPC.cast.prefix(npcs))
        chronicle.apply(.map(state.map))
        for (index, npc) in cast.enumerated() {
            state.enter(.npc(index), at: npc.home)
            chronicle.apply(.joined(.npc(index), name: npc.name))
        }
        chronicle.isIntroduced = true
    }

    // MARK: Players

    package func join(_ player: Player) throws(JoinRefusal) {
        guard ArenaMessages.isSayable(player.name) else {
            throw JoinRefusal("a name has printable characters only")
        }
        guard state.bodies.count - cast.count < Self.maximumPlayers else {
            throw JoinRefusal("the arena is full: \(Self.maximumPlayers) players are in it")
        }
        let id = EntityID(player.id)
        state.enter(id, at: placeToEnter())
        tell(.joined(id, name: player.name), .allExcept(player.id))
        for notice in introduction { outbox.append(Outgoing(notice, to: .player(player.id))) }
    }

    package func leave(_ player: PlayerID, because reason: LeaveReason) {
        state.leave(EntityID(player))
        tell(.left(EntityID(player)))
    }

    package func receive(_ request: ArenaMessages.Request, from player: PlayerID) {
        switch request {
        case .chat(let text): say(text, as: EntityID(player))
        }
    }

    // MARK: Time

    package func advance(_ step: TickStep, commands: [PlayerCommand<ArenaMessages.Command>]) {
        for command in commands { state.steer(EntityID(command.player), command.command.wish) }
        guard let tag = state.advance(seconds: step.seconds) else { return }
        tell(.tagged(tag))
        tell(.score(tag.tagger, state[tag.tagger]?.score ?? 0))
    }

    package func snapshot() -> ArenaMessages.Snapshot {
        let snapshot = view
        publish(timeline.tick, snapshot)
        return snapshot
    }

    /// Where everybody is now.
    private var view: ArenaMessages.Snapshot {
        ArenaMessages.Snapshot(it: state.it, sights: state.bodies.map(ArenaMessages.Sight.init))
    }

    package func takeNotices() -> [Outgoing<ArenaMessages.Notice>] {
        defer { outbox.removeAll() }
        return outbox
    }

    /// Every NPC lives its own life, as a child task, until the server stops.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for (index, npc) in cast.enumerated() {
                group.addTask { try await self.live(as: .npc(index), by: npc.habit) }
            }
        }
    }

    /// Everything that can be seen, for whoever shows the server's own view.
    package var scene: ArenaScene {
        var scene = chronicle
        scene.apply(view)
        return scene
    }

    // MARK: What NPCs can do as well

    func steer(_ id: EntityID, _ wish: Wish) {
        state.steer(id, wish)
    }

    func say(_ text: String, as speaker: EntityID) {
        tell(.chat(speaker, text))
    }

    private func tell(_ notice: ArenaMessages.Notice, _ recipients: Recipients = .all) {
        chronicle.apply(notice)
        outbox.append(Outgoing(notice, to: recipients))
    }

    /// What a newcomer has to know: the map, who is there, and how they stand.
    private var introduction: [ArenaMessages.Notice] {
        let ids = state.bodies.map(\.id)
        return [.map(state.map)]
            + ids.map { .joined($0, name: chronicle.name(of: $0)) }
            + ids.map { .score($0, state[$0]?.score ?? 0) }
    }

    /// Of a few places by chance, the one furthest from "it".
    private func placeToEnter() -> Vector {
        let places = (0..<6).map { _ in state.map.randomPlace(using: &generator) }
        let hunter = state.it.flatMap { state[$0]?.position } ?? state.map.center
        return places.max { $0.distance(to: hunter) < $1.distance(to: hunter) } ?? .gate
    }
}
