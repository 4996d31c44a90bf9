/// The colliders of a geometry file, divided into parts.
public struct CollisionMesh: Hashable, Sendable {
    /// The surfaces of an object or a group of the file.
    public struct Part: Hashable, Sendable {
        /// The name in the file, or an empty text for surfaces outside of all objects and groups.
        public var name: String
        /// The triangles.
        public var colliders: [Collider]
    }

    /// The parts, in the order of the file.
    public internal(set) var parts: [Part] = []
    /// The number of polygons that were left out, because they have no area or are no surface.
    public internal(set) var skipped = 0

    /// Returns the colliders of all parts, or of those whose names a closure chooses.
    ///
    /// - Parameter isChosen: Receives the name of a part.
    public func colliders(named isChosen: (String) -> Bool = { _ in true }) -> [Collider] {
        parts.filter { isChosen($0.name) }.flatMap(\.colliders)
    }
}

/// The axis that points up in a file. In the mesh that is read from it, z does.
public enum UpAxis: Hashable, Sendable {
    /// y points up and z to the viewer, as in the OBJ files of most modelling programs.
    case y
    /// z points up, as in the mesh.
    case z

    func turn(_ position: Vector3) -> Vector3 {
        self == .z ? position : Vector3(position.x, -position.z, position.y)
    }
}

/// The limits of a geometry file, which may come from a hostile author.
public struct MeshLimits: Hashable, Sendable {
    /// The number of bytes of the file.
    public var bytes = 64 << 20
    /// The number of vertices.
    public var vertices = 1 << 20
    /// The number of triangles.
    public var triangles = 1 << 20
    /// The number of groups or objects.
    public var groups = 1 << 16
    /// The number of bytes of a line of an OBJ file, or of a word of an egg file.
    public var text = 1 << 16
    /// The number of corners of a polygon. The time to triangulate it grows with their cube.
    public var corners = 128
    /// The depth of groups inside groups.
    public var depth = 64

    /// Creates the default limits.
    public init() {}
}

/// Collects the parts of a mesh and checks the limits, for all formats.
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

    /// Adds a polygon to a part. A polygon without area is counted and left out.
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

/// The reason why a file is not a mesh.
public struct MeshError: Error, Hashable, CustomStringConvertible, Sendable {
    /// The reason why the file is refused.
    public enum Reason: Hashable, Sendable {
        /// The file has other text than the expected one.
        case expected(String, found: String)
        /// A coordinate is not finite, or beyond 10⁹ m.
        case outOfRange(String)
        /// A polygon refers to a vertex that does not exist.
        case noVertex(String)
        /// The file is over a limit.
        case tooMany(String, limit: Int)
    }

    /// The line of the file, counting from 1.
    public let line: Int
    /// The error at that line.
    public let reason: Reason

    /// One sentence with the line and the reason.
    public var description: String {
        switch reason {
        case .expected(let what, let found): "line \(line): expected \(what), found “\(found)”"
        case .outOfRange(let number): "line \(line): \(number) is out of range"
        case .noVertex(let name): "line \(line): there is no vertex \(name)"
        case .tooMany(let what, let limit): "line \(line): more than \(limit) \(what)"
        }
    }
}
