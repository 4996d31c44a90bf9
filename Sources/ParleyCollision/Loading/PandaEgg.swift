/// Panda3D's egg files: the polygons that Panda3D 1.10 collides with ("The egg syntax",
/// `pandatool/src/doc/eggSyntax.txt`).
///
/// A polygon is a surface when one of the groups around it has `<Collide> { Polyset … }` or
/// `{ Polygon … }`, or an `<ObjectType>` that means the same: `barrier`, `floor`, `dupefloor`.
/// `descend` is assumed, as in later versions of Panda3D (1.10 finds no polygons without it).
/// `intangible` groups stop nothing, so they are not read. Spheres, tubes, planes and other solids
/// that Panda3D would make of a group are counted in ``CollisionMesh/skipped``.
public enum PandaEgg {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - limits: The limits of the file.
    /// - Returns: A part for each group that collides, with its name (that of the outermost group
    ///   where several do). Positions are as in Panda3D: z points up for every `<CoordinateSystem>`,
    ///   and the transforms of an `<Instance>` that collides apply.
    public static func mesh(
        _ bytes: [UInt8], limits: MeshLimits = MeshLimits()
    ) throws(MeshError) -> CollisionMesh {
        var builder = try MeshBuilder(limits, bytes: bytes.count)
        var parser = EggParser(try EggTokens(bytes, limits), limits)
        try parser.parse()
        try parser.file.build(&builder)
        return builder.mesh
    }
}

/// The entries of an egg file that collisions need, in the order of the file. The entries that describe
/// a group may come after its polygons, and its vertices after both.
struct EggFile {
    struct Group {
        let name: String
        let parent: Int?
        let isInstance: Bool
        var isSurface = false
        /// Whether the group collides as a solid that is not a surface.
        var isOther = false
        var transform = Frame.identity
    }

    struct Pool {
        var vertices: [Int: Vector3] = [:]
        var highest = -1
    }

    struct Polygon {
        enum Kind { case polygon, strip, fan }

        let kind: Kind
        let group: Int
        let line: Int
        var pool = ""
        var numbers: [Int] = []
    }

    /// The groups, of which the first is the file itself.
    var groups = [Group(name: "", parent: nil, isInstance: false)]
    var polygons: [Polygon] = []
    var pools: [String: Pool] = [:]
    /// The transform from the file's axes to the world's. y is up unless the file has another entry.
    var turn = Frame(x: Vector3(1, 0, 0), y: Vector3(0, 0, 1), z: Vector3(0, -1, 0))

    /// Adds the surfaces to a mesh, with their transforms applied.
    func build(_ builder: inout MeshBuilder) throws(MeshError) {
        let placements = groupPlacements()
        for polygon in polygons {
            let placement = placements[polygon.group]
            guard let surface = placement.surface else {
                if placement.isOther { builder.skip() }
                continue
            }
            var corners: [Vector3] = []
            let pool = pools[polygon.pool]?.vertices
            for number in polygon.numbers {
                guard let vertex = pool?[number] else {
                    throw MeshError(
                        line: polygon.line,
                        reason: .noVertex("\(number) in \(excerpt(polygon.pool))"))
                }
                let corner = turn.move(placement.vertices.move(vertex))
                guard corner.isInWorld else {
                    throw MeshError(line: polygon.line, reason: .outOfRange("vertex \(number)"))
                }
                corners.append(corner)
            }
            for corners in polygon.kind.pieces(of: corners) {
                try builder.add(corners, to: surface, line: polygon.line)
            }
        }
    }

    private struct Placement {
        /// The transform from the group's coordinates to the file's.
        var frame = Frame.identity
        /// The transform of the group's vertices, which are in the file's coordinates except inside an
        /// instance.
        var vertices = Frame.identity
        var surface: String?
        var isOther = false
    }

    /// The places of the groups. Parents come before their children.
    private func groupPlacements() -> [Placement] {
        var placements: [Placement] = []
        for group in groups {
            var placement = group.parent.map { placements[$0] } ?? Placement()
            placement.frame = group.transform.then(placement.frame)
            // Like Panda3D: groups inside one that collides are in its coordinates, and so are
            // instances.
            if placement.surface == nil {
                if group.isInstance { placement.vertices = placement.frame }
                if group.isSurface { placement.surface = group.name }
            }
            placement.isOther = placement.isOther || group.isOther
            placements.append(placement)
        }
        return placements
    }
}

extension EggFile.Polygon.Kind {
    /// The polygons of the corners: a strip or a fan has several.
    func pieces(of corners: [Vector3]) -> [[Vector3]] {
        guard self != .polygon, corners.count > 3 else { return [corners] }
        return (0..<corners.count - 2).map { index in
            let first = self == .fan ? 0 : index
            return [corners[first], corners[index + 1], corners[index + 2]]
        }
    }
}
