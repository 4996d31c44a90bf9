package import Parley

/// A tag: one walker has touched another.
package struct Tag: Hashable, Sendable {
    package let tagger: EntityID
    package let tagged: EntityID

    package init(tagger: EntityID, tagged: EntityID) {
        self.tagger = tagger
        self.tagged = tagged
    }
}

/// The whole state of a game of tag. Its own rules alone advance it, in fixed steps.
package struct ArenaState: Sendable {
    /// A walker's command until the next one, and the moment at which its player sees the others; nil
    /// for an NPC, which sees them as they are.
    struct Order: Sendable {
        var command = ArenaRules.idle
        var view: TickTime?
    }

    /// The maps, and which doors are open.
    package private(set) var grounds: Grounds
    package internal(set) var walkers: EntityTable<Walker>
    package private(set) var doors: EntityTable<Door>
    /// The walker that has to catch the others.
    package internal(set) var it: EntityID?
    /// The walkers that came through a door in the newest step.
    package private(set) var entered: [EntityID] = []
    private var handles: [EntityID: EntityHandle] = [:]
    private var orders: [EntityID: Order] = [:]

    /// The furthest that a tagger's view may lie in the past, in seconds.
    package static let longestView = 0.25

    package init(_ grounds: Grounds = .arena) {
        self.grounds = grounds
        // A quarter of a second at 240 ticks a second, the most.
        walkers = EntityTable(ArenaRules.bodies, of: ArenaRules.schema, rewindTicks: 61)
        doors = EntityTable(ArenaRules.doors, of: ArenaRules.schema)
        for number in grounds.doorways.indices { _ = doors.spawn(Door(number)) }
    }

    package subscript(id: EntityID) -> Walker? {
        get { handles[id].flatMap { walkers[$0] } }
        set { if let handle = handles[id] { walkers[handle] = newValue } }
    }

    /// All walkers, by rising id.
    package var everybody: [Walker] {
        walkers.all.map(\.entity).sorted { $0.id < $1.id }
    }

    package func handle(of id: EntityID) -> EntityHandle? { handles[id] }

    /// Puts a walker into the game.
    ///
    /// - Returns: false when the game is full or the id is taken.
    @discardableResult
    package mutating func enter(_ id: EntityID, at spot: Spot) -> Bool {
        var walker = Walker(id: id, position: spot.position, area: spot.area)
        walker.round()
        guard handles[id] == nil, let handle = walkers.spawn(walker) else { return false }
        handles[id] = handle
        return true
    }

    package mutating func leave(_ id: EntityID) {
        if let handle = handles.removeValue(forKey: id) { walkers.despawn(handle) }
        orders[id] = nil
        if it == id { it = nil }
    }

    /// Sets a walker's command.
    ///
    /// - Parameters:
    ///   - id: The walker.
    ///   - command: What it does from now on.
    ///   - view: The moment at which its player sees the others; nil for now.
    package mutating func steer(
        _ id: EntityID, _ command: ArenaRules.Command, seeing view: TickTime? = nil
    ) {
        orders[id] = Order(command: command, view: view)
    }

    /// Opens or shuts both sides of a passage.
    package mutating func set(_ doorway: Int, open isOpen: Bool) {
        guard grounds.doorways.indices.contains(doorway) else { return }
        for number in [doorway, grounds.doorways[doorway].other] {
            grounds.set(number, open: isOpen)
        }
        let grounds = grounds
        doors.updateAll { _, door in door.isOpen = grounds.isOpen(door.number) }
    }

    /// Runs one step: all walkers walk, "it" may tag one, and bodies that overlap move apart.
    ///
    /// - Returns: The tag of this step, if there is one.
    package mutating func advance(_ step: TickStep) -> Tag? {
        let (orders, grounds) = (orders, grounds)
        var entered: [EntityID] = []
        walkers.updateAll { _, walker in
            let (area, command) = (walker.area, orders[walker.id]?.command ?? ArenaRules.idle)
            ArenaRules.step(&walker, by: command, in: grounds, during: step)
            if walker.area != area { entered.append(walker.id) }
        }
        self.entered = entered
        chooseIt()
        let limit = RewindLimit(maximumTicks: Self.longestView / step.seconds)
        let moment = limit.moment(claimed: it.flatMap { orders[$0]?.view }, now: step.tick)
        let tag = tagTouched(seen: moment, during: step)
        separateAll()
        walkers.record(after: step)
        return tag
    }
}

extension ArenaState {
    /// A hash that is the same for the same state on every machine (64-bit FNV-1a).
    package var fingerprint: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ bits: UInt32) {
            for shift in stride(from: 0, to: 32, by: 8) as StrideTo<UInt32> {
                hash = (hash ^ UInt64(bits >> shift & 0xFF)) &* 0x0000_0100_0000_01B3
            }
        }
        mix(it?.rawValue ?? 0)
        for walker in everybody { walker.quantised().forEach(mix) }
        for (_, door) in doors.all { door.quantised().forEach(mix) }
        return hash
    }
}
