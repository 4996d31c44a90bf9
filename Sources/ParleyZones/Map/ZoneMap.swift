public import ParleyHandoff

/// The zones of a realm, their borders, and where new characters enter. Servers and clients have the same map.
///
/// ```swift
/// let map = try ZoneMap([
///     MapZone("town", .box([0, 0], [100, 100])),
///     MapZone("north", .box([0, 100], [100, 200])),
/// ])
/// ```
public struct ZoneMap: Hashable, Sendable {
    /// The zones' names, in the order of the map.
    public let names: [ZoneName]
    /// Where new characters enter: the first zone.
    public let entrance: ZoneName

    private let areas: [ZoneName: ZoneArea]

    /// A map of these zones. The first one is the entrance.
    ///
    /// - Throws: ``ZoneMapError``.
    public init(_ zones: [MapZone]) throws(ZoneMapError) {
        var names: [ZoneName] = []
        var areas: [ZoneName: ZoneArea] = [:]
        for zone in zones {
            guard let name = ZoneName(zone.name) else { throw .invalidName(zone.name) }
            guard areas.updateValue(zone.area, forKey: name) == nil else {
                throw .nameTaken(zone.name)
            }
            names.append(name)
        }
        guard let entrance = names.first else { throw .empty }
        self.names = names
        self.areas = areas
        self.entrance = entrance
    }

    /// The part of the plane that a zone simulates; nil if the map has no such zone.
    public func area(of zone: ZoneName) -> ZoneArea? { areas[zone] }

    /// The zone that a position belongs to: of several the first one. Nil outside of all.
    ///
    /// The outer edge of the map belongs to the zones along it.
    public func zone(at position: SIMD2<Double>) -> ZoneName? {
        names.first { areas[$0]?.contains(position) == true }
            ?? names.first { areas[$0]?.distance(to: position) == 0 }
    }

    /// The zones that share a border with a zone, in the order of the map.
    public func neighbours(of zone: ZoneName) -> [ZoneName] {
        guard let area = areas[zone] else { return [] }
        return names.filter { $0 != zone && areas[$0]?.touches(area) == true }
    }
}

/// A zone of a map: its name, and its part of the plane.
public struct MapZone: Hashable, Sendable {
    /// The zone's name, as text.
    public var name: String
    /// What it simulates.
    public var area: ZoneArea

    /// A zone of this name and area.
    public init(_ name: String, _ area: ZoneArea) {
        self.name = name
        self.area = area
    }
}

/// Why zones make no map.
public enum ZoneMapError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no zone.
    case empty
    /// A text cannot be a zone's name.
    case invalidName(String)
    /// Two zones have one name.
    case nameTaken(String)

    /// What is wrong, in a sentence.
    public var description: String {
        switch self {
        case .empty: "a map has at least one zone"
        case .invalidName(let name):
            "\"\(name)\" cannot be a zone's name: 1 to 32 lower-case letters, digits and hyphens"
        case .nameTaken(let name): "two zones of the map are called \"\(name)\""
        }
    }
}
