import ParleyHandoff
import ParleyZones
import Testing

@Suite struct ZoneMapTests {
    private let map: ZoneMap

    init() throws {
        map = try ZoneMap([
            MapZone("town", .box([0, 0], [100, 100])),
            MapZone("north", .box([0, 100], [100, 200])),
            MapZone("east", .box([100, 0], [200, 200])),
            MapZone("island", .box([500, 500], [510, 510])),
        ])
    }

    private func zone(_ name: String) throws -> ZoneName { try #require(ZoneName(name)) }

    @Test func aBorderBelongsToOneZone() throws {
        #expect(map.zone(at: [99.99, 0]) == (try zone("town")))
        #expect(map.zone(at: [100, 0]) == (try zone("east")))
        #expect(map.zone(at: [0, 100]) == (try zone("north")))
        #expect(map.zone(at: [-1, 0]) == nil)
        // Bodies are kept on the map by being put on its edge.
        #expect(map.zone(at: [200, 200]) == (try zone("east")))
        #expect(map.entrance == (try zone("town")))
    }

    @Test func neighboursShareABorder() throws {
        #expect(map.neighbours(of: try zone("town")) == [try zone("north"), try zone("east")])
        #expect(map.neighbours(of: try zone("island")).isEmpty)
        #expect(map.neighbours(of: try zone("nowhere")).isEmpty)
    }

    @Test func distanceIsTheShortestWay() throws {
        let area = try #require(map.area(of: try zone("town")))
        #expect(area.distance(to: [50, 50]) == 0)
        #expect(area.distance(to: [103, 104]) == 5)
        #expect(area.distance(to: [-2, 50]) == 2)
    }

    @Test func faultyMapsAreRefused() {
        #expect(throws: ZoneMapError.empty) { try ZoneMap([]) }
        #expect(throws: ZoneMapError.invalidName("Town")) {
            try ZoneMap([MapZone("Town", .box([0, 0], [1, 1]))])
        }
        #expect(throws: ZoneMapError.nameTaken("a")) {
            try ZoneMap([
                MapZone("a", .box([0, 0], [1, 1])), MapZone("a", .box([1, 0], [2, 1])),
            ])
        }
    }
}
