internal import ParleyDatagrams
internal import ParleyHandoff

/// The columns of a character's row, in the order of the statements.
extension CharacterRecord {
    init(row: SQLRow) throws(StoreFault) {
        var row = row
        self.init(new: CharacterID(rawValue: try row.bits()), generation: 0)
        let zone = try row.value()
        let incarnation = Incarnation(rawValue: try row.bits())
        switch zone {
        case .null: place = nil
        case .text(let text):
            place = ZoneProcess(try ZoneName(stored: text), incarnation)
        case .integer, .bytes: throw .unreadable("the zone of \(character) is no text")
        }
        epoch = Epoch(generation: try row.number(), number: try row.bits())
        login = LoginNumber(rawValue: try row.bits())
        taken = try row.bits()
        mark = try row.bits()
        guard let access = CharacterAccess(rawValue: try row.number()) else {
            throw .unreadable("the access of \(character)")
        }
        self.access = access
        failures = try row.number()
        outbox = try row.bits()
    }

    var values: [SQLValue] {
        [
            SQLValue(character.rawValue), place.map { .text($0.zone.text) } ?? .null,
            SQLValue(place?.incarnation.rawValue ?? 0), SQLValue(epoch.generation),
            SQLValue(epoch.number), SQLValue(login.rawValue),
            SQLValue(taken), SQLValue(mark), SQLValue(access.rawValue),
            SQLValue(failures), SQLValue(outbox),
        ]
    }
}

extension ZoneRecord {
    init(row: SQLRow) throws(StoreFault) {
        var row = row
        let name = try ZoneName(stored: try row.text())
        let incarnation = Incarnation(rawValue: try row.bits())
        let life = ZoneProcess(name, incarnation)
        guard let phase = Phase(rawValue: try row.number()) else {
            throw .unreadable("the phase of \(name)")
        }
        self.init(
            life: life, phase: phase, address: try row.text(), capacity: try row.number(),
            load: try row.number(), beat: try row.bits(), mark: try row.bits())
    }
}

extension Item {
    init(row: SQLRow) throws(StoreFault) {
        var row = row
        let id = ItemID(rawValue: try row.bits())
        self.init(id: id, kind: try row.number(), holder: try Holder(stored: try row.text()))
    }
}

extension OutboxEvent {
    init(row: inout SQLRow) throws(StoreFault) {
        self.init(
            number: try row.bits(), operation: try row.text(),
            result: try DealResult(stored: try row.bytes()), note: try row.bytes())
    }
}

extension ZoneName {
    init(stored text: String) throws(StoreFault) {
        guard let name = ZoneName(text) else { throw .unreadable("“\(text)” is no zone's name") }
        self = name
    }
}

extension Holder {
    /// What is stored of it: "character/7" or "zone/north".
    var stored: String {
        switch self {
        case .character(let character): "character/\(character.rawValue)"
        case .zone(let zone): "zone/\(zone)"
        }
    }

    init(stored text: String) throws(StoreFault) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[0] == "character", let number = UInt64(parts[1]) {
            self = .character(CharacterID(rawValue: number))
        } else if parts.count == 2, parts[0] == "zone", let zone = ZoneName(String(parts[1])) {
            self = .zone(zone)
        } else {
            throw .unreadable("“\(text)” is no holder")
        }
    }
}
