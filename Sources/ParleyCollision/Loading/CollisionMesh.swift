/// What a file of geometry holds for collisions, part by part.
public struct CollisionMesh: Hashable, Sendable {
    /// An object or a group of the file.
    public struct Part: Hashable, Sendable {
        /// Its name in the file; empty for what belongs to none.
        public var name: String
        /// Its surface: triangles.
        public var colliders: [Collider]
    }

    /// What has a name in the file, in its order.
    public internal(set) var parts: [Part] = []
    /// How many polygons are no part of it: without area, or of a kind that is no surface.
    public internal(set) var skipped = 0

    /// The surfaces of all parts, or of those whose names are chosen.
    public func colliders(named isChosen: (String) -> Bool = { _ in true }) -> [Collider] {
        parts.filter { isChosen($0.name) }.flatMap(\.colliders)
    }
}

/// Which way is up in a file; in the world that comes out, z is.
public enum UpAxis: Hashable, Sendable {
    /// As most modelling programs write OBJ files: y goes up, and z to the viewer.
    case y
    /// As in the world.
    case z

    func turn(_ place: Vector3) -> Vector3 {
        self == .z ? place : Vector3(place.x, -place.z, place.y)
    }
}

/// What a file may be, since it may come from anybody.
public struct MeshLimits: Hashable, Sendable {
    /// Bytes in a file.
    public var bytes = 64 << 20
    /// Vertices in all.
    public var vertices = 1 << 20
    /// Triangles in all.
    public var triangles = 1 << 20
    /// Groups, or objects, in all.
    public var groups = 1 << 16
    /// Bytes of one line of an OBJ file, or of one word of an egg file.
    public var text = 1 << 16
    /// Corners of one polygon; cutting it up takes time that grows with their cube.
    public var corners = 128
    /// Groups inside groups.
    public var depth = 64

    /// The limits as they are.
    public init() {}
}

/// A mesh while a file is being read: what every format has to count and to name.
struct MeshBuilder {
    let limits: MeshLimits
    private(set) var mesh = CollisionMesh()
    private var parts: [String: Int] = [:]
    private var triangles = 0

    init(_ limits: MeshLimits, bytes: Int) throws(MeshError) {
        self.limits = limits
        try Self.check(bytes, limits.bytes, "bytes", line: 1)
    }

    static func check(
        _ count: Int, _ limit: Int, _ what: String, line: Int
    ) throws(MeshError) {
        guard count <= limit else {
            throw MeshError(line: line, reason: .tooMany(what, limit: limit))
        }
    }

    /// Adds a polygon to a part; what has no area is counted and left out.
    mutating func add(_ corners: [Vector3], to part: String, line: Int) throws(MeshError) {
        guard corners.count >= 3 else {
            throw MeshError(
                line: line, reason: .expected("three corners", found: "\(corners.count)"))
        }
        try Self.check(corners.count, limits.corners, "corners of a polygon", line: line)
        triangles += corners.count - 2
        try Self.check(triangles, limits.triangles, "triangles", line: line)
        let pieces = Polygon(corners).triangles
        guard !pieces.isEmpty else { return skip() }
        let index = parts[part] ?? mesh.parts.count
        if index == mesh.parts.count {
            try Self.check(index + 1, limits.groups, "groups", line: line)
            mesh.parts.append(CollisionMesh.Part(name: part, colliders: []))
            parts[part] = index
        }
        mesh.parts[index].colliders += pieces
    }

    /// Counts a polygon that is no surface.
    mutating func skip() { mesh.skipped += 1 }
}

/// Why a file is no mesh.
public struct MeshError: Error, Hashable, CustomStringConvertible, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// Something else was expected there.
        case expected(String, found: String)
        /// A number is not finite, or farther out than 10⁹ m.
        case outOfRange(String)
        /// A vertex is named that is not there.
        case noVertex(String)
        /// There is more than the limits allow.
        case tooMany(String, limit: Int)
    }

    /// The line of the file, from 1.
    public let line: Int
    /// What is wrong in it.
    public let reason: Reason

    /// The error in words.
    public var description: String {
        switch reason {
        case .expected(let what, let found): "line \(line): expected \(what), found “\(found)”"
        case .outOfRange(let number): "line \(line): \(number) is out of range"
        case .noVertex(let name): "line \(line): there is no vertex \(name)"
        case .tooMany(let what, let limit): "line \(line): more than \(limit) \(what)"
        }
    }
}
