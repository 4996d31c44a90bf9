/// A server of a realm, as links, certificates and logs name it.
package enum PeerName: Hashable, Sendable {
    /// A world server, by its number: 0 to 65,535.
    case world(Int)
    /// The process of a zone.
    case zone(ZoneName)
    /// What starts processes and sees them die.
    case supervisor

    /// What the server is.
    package var role: PeerRole {
        switch self {
        case .world: .world
        case .zone: .zone
        case .supervisor: .supervisor
        }
    }

    /// The server with this name; nil if the text names none. Each server has one text: "world:01" is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("supervisor", 1): self = .supervisor
        case ("world", 2):
            guard let number = UInt16(parts[1]), parts[1] == "\(number)" else { return nil }
            self = .world(Int(number))
        case ("zone", 2):
            guard let zone = ZoneName(String(parts[1])) else { return nil }
            self = .zone(zone)
        default: return nil
        }
    }
}

extension PeerName: Comparable, CustomStringConvertible {
    /// World servers by number, then zones by name, then the supervisor.
    package static func < (left: PeerName, right: PeerName) -> Bool {
        switch (left, right) {
        case (.world(let left), .world(let right)): left < right
        case (.zone(let left), .zone(let right)): left < right
        default: left.role.rawValue < right.role.rawValue
        }
    }

    /// "world:0", "zone:north" or "supervisor".
    package var description: String {
        switch self {
        case .world(let number): "world:\(number)"
        case .zone(let zone): "zone:\(zone)"
        case .supervisor: "supervisor"
        }
    }
}
