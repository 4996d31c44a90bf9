extension InterestGrid {
    /// Shows a client what is around it, hides what no longer is, and sets how often each is due.
    ///
    /// A look reads everything in the nine squares around, so a few times a second is often enough.
    /// Entities that move are in their right place at once either way.
    ///
    /// - Parameters:
    ///   - client: what it is shown changes.
    ///   - x: where it looks from.
    ///   - y: where it looks from.
    ///   - area: the part of the world that it is in.
    ///   - always: shown wherever they are, beside the nearest, at a weight of 1 or their importance.
    ///   - except: never shown: the client's own entity, which reaches it in another way.
    public mutating func show(
        to client: inout ClientReplica, x: Double, y: Double, in area: Area = 0,
        always: Set<EntityHandle> = [], except: EntityHandle? = nil
    ) {
        let eye = (x: x.isFinite ? x : 0, y: y.isFinite ? y : 0, area: area)
        look &+= 1
        candidates.removeAll(keepingCapacity: true)
        markShown(to: &client, from: eye, always: always, except: except)
        findNear(eye, always: always, except: except)
        let count = min(configuration.maximumVisible, candidates.count)
        if count < candidates.count { hideCrowd(beyond: count, from: &client) }
        for candidate in candidates.prefix(count) {
            guard let slot = slot(of: candidate.handle) else { continue }
            let weight = weight(atSquare: candidate.square) * slots[slot].importance
            if let alias = markedAlias(of: slot) {
                client.setWeight(weight, ofAlias: alias)
            } else {
                client.show(candidate.handle, weight: weight)
            }
        }
        guard !always.isEmpty else { return }
        for handle in always.sorted(by: { $0.rawValue < $1.rawValue }) where handle != except {
            let importance = slot(of: handle).map { slots[$0].importance }
            client.show(handle, weight: max(importance ?? 1, 1))
        }
    }

    /// Marks what the client is shown and may keep, and hides the rest.
    private mutating func markShown(
        to client: inout ClientReplica, from eye: (x: Double, y: Double, area: Area),
        always: Set<EntityHandle>, except: EntityHandle?
    ) {
        let near = configuration.radius * configuration.radius
        let leaving = configuration.radius * configuration.hysteresis
        for alias in client.entries.indices where client.entries[alias].phase == .shown {
            let handle = client.entries[alias].handle
            if !always.isEmpty, always.contains(handle), handle != except { continue }
            guard handle != except, let slot = slot(of: handle),
                cells.key(of: Int(slots[slot].cell)).area == eye.area
            else {
                client.hide(alias: alias)
                continue
            }
            let spot = cells.spot(Int(slots[slot].place), in: Int(slots[slot].cell))
            let square = Self.square(spot, eye.x, eye.y)
            guard square <= leaving * leaving else {
                client.hide(alias: alias)
                continue
            }
            slots[slot].mark = mark(alias: alias)
            // Kept by hysteresis: a new entity would not become visible there.
            if square > near {
                candidates.append(InterestCandidate(square: square, handle: handle))
            }
        }
    }

    /// Finds everything in the area that is no farther away than the radius.
    private mutating func findNear(
        _ eye: (x: Double, y: Double, area: Area), always: Set<EntityHandle>,
        except: EntityHandle?
    ) {
        let near = configuration.radius * configuration.radius
        let (column, row) = (line(eye.x), line(eye.y))
        for columnStep in -1...1 as ClosedRange<Int32> {
            for rowStep in -1...1 as ClosedRange<Int32> {
                let key = InterestCells.Key(
                    area: eye.area, column: column &+ columnStep, row: row &+ rowStep)
                guard let cell = cells.cell(at: key) else { continue }
                for spot in cells.spots(in: cell) {
                    let square = Self.square(spot, eye.x, eye.y)
                    guard square <= near, spot.handle != except else { continue }
                    if !always.isEmpty, always.contains(spot.handle) { continue }
                    candidates.append(InterestCandidate(square: square, handle: spot.handle))
                }
            }
        }
    }

    /// Leaves the nearest at the front of the candidates, and hides the others.
    private mutating func hideCrowd(beyond count: Int, from client: inout ClientReplica) {
        InterestCandidate.moveNearest(count, toFrontOf: &candidates)
        for candidate in candidates[count...] {
            guard let slot = slot(of: candidate.handle), let alias = markedAlias(of: slot) else {
                continue
            }
            client.hide(alias: alias)
        }
    }

    @inline(__always)
    private static func square(_ spot: InterestCells.Spot, _ x: Double, _ y: Double) -> Double {
        (spot.x - x) * (spot.x - x) + (spot.y - y) * (spot.y - y)
    }

    /// How often entities at a distance are due.
    private func weight(atSquare square: Float) -> Float {
        for ring in rings where square <= ring.square { return ring.weight }
        return rings.last?.weight ?? 1
    }

    // MARK: Marks

    private func mark(alias: Int) -> UInt64 { look << 16 | UInt64(truncatingIfNeeded: alias) }

    /// The alias by which the client of this look is shown an entity; nil if it is not.
    @inline(__always)
    private func markedAlias(of slot: Int) -> Int? {
        slots[slot].mark >> 16 == look ? Int(slots[slot].mark & 0xFFFF) : nil
    }
}
