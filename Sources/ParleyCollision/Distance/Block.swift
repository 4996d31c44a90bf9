/// A box along the axes, and how far others are from it.
struct Block {
    let center: Vector3
    let half: Vector3

    /// From the block, which is solid, to a point.
    @inline(__always)
    func gap(toPoint place: Vector3) -> Gap {
        let offset = place - center
        let inner = offset.zip(half) { min(max($0, -$1), $1) }
        guard inner == offset else {
            return Gap(from: center + inner, to: place, fallback: .zero)
        }
        return Gap(distance: 0, normal: wayOut(of: offset), point: place)
    }

    /// The gap with its point moved to where this block has it.
    @inline(__always)
    func onto(_ gap: Gap) -> Gap {
        let inner = (gap.point - center).zip(half) { min(max($0, -$1), $1) }
        return Gap(distance: gap.distance, normal: gap.normal, point: center + inner)
    }

    /// The side through which a place inside is out soonest.
    private func wayOut(of offset: Vector3) -> Vector3 {
        let depth = half - offset.magnitudes
        if depth.x <= depth.y, depth.x <= depth.z {
            return Vector3(offset.x < 0 ? -1 : 1, 0, 0)
        }
        return depth.y <= depth.z
            ? Vector3(0, offset.y < 0 ? -1 : 1, 0) : Vector3(0, 0, offset.z < 0 ? -1 : 1)
    }

    /// From a line, which is the solid, to this block, which is the core.
    @inline(__always)
    func gap(toLine start: Vector3, _ way: Vector3) -> Gap {
        let offset = start - center
        let place = start + way * nearestShare(offset, way)
        let outside = place - center
        let inner = outside.zip(half) { min(max($0, -$1), $1) }
        guard inner == outside else {
            return Gap(from: place, to: center + inner, fallback: .zero)
        }
        // The line pierces the block: out by where the middle of the line is.
        return Gap(distance: 0, normal: -wayOut(of: offset + way * 0.5), point: place)
    }

    /// Where on a line the nearest place to the block is, as a share of it.
    ///
    /// The squared distance along a line is convex and made of parabolas that meet where the line
    /// enters or leaves a slab of the block. Between two such places its slope is a straight line.
    @inline(__always)
    private func nearestShare(_ start: Vector3, _ way: Vector3) -> Double {
        var (low, high) = (0.0, 1.0)
        var (falling, rising) = (slope(start, way, 0), slope(start, way, 1))
        if falling >= 0 { return 0 }
        if rising <= 0 { return 1 }
        func narrow(_ from: Double, _ along: Double, _ side: Double) {
            guard along != 0 else { return }
            let share = (side - from) / along
            guard share > low, share < high else { return }
            let here = slope(start, way, share)
            if here >= 0 { (high, rising) = (share, here) } else { (low, falling) = (share, here) }
        }
        narrow(start.x, way.x, -half.x)
        narrow(start.x, way.x, half.x)
        narrow(start.y, way.y, -half.y)
        narrow(start.y, way.y, half.y)
        narrow(start.z, way.z, -half.z)
        narrow(start.z, way.z, half.z)
        guard rising > falling else { return low }
        return low + (high - low) * (-falling / (rising - falling))
    }

    /// Half the slope of the squared distance to the block, there on the line.
    @inline(__always)
    private func slope(_ start: Vector3, _ way: Vector3, _ share: Double) -> Double {
        let place = start + way * share
        return (place - place.zip(half) { min(max($0, -$1), $1) }).dot(way)
    }

    /// From a triangle, which is the solid, to this block, which is the core.
    ///
    /// Nearest to a face is a corner of the block; all other pairs have an edge of the triangle in
    /// them. Where the block is pierced by the face and by no edge, its diagonal is too.
    @inline(__always)
    func gap(to triangle: Solid) -> Gap {
        let out = triangle.normal(towards: center)
        // The corner that is deepest towards the triangle.
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
