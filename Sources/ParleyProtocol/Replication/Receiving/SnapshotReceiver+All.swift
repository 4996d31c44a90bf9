extension SnapshotReceiver {
    /// The newest states of all entities of a type that are shown, by rising handle.
    public func states<Entity: Replicated>(
        of type: EntityType<Entity>
    ) -> [(handle: EntityHandle, state: Entity)] {
        handles(ofType: type.index).compactMap { handle in
            state(of: handle, as: type).map { (handle, $0) }
        }
    }

    /// The handles of all entities of a type that are shown, rising.
    package func handles(ofType type: Int) -> [EntityHandle] {
        aliases.filter { bindings[$0.value].type == type }.map(\.key)
            .sorted { $0.rawValue < $1.rawValue }
    }
}
