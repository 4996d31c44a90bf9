import Foundation
import Parley
import Testing

/// Egg files that Panda3D and Parley read, and rays that hit the same in both.
@Suite(.needsPanda, .timeLimit(.minutes(5)))
struct PandaCollisionTests {
    private struct Cast: Decodable {
        let solids: Int
        let hits: [Double?]
    }

    private static let yard = PandaPeer.root.appending(
        path: "Tests/ParleyCollisionTests/Maps/yard.egg")

    @Test(arguments: ["Z-up", "Y-up", "Z-up-left", "Y-up-left", nil])
    func raysHitWhatPandaHits(coordinates: String?) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let line = coordinates.map { "<CoordinateSystem> { \($0) }" } ?? ""
        let text = try String(contentsOf: Self.yard, encoding: .utf8)
            .replacing("<CoordinateSystem> { Z-up }", with: line)
        let (egg, rays) = (folder.path("yard.egg"), folder.path("rays.json"))
        try text.write(toFile: egg, atomically: true, encoding: .utf8)
        let wanted = Self.rays(count: 1500)
        try JSONEncoder().encode(wanted).write(to: URL(filePath: rays))

        let world = CollisionWorld(try PandaEgg.mesh(Array(text.utf8)).colliders())
        let cast = try await PandaPeer.run("cast_rays.py", [egg, rays]) {
            try await $0.next(Cast.self)
        }
        #expect(cast.solids >= 16)
        #expect(cast.hits.compactMap(\.self).count > 250)
        for (ray, theirs) in zip(wanted, cast.hits) {
            let ours = world.cast(
                from: Vector3(ray[0], ray[1], ray[2]), by: Vector3(ray[3], ray[4], ray[5]))?
                .fraction
            // Panda3D computes in single precision.
            let agree = ours.flatMap { ours in theirs.map { abs($0 - ours) < 1e-4 } }
            #expect(agree ?? (ours == theirs), "\(ray): \(ours as Any), not \(theirs as Any)")
        }
    }

    /// Rays through a cube around the yard, the same in every run.
    private static func rays(count: Int) -> [[Double]] {
        var state: UInt64 = 7
        func number(_ reach: Double) -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 11) / Double(1 << 53) * 2 - 1) * reach
        }
        return (0..<count).map { _ in
            (0..<3).map { _ in number(9) } + (0..<3).map { _ in number(20) }
        }
    }
}
