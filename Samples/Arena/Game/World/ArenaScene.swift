package import Parley

/// What somebody who was told everything knows: the notices and snapshots, put together.
package struct ArenaScene: Sendable {
    /// Somebody's name and score.
    package struct Resident: Hashable, Sendable {
        package var name: String
        package var score: UInt16 = 0
    }

    /// Something that happened, with whom it is about (for the colour).
    package struct Event: Hashable, Sendable {
        package let who: EntityID
        package let text: String
        package let isChat: Bool
    }

    /// The area that is looked at, and its map.
    package private(set) var area: Area = Grounds.courtyard
    package private(set) var map = ArenaMap(side: 40, obstacles: [])
    /// Which doors are open, as far as that is known.
    package var grounds = Grounds.arena
    /// A door of the area that is looked at.
    package struct DoorState: Hashable, Sendable {
        package let way: Doorway
        package let leadsTo: Area
        package let isOpen: Bool
    }

    /// The doors of the area that is looked at.
    package var doors: [DoorState] {
        grounds.doorways.enumerated().filter { $0.element.area == area }.map { number, way in
            DoorState(
                way: way, leadsTo: grounds.doorways[way.other].area, isOpen: grounds.isOpen(number))
        }
    }

    package private(set) var residents: [EntityID: Resident] = [:]
    package private(set) var snapshot = ArenaMessages.Snapshot(it: nil, avatars: [])
    /// Who was tagged last, which is all that one hears of who is "it".
    private(set) var told: EntityID?
    /// The newest hundred events, the newest last.
    package private(set) var events: [Event] = []

    /// Whether newcomers are news: not until the server has told who is there already.
    ///
    /// Its introduction ends with the scores.
    package var isIntroduced = false

    package init() {}

    package func name(of id: EntityID) -> String {
        residents[id]?.name ?? "#\(id.rawValue)"
    }

    /// Everybody by falling score, players of the same score in the order they came.
    package var ranking: [(id: EntityID, resident: Resident)] {
        residents.map { ($0.key, $0.value) }
            .sorted { ($1.1.score, $0.0) < ($0.1.score, $1.0) }
    }

    /// Who is in the area that is looked at.
    package var avatars: [ArenaMessages.Avatar] { snapshot.avatars.filter { $0.area == area } }

    package mutating func apply(_ snapshot: ArenaMessages.Snapshot) {
        self.snapshot = snapshot
    }

    /// Looks at an area.
    package mutating func look(at area: Area) {
        self.area = area
        map = grounds[area]
    }

    /// Takes note of what the server told.
    package mutating func apply(_ notice: ArenaMessages.Notice) {
        switch notice {
        case .map(let map):
            self.map = map
        case .joined(let id, let name):
            residents[id] = Resident(name: name)
            if isIntroduced { note(id, "\(name) joined") }
        case .left(let id):
            note(id, "\(name(of: id)) left")
            residents[id] = nil
        case .score(let id, let score):
            residents[id]?.score = score
            isIntroduced = true
        case .chat(let id, let text):
            note(id, "\(name(of: id)): \(text)", isChat: true)
        case .tagged(let tag):
            told = tag.tagged
            note(tag.tagger, "\(name(of: tag.tagger)) tagged \(name(of: tag.tagged))")
        }
    }

    private mutating func note(_ who: EntityID, _ text: String, isChat: Bool = false) {
        events.append(Event(who: who, text: text, isChat: isChat))
        if events.count > 100 { events.removeFirst() }
    }
}
