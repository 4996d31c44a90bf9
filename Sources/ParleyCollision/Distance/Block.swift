/// An axis-aligned box, for the computation of distances.
struct Block {
    let center: Vector3
    let half: Vector3

    /// The gap from this block, which is the solid, to a point.
    @inline(__always)
    func gap(toPoint position: Vector3) -> Gap {
        let offset = position - center
        let inner = offset.zip(half) { min(max($0, -$1), $1) }
        guard inner == offset else {
            return Gap(from: center + inner, to: position, fallback: .zero)
        }
        return Gap(distance: 0, normal: separation(of: offset), point: position)
    }

    /// The gap with its point moved onto this block.
    @inline(__always)
    func onto(_ gap: Gap) -> Gap {
        let inner = (gap.point - center).zip(half) { min(max($0, -$1), $1) }
        return Gap(distance: gap.distance, normal: gap.normal, point: center + inner)
    }

    /// The normal of the side that is nearest to a point inside.
    private func separation(of offset: Vector3) -> Vector3 {
        let depth = half - offset.magnitudes
        if depth.x <= depth.y, depth.x <= depth.z {
            return Vector3(offset.x < 0 ? -1 : 1, 0, 0)
        }
        return depth.y <= depth.z
            ? Vector3(0, offset.y < 0 ? -1 : 1, 0) : Vector3(0, 0, offset.z < 0 ? -1 : 1)
    }

    /// The gap from a line, which is the solid, to this block, which is the core.
    @inline(__always)
    func gap(toLine start: Vector3, _ extent: Vector3) -> Gap {
        let offset = start - center
        let position = start + extent * nearestShare(offset, extent)
        let outside = position - center
        let inner = outside.zip(half) { min(max($0, -$1), $1) }
        guard inner == outside else {
            return Gap(from: position, to: center + inner, fallback: .zero)
        }
        // The line pierces the block, so the middle of the line decides on the side.
        return Gap(distance: 0, normal: -separation(of: offset + extent * 0.5), point: position)
    }

    /// The fraction of a line at which it is nearest to the block.
    ///
    /// The squared distance along a line is convex. It consists of parabolas that meet where the line
    /// enters or leaves a slab of the block, so its slope is linear between two such points.
    @inline(__always)
    private func nearestShare(_ start: Vector3, _ extent: Vector3) -> Double {
        var (low, high) = (0.0, 1.0)
        var (falling, rising) = (slope(start, extent, 0), slope(start, extent, 1))
        if falling >= 0 { return 0 }
        if rising <= 0 { return 1 }
        func narrow(_ from: Double, _ along: Double, _ side: Double) {
            guard along != 0 else { return }
            let fraction = (side - from) / along
            guard fraction > low, fraction < high else { return }
            let here = slope(start, extent, fraction)
            if here >= 0 {
                (high, rising) = (fraction, here)
            } else {
                (low, falling) = (fraction, here)
            }
        }
        narrow(start.x, extent.x, -half.x)
        narrow(start.x, extent.x, half.x)
        narrow(start.y, extent.y, -half.y)
        narrow(start.y, extent.y, half.y)
        narrow(start.z, extent.z, -half.z)
        narrow(start.z, extent.z, half.z)
        guard rising > falling else { return low }
        return low + (high - low) * (-falling / (rising - falling))
    }

    /// Half of the slope of the squared distance to the block, at a fraction of the line.
    @inline(__always)
    private func slope(_ start: Vector3, _ extent: Vector3, _ fraction: Double) -> Double {
        let position = start + extent * fraction
        return (position - position.zip(half) { min(max($0, -$1), $1) }).dot(extent)
    }

    /// The gap from a triangle, which is the solid, to this block, which is the core.
    ///
    /// A corner of the block is nearest to the face. All other pairs include an edge of the triangle.
    /// Where the face pierces the block and no edge does, it also crosses the diagonal.
    @inline(__always)
    func gap(to triangle: Solid) -> Gap {
        let out = triangle.normal(towards: center)
        // The corner of the block that is farthest in the direction of the triangle.
        let corner = Vector3(
            out.x > 0 ? -half.x : half.x, out.y > 0 ? -half.y : half.y,
            out.z > 0 ? -half.z : half.z)
        let height = (center + corner - triangle.a).dot(out)
        if height > 0, triangle.isAbove(center + corner) {
            return Gap(
                distance: height, normal: out, point: center + corner - out * height)
        }
        if height <= 0 {
            let depth = (center - triangle.a).dot(out)
            let crossing =
                depth > height ? center + corner * (depth / (depth - height)) : center
            if triangle.isAbove(crossing) {
                return Gap(distance: 0, normal: out, point: crossing)
            }
        }
        var best = gap(toLine: triangle.a, triangle.b - triangle.a)
        best.take(gap(toLine: triangle.b, triangle.c - triangle.b))
        best.take(gap(toLine: triangle.c, triangle.a - triangle.c))
        if best.distance == 0 { best.normal = out }
        return best
    }
}
