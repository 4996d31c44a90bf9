extension SnapshotReceiver {
    /// The newest states of all entities of a type that are shown, by rising handle.
    @inlinable
    public func states<Entity: Replicated>(
        of type: EntityType<Entity>
    ) -> [(handle: EntityHandle, state: Entity)] {
        handles(ofType: type.index).compactMap { handle in
            state(of: handle, as: type).map { (handle, $0) }
        }
    }

    /// The handles of all entities of a type that are shown, rising.
    @usableFromInline
    package func handles(ofType type: Int) -> [EntityHandle] {
        var handles: [EntityHandle] = []
        handles.reserveCapacity(aliases.count)
        // An entity may have two aliases while the removal of one is in flight.
        for alias in bindings.indices
        where bindings[alias].isShown && bindings[alias].type == type
            && aliases[bindings[alias].handle] == alias
        {
            handles.append(bindings[alias].handle)
        }
        handles.sort { $0.rawValue < $1.rawValue }
        return handles
    }
}
