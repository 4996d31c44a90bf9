package import Parley

/// The scene of a recording, tick by tick. Places come from the recorded states, names and chat from the
/// recorded input.
package struct ReplayedScene: Sendable {
    package private(set) var scene = ArenaScene()
    /// The tick in view.
    package private(set) var tick = Tick(number: 0)
    private var it: EntityID?
    private var names: [EntityID: String] = [:]

    /// The scene before the first tick.
    package init(_ header: RecordingHeader) throws {
        let npcs = try ArenaMaking(of: header).npcs
        for (index, npc) in NPC.cast.prefix(npcs).enumerated() { names[.npc(index)] = npc.name }
        scene.look(at: Grounds.courtyard)
    }

    /// Turns the view to an area.
    package mutating func look(at area: Area) { scene.look(at: area) }

    /// Takes a tick and the replicated state after it.
    package mutating func apply(_ recorded: RecordedTick<ArenaRules>, _ state: SnapshotReceiver) {
        tick = recorded.tick
        for request in recorded.input.joins { names[EntityID(request.id)] = request.name }
        let walkers = state.states(of: ArenaRules.bodies).map(\.state).sorted { $0.id < $1.id }
        greet(walkers)
        for request in recorded.input.requests {
            guard case .chat(let text) = request.request else { continue }
            scene.apply(.chat(EntityID(request.player), text))
        }
        let seen = walkers.first(where: \.isIt)?.id
        for walker in walkers where scene.residents[walker.id]?.score != walker.score {
            scene.apply(.score(walker.id, walker.score))
            // "It" has a point more, and another walker is "it": a tag.
            guard walker.id == it, let seen, seen != walker.id else { continue }
            scene.apply(.tagged(Tag(tagger: walker.id, tagged: seen)))
        }
        it = seen
        scene.grounds = ArenaRules.surroundings(of: state)
        scene.apply(
            ArenaMessages.Snapshot(
                it: it, avatars: walkers.map { ArenaMessages.Avatar($0, at: tick) }))
        scene.isIntroduced = true
    }

    /// Notes the walkers that have come, and those that are gone.
    private mutating func greet(_ walkers: [Walker]) {
        let present = Set(walkers.map(\.id))
        let gone = scene.residents.keys.filter { !present.contains($0) }
        for id in gone.sorted() { scene.apply(.left(id)) }
        for id in walkers.map(\.id) where scene.residents[id] == nil {
            scene.apply(.joined(id, name: names[id] ?? "#\(id.rawValue)"))
        }
    }
}
