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
        for handle in takeCrowd(from: &visible) where !always.contains(handle) {
            client.hide(handle)
        }
        for (entry, distance) in visible where !always.contains(entry.handle) {
            client.show(entry.handle, weight: weight(of: entry, atSquare: distance))
        }
        for handle in always.sorted(by: { $0.rawValue < $1.rawValue }) {
            client.show(handle, weight: max(entry(of: handle)?.importance ?? 1, 1))
        }
    }

    /// Takes out those that are too many to be shown: all but the nearest, of those equally far the
    /// lower handles.
    private func takeCrowd(
        from visible: inout [(entry: Entry, distance: Double)]
    ) -> [EntityHandle] {
        let count = configuration.maximumVisible
        guard visible.count > count else { return [] }
        // Only the distances are sorted: everything that is seen would be many times the bytes.
        let limit = count > 0 ? visible.map(\.distance).sorted()[count - 1] : -1
        let room = count - visible.count { $0.distance < limit }
        let atLimit = visible.filter { $0.distance == limit }.map(\.entry.handle.rawValue).sorted()
        let last = atLimit.prefix(room).last
        var crowd: [EntityHandle] = []
        visible.removeAll { entry, distance in
            let stays = distance < limit || distance == limit && entry.handle.rawValue <= last ?? 0
            if !stays { crowd.append(entry.handle) }
            return !stays
        }
        return crowd
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
