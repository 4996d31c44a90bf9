// Distances to triangles.

extension Solid {
    /// The normal on the side of a point.
    @inline(__always)
    func normal(towards position: Vector3) -> Vector3 {
        (position - a).dot(normal) >= 0 ? normal : -normal
    }

    /// Whether a point is above or below the triangle, seen along the normal.
    @inline(__always)
    func isAbove(_ position: Vector3) -> Bool {
        (b - a).cross(position - a).dot(normal) >= 0 && (c - b).cross(position - b).dot(normal) >= 0
            && (a - c).cross(position - c).dot(normal) >= 0
    }

    @inline(__always)
    private func faceGap(_ position: Vector3) -> Gap {
        let height = (position - a).dot(normal)
        let side = height >= 0 ? normal : -normal
        return Gap(distance: abs(height), normal: side, point: position - normal * height)
    }

    /// The gap to a point, whose nearest part of the triangle is found as in Ericson, "Real-Time
    /// Collision Detection", 5.1.5.
    @inline(__always)
    func gap(toPoint position: Vector3) -> Gap {
        let nearest = nearestCornerOrEdge(to: position)
        guard let nearest else { return faceGap(position) }
        return Gap(from: nearest, to: position, fallback: normal)
    }

    /// The nearest point, unless it is inside the face.
    @inline(__always)
    private func nearestCornerOrEdge(to position: Vector3) -> Vector3? {
        let (ab, ac, ap) = (b - a, c - a, position - a)
        let (d1, d2) = (ab.dot(ap), ac.dot(ap))
        if d1 <= 0, d2 <= 0 { return a }
        let bp = position - b
        let (d3, d4) = (ab.dot(bp), ac.dot(bp))
        if d3 >= 0, d4 <= d3 { return b }
        if d1 * d4 - d3 * d2 <= 0, d1 >= 0, d3 <= 0 { return a + ab * (d1 / (d1 - d3)) }
        let cp = position - c
        let (d5, d6) = (ab.dot(cp), ac.dot(cp))
        if d6 >= 0, d5 <= d6 { return c }
        if d5 * d2 - d1 * d6 <= 0, d2 >= 0, d6 <= 0 { return a + ac * (d2 / (d2 - d6)) }
        if d3 * d6 - d5 * d4 <= 0, d4 >= d3, d5 >= d6 {
            return b + (c - b) * ((d4 - d3) / ((d4 - d3) + (d5 - d6)))
        }
        return nil
    }

    /// The gap to a line from `center` − `half` to `center` + `half`.
    @inline(__always)
    func gap(toLine center: Vector3, _ half: Vector3) -> Gap {
        let (start, end) = (center - half, center + half)
        let (first, last) = ((start - a).dot(normal), (end - a).dot(normal))
        let out = normal(towards: center)
        if first * last <= 0, first != last {
            let crossing = start + (end - start) * (first / (first - last))
            if isAbove(crossing) { return Gap(distance: 0, normal: out, point: crossing) }
        }
        // Only the end that is nearer to the plane can be nearest to the face.
        let tip = abs(first) <= abs(last) ? start : end
        if first * last > 0, isAbove(tip) { return faceGap(tip) }
        let extent = half * 2
        var best = lineGap(start, extent, a, b - a, fallback: out)
        best.take(lineGap(start, extent, b, c - b, fallback: out))
        best.take(lineGap(start, extent, c, a - c, fallback: out))
        // Where the line crosses the plane beside the triangle, an end may still be above it.
        if first * last <= 0 {
            if isAbove(start) { best.take(faceGap(start)) }
            if isAbove(end) { best.take(faceGap(end)) }
        }
        return best
    }
}
