import ParleyCollision
import Testing

/// A map from a file and a body that walks in it, as in the tutorial.
@Suite struct WalkTests {
    @Test func aMapIsLoadedAndWalkedIn() throws {
        let bytes = try Maps.bytes("yard.egg")
        let world = CollisionWorld(try PandaEgg.mesh(bytes).colliders())
        let body = CollisionShape.standing(radius: 0.4, height: 1.8)

        // One step of a game: gravity, and a motion to the east.
        var place = Vector3(-7, -2, 1.5)
        for _ in 0..<120 {
            place = world.move(body, from: place, by: Vector3(0.05, 0, -0.05)).position
        }
        let stands = world.ground(under: body, at: place) != nil

        #expect(stands)
        #expect(place.x > -1.5 && place.x < -0.9)
        #expect(abs(place.z - 1.09) < 0.02)
        let eye = place + Vector3(0, 0, 0.8)
        let canSee = world.isClear(from: eye, to: Vector3(3.5, -3, 2.8))
        #expect(canSee)
    }
}
