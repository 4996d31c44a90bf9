/// A shape on a straight way.
struct Sweep {
    let core: Core
    let start: Vector3
    let way: Vector3
    let skin: Double
    /// Metres that count as none.
    let tolerance: Double

    /// Where it meets something.
    struct Touch {
        /// The share of the way after which it is half the skin away.
        var share: Double
        /// The share of the way after which it stops: a whole skin away, if it was farther.
        var stop: Double
        /// What is between the two at `share`.
        var gap: Gap
        var solid: Int

        /// Sooner comes first, then nearer, then by the normal: two colliders that tie in all of
        /// them push the same way, so it does not matter which is taken.
        @inline(__always)
        func precedes(_ other: Touch) -> Bool {
            if share != other.share { return share < other.share }
            if gap.distance != other.gap.distance { return gap.distance < other.gap.distance }
            if gap.normal != other.gap.normal { return gap.normal.precedes(other.gap.normal) }
            if stop != other.stop { return stop < other.stop }
            return gap.point.precedes(other.gap.point)
        }
    }

    /// Finds when the shape comes within half the skin of a solid, and where it stops for that.
    ///
    /// The distance to what is convex is a convex function along a straight way, so Newton's method
    /// approaches the first contact from before it and never passes it, however fast the shape is;
    /// against a face one step is exact. A slope that no longer falls means that no contact comes.
    /// Because contact is at half the skin and the stop is at the whole, a shape that glides over the
    /// seams of a flat floor is not caught by them.
    @inline(__always)
    func touch(_ solid: Solid, index: Int, limit: Double) -> Touch? {
        var share = 0.0
        var stop: Double?
        var nearest = core.gap(at: start, to: solid)
        // Some five steps around a corner; more only where the way all but grazes it, and then
        // before contact is a safe place to stop.
        for _ in 0..<64 {
            let slope = nearest.normal.dot(way)
            guard slope < 0 else { return nil }
            let height = nearest.distance - core.radius
            if stop == nil, height <= skin + tolerance { stop = share }
            if stop != nil, height <= skin / 2 + tolerance { break }
            share += (height - (stop == nil ? skin : skin / 2)) / -slope
            guard share <= limit else { return nil }
            nearest = core.gap(at: start + way * share, to: solid)
        }
        return Touch(share: share, stop: stop ?? share, gap: nearest, solid: index)
    }
}

extension CollisionWorld {
    func sweep(_ core: Core, from start: Vector3, by way: Vector3) -> Sweep {
        Sweep(
            core: core, start: start, way: way, skin: skin, tolerance: max(skin * 1e-7, slack))
    }

    /// The first contact of a sweep.
    @inline(__always)
    func firstTouch(_ sweep: Sweep) -> Sweep.Touch? {
        let room = skin + skin + slack
        let corridor = Corridor(
            from: sweep.start, by: sweep.way,
            reach: sweep.core.reach + Vector3(room, room, room))
        var best: Sweep.Touch?
        tree.walk(corridor) { place, limit in
            guard let touch = sweep.touch(solids[place], index: place, limit: limit),
                best.map(touch.precedes) ?? true
            else { return }
            best = touch
            limit = touch.share
        }
        return best
    }

    func contact(_ touch: Sweep.Touch, of sweep: Sweep) -> Contact {
        Contact(
            share: touch.stop, place: sweep.start + sweep.way * touch.stop,
            point: touch.gap.point, normal: touch.gap.normal,
            collider: Int(indices[touch.solid]))
    }
}
