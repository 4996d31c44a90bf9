import ParleyCollision
import Testing

/// Geometry from files.
@Suite struct MeshTests {
    private func area(_ colliders: [Collider]) -> Double {
        colliders.reduce(0) { sum, collider in
            guard case .triangle(let a, let b, let c) = collider else { return sum }
            return sum + (b - a).cross(c - a).length / 2
        }
    }

    @Test func anOBJFileIsReadByObjects() throws {
        let mesh = try WavefrontOBJ.mesh(Maps.bytes("room.obj"))
        #expect(mesh.parts.map(\.name) == ["Floor_Collision", "Table", "Wall_Collision"])
        #expect(mesh.skipped == 1)
        #expect(area(mesh.parts[0].colliders) == 64)
        #expect(
            mesh.parts[1].colliders == [
                .triangle(Vector3(-1, 0, 1), Vector3(1, 0, 1), Vector3(1, 1, 1))
            ])
        // The outline is concave: a wall with a notch at the top.
        #expect(area(mesh.parts[2].colliders) == 24 - 8)
        let world = CollisionWorld(mesh.colliders { $0.hasSuffix("_Collision") })
        #expect(world.colliders.count == 5)
        #expect(world.isClear(from: Vector3(0, 0.5, 0.5), to: Vector3(0, 0.5, 2)))
        #expect(!world.isClear(from: Vector3(0, 0, 0.5), to: Vector3(0, 8, 0.5)))
        #expect(world.isClear(from: Vector3(0, 0, 2), to: Vector3(0, 8, 2)))
    }

    @Test func theUpAxisIsAParameter() throws {
        let text = Array("v 1 2 3\nv 4 2 3\nv 1 5 3\nf 1 2 3".utf8)
        let asIs = try WavefrontOBJ.mesh(text, up: .z).colliders()
        #expect(asIs == [.triangle(Vector3(1, 2, 3), Vector3(4, 2, 3), Vector3(1, 5, 3))])
        let turned = try WavefrontOBJ.mesh(text, up: .y).colliders()
        #expect(turned == [.triangle(Vector3(1, -3, 2), Vector3(4, -3, 2), Vector3(1, -3, 5))])
    }

    @Test func anEggFileIsReadByGroups() throws {
        let mesh = try PandaEgg.mesh(Maps.bytes("yard.egg"))
        #expect(
            mesh.parts.map(\.name) == ["ground", "gate", "house", "tower", "shed", "ramp", "roof"])
        #expect(mesh.parts.map(\.colliders.count) == [4, 3, 5, 2, 2, 2, 4])
        #expect(mesh.skipped == 1)
        // The gate is a square of 3 m with a notch at one side.
        #expect(abs(area(mesh.parts[1].colliders) - (9 - 2.25)) < 1e-12)
        #expect(mesh.parts[3].colliders.allSatisfy { CollisionWorld([$0]).skipped == 0 })
    }

    @Test func solidsThatAreNoSurfacesAreCounted() throws {
        let text = """
            <VertexPool> p { <Vertex> 1 { 0 0 0 } <Vertex> 2 { 1 0 0 } <Vertex> 3 { 0 0 -1 } }
            <Group> a { <Collide> { Sphere descend }
              <Polygon> { <VertexRef> { 1 2 3 <Ref> { p } } } }
            <Group> b { <Collide> { Polyset descend intangible }
              <Polygon> { <VertexRef> { 1 2 3 <Ref> { p } } } }
            <Group> c { <Collide> { Polyset } <Polygon> { <VertexRef> { 1 2 3 <Ref> { p } } } }
            """
        let mesh = try PandaEgg.mesh(Array(text.utf8))
        #expect(mesh.skipped == 1)
        #expect(mesh.parts.map(\.name) == ["c"])
        // Without a coordinate system y is up.
        #expect(mesh.colliders() == [.triangle(.zero, Vector3(1, 0), Vector3(0, 1))])
    }

    /// Stars have ears and notches, and their area shows whether each was cut correctly.
    @Test(arguments: 3...40) func polygonsOfAnyOutlineAreTriangulated(points: Int) throws {
        var generator = SeededGenerator(seed: UInt64(points))
        var (corners, doubled) = ([Vector3](), 0.0)
        for point in 0..<points {
            // Rational points of a circle, which need no sine.
            let share = Double(2 * point) / Double(points) - 1 + 0.01
            let reach = generator.number(0.2...2)
            let tangent = share / (1 - share * share)
            let scale = reach / (1 + tangent * tangent)
            corners.append(
                Vector3((1 - tangent * tangent) * scale, 2 * tangent * scale, 1))
        }
        for (corner, next) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
            doubled += corner.x * next.y - corner.y * next.x
        }
        let lines =
            corners.map { "v \($0.x) \($0.y) \($0.z)" }
            + ["f " + (1...points).map(String.init).joined(separator: " ")]
        let colliders = try WavefrontOBJ.mesh(
            Array(lines.joined(separator: "\n").utf8), up: .z
        ).colliders()
        #expect(abs(area(colliders) - abs(doubled) / 2) < 1e-9)
    }
}

