package import Parley

/// The areas of an arena and the doors between them: the surroundings of the rules.
///
/// Maps and the places of doors never change, so both ends have them from the beginning. Only whether
/// a door is open is replicated.
package struct Grounds: Sendable {
    /// An area's number is its index here.
    package let areas: [ArenaMap]
    package let doorways: [Doorway]
    /// Bit n is set while doorway n is shut.
    private var shut: UInt32 = 0

    /// Grounds with all doors open.
    package init(areas: [ArenaMap], doorways: [Doorway] = []) {
        self.areas = areas
        self.doorways = doorways
    }

    /// The map of an area; that of the first area for an unknown number.
    package subscript(area: Area) -> ArenaMap {
        areas[Int(area) < areas.count ? Int(area) : 0]
    }

    package func isOpen(_ doorway: Int) -> Bool {
        shut & 1 << UInt32(truncatingIfNeeded: doorway) == 0
    }

    package mutating func set(_ doorway: Int, open isOpen: Bool) {
        let bit: UInt32 = 1 << UInt32(truncatingIfNeeded: doorway)
        shut = isOpen ? shut & ~bit : shut | bit
    }

    /// The doorway from one area into another, nil when there is none.
    package func way(from area: Area, to other: Area) -> Doorway? {
        doorways.first { $0.area == area && doorways[$0.other].area == other }
    }

    /// The place at the other side, for a walker in an open door; nil outside of doors.
    package func passage(at spot: Spot) -> Spot? {
        for number in doorways.indices where doorways[number].contains(spot) && isOpen(number) {
            return doorways[doorways[number].other].exit
        }
        return nil
    }

    /// A random free place of an area.
    package func randomSpot(
        in area: Area, using generator: inout some RandomNumberGenerator
    ) -> Spot {
        Spot(self[area].randomPlace(using: &generator), in: area)
    }
}

extension Grounds {
    package static let courtyard: Area = 0
    package static let cellar: Area = 1
    package static let garden: Area = 2

    /// The name of an area.
    package static func name(of area: Area) -> String {
        switch area {
        case cellar: "cellar"
        case garden: "garden"
        default: "courtyard"
        }
    }

    /// The grounds of the sample: each area has a door to each of the others.
    package static let arena = Grounds(
        areas: [.courtyard, .cellar, .garden],
        doorways: [
            Doorway(area: courtyard, place: Vector(0, 11), inward: Vector(1, 0), other: 1),
            Doorway(area: cellar, place: Vector(24, 12), inward: Vector(-1, 0), other: 0),
            Doorway(area: courtyard, place: Vector(40, 29), inward: Vector(-1, 0), other: 3),
            Doorway(area: garden, place: Vector(0, 15), inward: Vector(1, 0), other: 2),
            Doorway(area: cellar, place: Vector(12, 24), inward: Vector(0, -1), other: 5),
            Doorway(area: garden, place: Vector(15, 0), inward: Vector(0, 1), other: 4),
        ])
}
