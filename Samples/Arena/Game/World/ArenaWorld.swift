package import Parley

/// The server's arena: the state of the rules, the names, and the notices to send.
///
/// `GameServer` calls it once a tick. Between ticks the NPCs' async code runs on it (`NPCs.swift`).
/// Neither needs a lock, because the world is an actor.
package actor ArenaWorld: AuthoritativeWorld {
    package typealias Game = ArenaRules

    package nonisolated let timeline = WorldTimeline()

    /// The most players at a time, so that a plain snapshot fits one datagram.
    package static let maximumPlayers = 64

    var state: ArenaState
    let guide = Guide.arena
    var generator: SeededGenerator
    var pilots: [EntityID: Pilot] = [:]
    let cast: [NPC]
    private var outbox: [Outgoing<ArenaMessages.Notice>] = []
    private var history = ArenaScene()
    private let publish: Publish?

    /// Gets the replicated state whenever a snapshot is taken.
    package typealias Publish = @Sendable (ArenaSnapshot) -> Void

    /// A world without players.
    ///
    /// - Parameters:
    ///   - npcs: The number of NPCs, eight at most.
    ///   - seed: The same seed gives the same decisions of NPCs.
    ///   - publish: Gets every snapshot, for a comparison with the clients' states.
    package init(npcs: Int = 4, seed: UInt64 = 1, publish: Publish? = nil) {
        self.publish = publish
        state = ArenaState()
        generator = SeededGenerator(seed: seed)
        cast = Array(NPC.cast.prefix(npcs))
        history.look(at: Grounds.courtyard)
        for (index, npc) in cast.enumerated() {
            state.enter(.npc(index), at: Spot(npc.home))
            history.apply(.joined(.npc(index), name: npc.name))
        }
        history.isIntroduced = true
    }

    // MARK: Players

    package func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
        guard ArenaMessages.isSayable(request.name) else {
            throw JoinRefusal("a name has printable characters only")
        }
        let id = EntityID(request.id)
        guard state.walkers.count - cast.count < Self.maximumPlayers,
            state.enter(id, at: placeToEnter())
        else {
            throw JoinRefusal("the arena is full: \(Self.maximumPlayers) players are in it")
        }
        tell(.joined(id, name: request.name), .allExcept(request.id))
        for notice in introduction { outbox.append(Outgoing(notice, to: .player(request.id))) }
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

    package func body(of player: PlayerID) -> EntityHandle? {
        state.handle(of: EntityID(player))
    }

    // MARK: Time

    package func advance(_ step: TickStep, commands: [PlayerCommand<ArenaMessages.Command>]) {
        for order in commands {
            state.steer(EntityID(order.player), order.command, seeing: order.view)
        }
        let tag = state.advance(step)
        for id in state.entered {
            emit(Entrance(walker: id))
            if !id.isNPC { sendMap(to: id) }
        }
        guard let tag else { return }
        tell(.tagged(tag))
        tell(.score(tag.tagger, state[tag.tagger]?.score ?? 0))
    }

    /// A plain client, which has no grounds, needs the map of the area that its player has entered.
    private func sendMap(to id: EntityID) {
        guard let area = state[id]?.area else { return }
        let player = PlayerID(rawValue: id.rawValue)
        outbox.append(Outgoing(.map(state.grounds[area]), to: .player(player)))
    }

    package func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(state.walkers)
        snapshot.add(state.doors)
        publish?(ArenaSnapshot(of: state, at: timeline.tick))
    }

    /// The places of all players and NPCs, for plain clients.
    package func snapshot() -> ArenaMessages.Snapshot {
        let tick = timeline.tick
        return ArenaMessages.Snapshot(
            it: state.it, avatars: state.everybody.map { ArenaMessages.Avatar($0, at: tick) })
    }

    package func takeNotices() -> [Outgoing<ArenaMessages.Notice>] {
        defer { outbox.removeAll() }
        return outbox
    }

    /// Runs each NPC in a child task until the server stops.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for (index, npc) in cast.enumerated() {
                let id = EntityID.npc(index)
                group.addTask { try await self.live(as: id, by: npc.habit) }
                guard let courtesy = npc.courtesy else { continue }
                group.addTask { try await courtesy(self, id) }
            }
        }
    }

    /// The name of a player or NPC.
    func name(of id: EntityID) -> String { history.name(of: id) }

    /// The scene of an area, for the server's own view.
    package func scene(of area: Area = Grounds.courtyard) -> ArenaScene {
        var scene = history
        scene.look(at: area)
        scene.apply(snapshot())
        scene.grounds = state.grounds
        return scene
    }

    // MARK: What NPCs use too

    func say(_ text: String, as speaker: EntityID) {
        tell(.chat(speaker, text))
    }

    private func tell(_ notice: ArenaMessages.Notice, _ recipients: Recipients = .all) {
        history.apply(notice)
        outbox.append(Outgoing(notice, to: recipients))
    }

    /// The notices for a newcomer: the map, the players and NPCs, and their scores.
    private var introduction: [ArenaMessages.Notice] {
        let everybody = state.everybody
        return [.map(state.grounds[Grounds.courtyard])]
            + everybody.map { .joined($0.id, name: history.name(of: $0.id)) }
            + everybody.map { .score($0.id, $0.score) }
    }

    /// Of six random places of the courtyard, the one furthest from "it".
    private func placeToEnter() -> Spot {
        let courtyard = state.grounds[Grounds.courtyard]
        let places = (0..<6).map { _ in courtyard.randomPlace(using: &generator) }
        let hunter = state.it.flatMap { state[$0]?.position } ?? courtyard.center
        let place = places.max { $0.distance(to: hunter) < $1.distance(to: hunter) }
        return Spot(place ?? .gate)
    }
}
