/// A flat polygon whose outline does not cross itself, and its triangulation.
struct Polygon {
    private let corners: [Vector3]
    /// The normal, whose length is twice the area (Newell's method).
    private let normal: Vector3

    init(_ corners: [Vector3]) {
        self.corners = corners
        var normal = Vector3.zero
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            normal = normal + (corner - corners[0]).cross(next - corners[0])
        }
        self.normal = normal
    }

    /// The triangles, found by ear clipping (Meisters 1975). A convex polygon becomes a fan. Ears without
    /// area are left out.
    var triangles: [Collider] {
        guard corners.count >= 3, normal != .zero else { return [] }
        var rest = Array(corners.indices)
        var triangles: [Collider] = []
        while rest.count > 3 {
            // An outline that crosses itself may have no ear, and then any corner will do.
            let ear = rest.indices.first { isEar($0, of: rest) } ?? 0
            triangles += triangle(around: ear, of: rest)
            rest.remove(at: ear)
        }
        return triangles + triangle(around: 1, of: rest)
    }

    private func around(_ ear: Int, of rest: [Int]) -> (Vector3, Vector3, Vector3) {
        (
            corners[rest[(ear + rest.count - 1) % rest.count]], corners[rest[ear]],
            corners[rest[(ear + 1) % rest.count]]
        )
    }

    private func triangle(around ear: Int, of rest: [Int]) -> [Collider] {
        let (a, b, c) = around(ear, of: rest)
        let triangle = Collider.triangle(a, b, c)
        return Solid(triangle) == nil ? [] : [triangle]
    }

    private func isEar(_ ear: Int, of rest: [Int]) -> Bool {
        let (a, b, c) = around(ear, of: rest)
        guard (b - a).cross(c - b).dot(normal) >= 0 else { return false }
        return !rest.contains { other in
            let position = corners[other]
            guard position != a, position != b, position != c else { return false }
            return (b - a).cross(position - a).dot(normal) >= 0
                && (c - b).cross(position - b).dot(normal) >= 0
                && (a - c).cross(position - c).dot(normal) >= 0
        }
    }
}