/// Files from a hostile author.
@Suite struct HostileMeshTests {
    private func refusal(of text: String, _ limits: MeshLimits = MeshLimits()) -> MeshError? {
        do throws(MeshError) {
            if text.contains("<") {
                _ = try PandaEgg.mesh(Array(text.utf8), limits: limits)
            } else {
                _ = try WavefrontOBJ.mesh(Array(text.utf8), limits: limits)
            }
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("v 1 2", 1), ("v 1 2 x", 1), ("\nv 1 nan 2", 2), ("v inf 0 0", 1), ("v 1e400 0 0", 1),
        ("v 1e10 0 0", 1), ("v 0 0 0\nf 1 1 2", 2), ("v 0 0 0\nf 1 1 0", 2),
        ("v 0 0 0\nf 1 1 -2", 2), ("v 0 0 0\nf 1 1", 2), ("v 0 0 0\n\nf 1 a 1", 3),
        ("v 0 0 0\nf 1 1 -9223372036854775808", 2), ("v 0 0 0\nf 1 1 99999999999999999999", 2),
        ("f 1 2 3", 1), ("f //1 //2 //3", 1),
        ("<", 1), ("<Group", 1), ("<Group> a", 1), ("<Group> a {", 1), ("<Group> a { } }", 1),
        ("<Group> { \"", 1), ("\n/* <Group>", 2), ("<X> {\n{\n", 3), ("<Polygon> { 1 }", 1),
        ("<CoordinateSystem> { W-up }", 1), ("<VertexPool> p { <Vertex> a { 0 0 0 } }", 1),
        ("<VertexPool> p { <Vertex> -1 { 0 0 0 } }", 1),
        ("<VertexPool> p { <Vertex> 1 { nan 0 0 } }", 1),
        ("<VertexPool> p { <Vertex> 1 { 0 0 0 0 0 } }", 1),
        ("<VertexPool> p { <Vertex> 9223372036854775807 { 0 0 0 } <Vertex> { 0 0 0 } }", 1),
        ("<Group> a { <Transform> { <RotX> { } } }", 1),
        ("<Group> a { <Transform> { <Scale> { 1e300 } } }", 1),
        ("<Group> a { <Collide> { Polyset }\n<Polygon> { <VertexRef> { 1 2 3 <Ref> { p } } } }", 2),
    ]) func badFilesAreRefusedWithTheirLine(text: String, line: Int) throws {
        let error = try #require(refusal(of: text), "\(text)")
        #expect(error.line == line, "\(error)")
    }

    @Test func limitsHold() {
        var limits = MeshLimits()
        limits.vertices = 3
        limits.triangles = 2
        limits.corners = 4
        limits.depth = 3
        limits.groups = 5
        limits.text = 60
        let corners = "v 0 0 0\nv 1 0 0\nv 0 1 0\n"
        let small = [
            corners + "v 1 1 0", corners + "f 1 2 3\nf 1 2 3\nf 1 2 3", corners + "f 1 2 3 1 2",
            "# " + String(repeating: "x", count: 60),
            "v 0 0 0 \\\n" + String(repeating: " ", count: 60),
            String(repeating: "<Group> { ", count: 4) + String(repeating: "} ", count: 4),
            String(repeating: "<Group> { } ", count: 6),
            "<" + String(repeating: "x", count: 61) + "> { }",
            "<VertexPool> p { " + String(repeating: "<Vertex> { 0 0 0 } ", count: 4) + "}",
            String(repeating: "<Polygon> { } ", count: 3),
            "<Polygon> { <VertexRef> { 1 2 3 4 5 } }",
        ]
        for text in small {
            guard case .tooMany = refusal(of: text, limits)?.reason else {
                Issue.record("not refused: \(text)")
                continue
            }
        }
        limits.bytes = 10
        #expect(refusal(of: corners, limits)?.reason == .tooMany("bytes", limit: 10))
    }

    @Test func nestingTakesNoStack() {
        var limits = MeshLimits()
        (limits.depth, limits.groups) = (1 << 20, 1 << 20)
        let deep = String(repeating: "<Group> { ", count: 50_000)
        #expect(refusal(of: deep + String(repeating: "} ", count: 50_000), limits) == nil)
        #expect(refusal(of: "<X> { " + String(repeating: "{ ", count: 50_000)) != nil)
    }

    /// Valid files with changed, removed or doubled bytes are read or refused, and never trap.
    @Test(arguments: ["yard.egg", "room.obj"], 1...20 as ClosedRange<UInt64>)
    func brokenFilesDoNotTrap(name: String, seed: UInt64) throws {
        let good = try Maps.bytes(name)
        var generator = SeededGenerator(seed: seed)
        var refused = 0
        for _ in 0..<40 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch generator.next() % 4 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1:
                    bytes[place] =
                        Array("{}<>\"/-9e. \n".utf8).randomElement(using: &generator) ?? 0
                case 2: bytes.removeSubrange(place...)
                default: bytes.insert(contentsOf: bytes[(place / 2)..<place], at: place)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            do throws(MeshError) {
                let mesh =
                    try name.hasSuffix("egg") ? PandaEgg.mesh(bytes) : WavefrontOBJ.mesh(bytes)
                _ = CollisionWorld(mesh.colliders()).cast(
                    from: Vector3(0, 0, 9), by: Vector3(0, 0, -10))
            } catch {
                refused += 1
                #expect(error.line >= 1 && !error.description.isEmpty)
            }
        }
        #expect(refused > 0)
    }
}
