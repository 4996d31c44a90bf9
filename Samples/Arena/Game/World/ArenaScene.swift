package import Parley

/// The arena as one client or view knows it, from notices and snapshots.
package struct ArenaScene: Sendable {
    /// The name and score of a player or NPC.
    package struct Resident: Hashable, Sendable {
        package var name: String
        package var score: UInt16 = 0
    }

    /// A line about something that happened, with the walker that it is about (for the colour).
    package struct Event: Hashable, Sendable {
        package let who: EntityID
        package let text: String
        package let isChat: Bool
    }

    /// The area in view, and its map.
    package private(set) var area: Area = Grounds.courtyard
    package private(set) var map = ArenaMap(side: 40, obstacles: [])
    /// The doors that are open, as far as this client knows.
    package var grounds = Grounds.arena
    /// A door of the area in view.
    package struct DoorState: Hashable, Sendable {
        package let way: Doorway
        package let leadsTo: Area
        package let isOpen: Bool
    }

    /// The doors of the area in view.
    package var doors: [DoorState] {
        grounds.doorways.enumerated().filter { $0.element.area == area }.map { number, way in
            DoorState(
                way: way, leadsTo: grounds.doorways[way.other].area, isOpen: grounds.isOpen(number))
        }
    }

    package private(set) var residents: [EntityID: Resident] = [:]
    package private(set) var snapshot = ArenaMessages.Snapshot(it: nil, avatars: [])
    /// The walker that was tagged last: all that notices tell about "it".
    private(set) var told: EntityID?
    /// The newest hundred events, the newest last.
    package private(set) var events: [Event] = []

    /// Whether a newcomer is news. It is not while the server introduces the players that are in
    /// already, which ends with their scores.
    package var isIntroduced = false

    package init() {}

    package func name(of id: EntityID) -> String {
        residents[id]?.name ?? "#\(id.rawValue)"
    }

    /// All players and NPCs by falling score, then in the order in which they came.
    package var ranking: [(id: EntityID, resident: Resident)] {
        residents.map { ($0.key, $0.value) }
            .sorted { ($1.1.score, $0.0) < ($0.1.score, $1.0) }
    }

    /// The avatars in the area in view.
    package var avatars: [ArenaMessages.Avatar] { snapshot.avatars.filter { $0.area == area } }

    package mutating func apply(_ snapshot: ArenaMessages.Snapshot) {
        self.snapshot = snapshot
    }

    /// Turns the view to an area.
    package mutating func look(at area: Area) {
        self.area = area
        map = grounds[area]
    }

    /// Takes a notice of the server.
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
