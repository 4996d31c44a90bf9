/// The motion of a shape in a straight line.
struct Sweep {
    let core: Core
    let start: Vector3
    let motion: Vector3
    let skin: Double
    /// The distance in metres that counts as 0.
    let tolerance: Double

    /// A contact of the shape with a solid.
    struct Touch {
        /// The fraction of the motion after which the shape is half the skin away.
        var fraction: Double
        /// The fraction of the motion after which the shape stops, which is a whole skin away if it
        /// started farther away.
        var stop: Double
        /// The gap between the two at `fraction`.
        var gap: Gap
        var solid: Int

        /// Orders contacts by time, by distance and by normal. Colliders that are equal in all of them
        /// push in the same direction, so either may be chosen.
        @inline(__always)
        func precedes(_ other: Touch) -> Bool {
            if fraction != other.fraction { return fraction < other.fraction }
            if gap.distance != other.gap.distance { return gap.distance < other.gap.distance }
            if gap.normal != other.gap.normal { return gap.normal.precedes(other.gap.normal) }
            if stop != other.stop { return stop < other.stop }
            return gap.point.precedes(other.gap.point)
        }
    }

    /// Finds when the shape comes within half the skin of a solid, and where it stops for that.
    ///
    /// The distance to a convex solid is a convex function along a straight line. So Newton's method
    /// approaches the first contact from before it and never passes it at any speed, and one step is
    /// exact against a face. There is no contact once the distance no longer falls. Because the contact
    /// is at half the skin and the stop at the whole, a shape that slides over the seams of a flat
    /// floor is not caught by them.
    @inline(__always)
    func touch(_ solid: Solid, index: Int, limit: Double) -> Touch? {
        var fraction = 0.0
        var stop: Double?
        var nearest = core.gap(at: start, to: solid)
        // It takes some five steps around a corner, and more only where the motion nearly misses it.
        // Every step stops before the contact, so ending there is safe.
        for _ in 0..<64 {
            let slope = nearest.normal.dot(motion)
            guard slope < 0 else { return nil }
            let height = nearest.distance - core.radius
            if stop == nil, height <= skin + tolerance { stop = fraction }
            if stop != nil, height <= skin / 2 + tolerance { break }
            fraction += (height - (stop == nil ? skin : skin / 2)) / -slope
            guard fraction <= limit else { return nil }
            nearest = core.gap(at: start + motion * fraction, to: solid)
        }
        return Touch(fraction: fraction, stop: stop ?? fraction, gap: nearest, solid: index)
    }
}

extension CollisionWorld {
    func sweep(_ core: Core, from start: Vector3, by motion: Vector3) -> Sweep {
        Sweep(
            core: core, start: start, motion: motion, skin: skin, tolerance: max(skin * 1e-7, slack)
        )
    }

    /// The first contact of a sweep.
    @inline(__always)
    func firstTouch(_ sweep: Sweep) -> Sweep.Touch? {
        let room = skin + skin + slack
        let sweptBox = SweptBox(
            from: sweep.start, by: sweep.motion,
            reach: sweep.core.reach + Vector3(room, room, room))
        var best: Sweep.Touch?
        tree.walk(sweptBox) { slot, limit in
            guard let touch = sweep.touch(solids[slot], index: slot, limit: limit),
                best.map(touch.precedes) ?? true
            else { return }
            best = touch
            limit = touch.fraction
        }
        return best
    }

    func contact(_ touch: Sweep.Touch, of sweep: Sweep) -> Contact {
        Contact(
            fraction: touch.stop, position: sweep.start + sweep.motion * touch.stop,
            point: touch.gap.point, normal: touch.gap.normal,
            collider: Int(indices[touch.solid]))
    }
}
