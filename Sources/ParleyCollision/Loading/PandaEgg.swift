/// Panda3D's egg files: the polygons that Panda3D 1.10 collides with ("The egg syntax",
/// `pandatool/src/doc/eggSyntax.txt`).
///
/// A polygon is a surface when one of the groups around it says `<Collide> { Polyset … }` or
/// `{ Polygon … }`, or has an `<ObjectType>` that stands for that: `barrier`, `floor`, `dupefloor`.
/// `descend` is taken for granted, as it will be in Panda3D (1.10 finds nothing without it). What is
/// `intangible` stops nobody, so it is not read. Spheres, tubes, planes and other solids that Panda3D
/// would make of a group are counted in ``CollisionMesh/skipped``.
public enum PandaEgg {
    /// Reads a file.
    ///
    /// - Returns: A part for each group that collides, under its name (the outermost group's where
    ///   several do), with places as Panda3D shows them: z is up, whatever the file's
    ///   `<CoordinateSystem>` is, and an `<Instance>` that collides is where its transforms put it.
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

/// What an egg file says about collisions, in its order: what is said of a group may come after its
/// polygons, and its vertices after both.
struct EggFile {
    struct Group {
        let name: String
        let parent: Int?
        let isInstance: Bool
        var isSurface = false
        /// Whether it collides as something that is no surface.
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

    /// The file itself is the first.
    var groups = [Group(name: "", parent: nil, isInstance: false)]
    var polygons: [Polygon] = []
    var pools: [String: Pool] = [:]
    /// What a place in the file is in the world: y up if it does not say.
    var turn = Frame(x: Vector3(1, 0, 0), y: Vector3(0, 0, 1), z: Vector3(0, -1, 0))

    /// Puts the surfaces where they belong.
    func build(_ builder: inout MeshBuilder) throws(MeshError) {
        let places = placedGroups()
        for polygon in polygons {
            let place = places[polygon.group]
            guard let surface = place.surface else {
                if place.isOther { builder.skip() }
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
                let corner = turn.move(place.vertices.move(vertex))
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

    private struct Place {
        /// From the group's own coordinates to the file's.
        var frame = Frame.identity
        /// From those of its vertices, which are the file's but within an instance.
        var vertices = Frame.identity
        var surface: String?
        var isOther = false
    }

    /// Parents come before what is in them.
    private func placedGroups() -> [Place] {
        var places: [Place] = []
        for group in groups {
            var place = group.parent.map { places[$0] } ?? Place()
            place.frame = group.transform.then(place.frame)
            // What lies deeper is in the coordinates of the group that collides, even in an
            // instance: Panda3D has it so.
            if place.surface == nil {
                if group.isInstance { place.vertices = place.frame }
                if group.isSurface { place.surface = group.name }
            }
            place.isOther = place.isOther || group.isOther
            places.append(place)
        }
        return places
    }
}

extension EggFile.Polygon.Kind {
    /// The polygons that the corners are.
    func pieces(of corners: [Vector3]) -> [[Vector3]] {
        guard self != .polygon, corners.count > 3 else { return [corners] }
        return (0..<corners.count - 2).map { index in
            let first = self == .fan ? 0 : index
            return [corners[first], corners[index + 1], corners[index + 2]]
        }
    }
}
