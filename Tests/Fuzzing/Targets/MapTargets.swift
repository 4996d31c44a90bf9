import ParleyCollision

extension FuzzTarget {
    /// A Wavefront OBJ file. The first byte is the axis that points up.
    static let wavefront = FuzzTarget("wavefront", corpus: wavefrontCorpus) { input in
        var choices = Choices(input)
        let up = choices.pick([UpAxis.y, .z])
        let mesh = try decoded { () throws(MeshError) in
            try WavefrontOBJ.mesh(choices.data, up: up, limits: limits)
        }
        if let mesh { try check(mesh) }
    }

    /// One of Panda3D's egg files.
    static let eggs = FuzzTarget("eggs", corpus: eggCorpus) { input in
        let mesh = try decoded { () throws(MeshError) in
            try PandaEgg.mesh(input, limits: limits)
        }
        if let mesh { try check(mesh) }
    }

    /// Low limits, which mutated files exceed.
    private static let limits: MeshLimits = {
        var limits = MeshLimits()
        limits.vertices = 40
        limits.triangles = 40
        limits.groups = 6
        limits.text = 200
        limits.corners = 12
        limits.depth = 4
        return limits
    }()

    /// Checks that the mesh makes a valid world.
    private static func check(_ mesh: CollisionMesh) throws {
        try expect(mesh.parts.count <= limits.groups, "\(mesh.parts.count) parts")
        let names = Set(mesh.parts.map(\.name))
        try expect(names.count == mesh.parts.count, "two parts have one name")
        let colliders = mesh.colliders()
        try expect(colliders.count <= limits.triangles, "\(colliders.count) triangles")
        let world = CollisionWorld(colliders)
        try expect(world.skipped == 0, "\(world.skipped) of the colliders are none")
        let way = Vector3(3, -5, -20)
        guard let contact = world.cast(from: Vector3(0.5, 0.25, 10), by: way) else { return }
        try expect((0...1).contains(contact.fraction), "\(contact) is not on the way")
    }

    private static let wavefrontCorpus: [[UInt8]] = [
        """
        # a floor, and a wall on it
        v 0 0 0
        v 4 0 0
        v 4 4 0 1.0
        v 0 4 0
        v 0 4 2e0
        vn 0 0 1
        o floor
        f 1//1 2//1 3/2/1 4
        g wall inner
        f -1 -2 \\
          1
        """,
        "v 1 2 3\r\nv -1 -2 -3.5\r\nv 1e9 0 0\r\nf 1 2 3\r\nusemtl grey\r\ns off",
        "v 0 0 0\nv 2 0 0\nv 2 2 0\nv 1 0.5 0\nv 0 2 0\nf 1 2 3 4 5\nf 1 2 1\nf -5 -1 -2",
    ].flatMap { text in [[0] + text.utf8, [1] + text.utf8] }

    private static let eggCorpus: [[UInt8]] = [
        """
        <CoordinateSystem> { Z-up }
        <Comment> { "a floor" }
        <VertexPool> p {
          <Vertex> 0 { 0 0 0 <UV> { 0 1 } }
          <Vertex> 1 { 4 0 0 }
          <Vertex> 2 { 4 4 0 }
          <Vertex> { 0 4 0 }
        }
        <Group> floor {
          <Collide> { Polyset keep descend }
          <Polygon> { <Normal> { 0 0 1 } <VertexRef> { 0 1 2 3 <Ref> { p } } }
        }
        """,
        """
        <Group> yard { <ObjectType> { barrier } // a wall
          <Instance> "the wall" {
            <Transform> { <Translate> { 1 2 3 } <Rotate> { 30 0 0 1 } <Scale> { 2 } <RotX> { 45 } }
            <VertexPool> "q" { <Vertex> 1 { 0 0 0 } <Vertex> 2 { 1 0 0 } <Vertex> 3 { 1 0 1 }
              <Vertex> 4 { 0 1 1 } <Vertex> 5 { 1 1 } }
            <TriangleStrip> { <VertexRef> { 1 2 3 4 <Ref> { q } } }
            <TriangleFan> { <VertexRef> { 1 2 3 4 <Ref> { q } } }
          }
          <Group> { <Collide> ball { Sphere intangible } /* none */ }
        }
        """,
        """
        <Group> m { <Collide> { Polygon } <Transform> { <Matrix4> {
          1 0 0 0 0 1 0 0 0 0 1 0 5 5 5 1 } <Matrix3> { 1 0 0 1 0 0 2 2 1 } }
          <VertexPool> v { <Vertex> { 0 0 0 } <Vertex> { 1 0 0 } <Vertex> { 0 1 0 } }
          <Polygon> { <VertexRef> { 0 1 2 <Ref> { v } } } }
        """,
    ].map { Array($0.utf8) }
}
