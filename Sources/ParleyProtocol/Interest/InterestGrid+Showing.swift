extension InterestGrid {
    /// Shows a client what is around it, hides what no longer is, and says how often each is due.
    ///
    /// Costs a look at everything in the nine squares around, so a few times a second is often
    /// enough; entities that move are in their right place at once either way.
    ///
    /// - Parameters:
    ///   - client: what it is shown changes.
    ///   - x: where it looks from.
    ///   - y: where it looks from.
    ///   - area: the part of the world that it is in.
    ///   - always: shown wherever they are, at a weight of 1 or their importance.
    ///   - except: never shown: the client's own entity, of which it is told otherwise.
    public func show(
        to client: inout ClientReplica, x: Double, y: Double, in area: Area = 0,
        always: Set<EntityHandle> = [], except: EntityHandle? = nil
    ) {
        let x = x.isFinite ? x : 0
        let y = y.isFinite ? y : 0
        hideDistant(from: &client, x, y, area, always)
        if let except, client.shows(except) { client.hide(except) }
        var visible: [(entry: Entry, distance: Double)] = []
        near(x, y, in: area) { if $0.handle != except { visible.append(($0, $1)) } }
        for handle in client.shownInOrder {
            guard let entry = entry(of: handle) else { continue }
            let distance = Self.square(entry, x, y)
            // Still seen, though it would not come into sight where it is.
            if distance > configuration.radius * configuration.radius {
                visible.append((entry, distance))
            }
        }
        let crowd = visible.count > configuration.shownCount
        if crowd {
            visible.sort {
                ($0.distance, $0.entry.handle.rawValue) < ($1.distance, $1.entry.handle.rawValue)
            }
            for (entry, _) in visible[configuration.shownCount...]
            where !always.contains(entry.handle) {
                client.hide(entry.handle)
            }
        }
        for (entry, distance) in visible.prefix(configuration.shownCount)
        where !always.contains(entry.handle) {
            client.show(entry.handle, weight: weight(of: entry, atSquare: distance))
        }
        for handle in always.sorted(by: { $0.rawValue < $1.rawValue }) {
            client.show(handle, weight: max(entry(of: handle)?.importance ?? 1, 1))
        }
    }

    private func hideDistant(
        from client: inout ClientReplica, _ x: Double, _ y: Double, _ area: Area,
        _ always: Set<EntityHandle>
    ) {
        let leaving = configuration.radius * configuration.hysteresis
        for handle in client.shownInOrder where !always.contains(handle) {
            guard let entry = entry(of: handle), entry.area == area,
                Self.square(entry, x, y) <= leaving * leaving
            else {
                client.hide(handle)
                continue
            }
        }
    }
}
