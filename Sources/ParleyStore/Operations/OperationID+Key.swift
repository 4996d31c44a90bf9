package import ParleyHandoff

extension OperationID {
    /// The name in the store: it sorts by its owner, and people can read it.
    package var key: String {
        switch self {
        case .request(let character, let login, let request, let index):
            "character/\(character.rawValue)/\(login.rawValue)/\(request)/\(index)"
        case .zone(let zone, let incarnation, let counter):
            "zone/\(zone)/\(incarnation.rawValue)/\(counter)"
        }
    }

    /// The operation of that name in the store; nil if it is none.
    package init?(key: String) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("character", 5):
            guard let character = UInt64(parts[1]), let login = UInt64(parts[2]),
                let request = UInt64(parts[3]), let index = UInt16(parts[4])
            else { return nil }
            self = .request(
                character: CharacterID(rawValue: character), login: LoginNumber(rawValue: login),
                request: request, index: index)
        case ("zone", 4):
            guard let zone = ZoneName(String(parts[1])), let incarnation = UInt64(parts[2]),
                let counter = UInt64(parts[3])
            else { return nil }
            self = .zone(zone, Incarnation(rawValue: incarnation), counter: counter)
        default: return nil
        }
    }
}
