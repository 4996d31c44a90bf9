package import Parley

/// The replicated state of the arena after a tick, word for word as it is sent. The simulation compares
/// it with the states of clients.
package struct ArenaSnapshot: Sendable {
    /// An entity's state.
    package struct Entry: Hashable, Sendable {
        package let area: Area
        package let words: [UInt32]
    }

    package let tick: Tick
    package let it: EntityID?
    package let walkers: [EntityHandle: Walker]
    package let entries: [EntityHandle: Entry]

    package init(of state: ArenaState, at tick: Tick) {
        let walkers = state.walkers.all
        let doors = state.doors.all
        self.init(tick: tick, it: state.it, walkers: walkers, doors: doors)
    }

    package init(
        tick: Tick, it: EntityID?, walkers: [(handle: EntityHandle, entity: Walker)],
        doors: [(handle: EntityHandle, entity: Door)] = []
    ) {
        self.tick = tick
        self.it = it
        self.walkers = Dictionary(uniqueKeysWithValues: walkers.map { ($0.handle, $0.entity) })
        var entries: [EntityHandle: Entry] = [:]
        for (handle, walker) in walkers {
            entries[handle] = Entry(area: walker.area, words: walker.quantised())
        }
        for (handle, door) in doors {
            entries[handle] = Entry(area: door.area, words: door.quantised())
        }
        self.entries = entries
    }
}
