import Parley

/// A walker has come through a door.
struct Entrance: Hashable, Sendable {
    let walker: EntityID
}

/// A character that the server plays: its first place, and the async code of its life.
struct NPC: Sendable {
    typealias Habit = @Sendable (isolated ArenaWorld, EntityID) async throws -> Void

    let name: String
    let home: Vector
    let habit: Habit
    /// A second task that goes on whatever the habit does.
    var courtesy: Habit?

    static let cast = [
        NPC(name: "Guard", home: .gate, habit: guardPatrol),
        NPC(name: "Hare", home: .orchard, habit: hide),
        NPC(name: "Porter", home: .well, habit: tendDoors, courtesy: greet),
        NPC(name: "Stroller", home: .chapel, habit: stroll),
        NPC(name: "Watch", home: .tower, habit: guardPatrol),
        NPC(name: "Mouse", home: .stables, habit: hide),
        NPC(name: "Pilgrim", home: .fountain, habit: stroll),
        NPC(name: "Admirer", home: .library, habit: admire),
    ]
}

// A habit reads as the NPC's actions, one after another. It is isolated to the world, so it sees a whole
// state and may change it. Every `await` lets the world go on. It sleeps in world time.

/// Walks from the gate to the tower and back.
func guardPatrol(_ world: isolated ArenaWorld, _ npc: EntityID) async throws {
    while true {
        try await world.walk(npc, to: .gate)
        try await world.sleep(for: .seconds(2))
        try await world.walk(npc, to: .fountain)
        try await world.walk(npc, to: .tower)
        try await world.sleep(for: .seconds(2))
    }
}

/// Strolls about without a plan.
func stroll(_ world: isolated ArenaWorld, _ npc: EntityID) async throws {
    while true {
        try await world.walk(npc, to: world.somewhere(near: npc))
        try await world.sleep(for: .milliseconds(.random(in: 300...3000, using: &world.generator)))
    }
}

/// Goes from door to door of the courtyard, and shuts each while its hinges are oiled.
func tendDoors(_ world: isolated ArenaWorld, _ npc: EntityID) async throws {
    let doorways = world.state.grounds.doorways
    while true {
        for door in doorways.indices where doorways[door].area == Grounds.courtyard {
            try await world.walk(npc, to: doorways[door].exit)
            world.state.set(door, open: false)
            // Open again even if the porter is tagged meanwhile.
            defer { world.state.set(door, open: true) }
            try await world.rest(npc, for: .seconds(5))
        }
    }
}

/// Greets every player that comes through a door for the first time.
func greet(_ world: isolated ArenaWorld, _ npc: EntityID) async throws {
    var known: Set<EntityID> = []
    while true {
        let entrance = try await world.next(Entrance.self) { !$0.walker.isNPC }
        // Several may come at once, and some may be gone already.
        guard world.state[entrance.walker] != nil else { continue }
        if known.insert(entrance.walker).inserted {
            world.say("Mind the step, \(world.name(of: entrance.walker)).", as: npc)
        }
    }
}

/// Keeps away from "it", and hops about while "it" is far.
func hide(_ world: isolated ArenaWorld, _ npc: EntityID) async throws {
    while true {
        guard let hunter = world.hunter(near: npc), let me = world.state[npc] else {
            try await world.walk(npc, to: world.somewhere(near: npc), within: .milliseconds(600))
            try await world.rest(npc, for: .milliseconds(400))
            continue
        }
        let refuge = Tactics.refuge(for: me.spot, from: hunter.spot, guide: world.guide)
        try await world.walk(npc, to: refuge, within: .milliseconds(600))
    }
}

/// Follows the walker with the most tags.
func admire(_ world: isolated ArenaWorld, _ npc: EntityID) async throws {
    while true {
        if let hero = world.hero(for: npc), hero.spot.distance(to: world.state[npc]) > 4 {
            try await world.walk(npc, to: hero.spot, within: .seconds(1))
        } else {
            try await world.rest(npc, for: .milliseconds(500))
        }
    }
}

/// Runs after the nearest walker while the NPC is "it".
func chase(_ world: isolated ArenaWorld, _ npc: EntityID) async throws {
    if Bool.random(using: &world.generator) { world.say("Oh no. I am it!", as: npc) }
    while world.state.it == npc {
        guard let prey = world.prey(of: npc) else {
            try await world.sleep(for: .milliseconds(200))
            continue
        }
        let isNear = prey.spot.distance(to: world.state[npc]) < Tactics.lunge
        world.step(npc, towards: prey.spot, dash: isNear)
        try await world.sleep(for: .milliseconds(100))
    }
}
