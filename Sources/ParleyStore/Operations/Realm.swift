/// Reads the rows of all zones, by ascending name: the directory, and the beats that a server watches.
public struct ListZones: StoreOperation, Hashable {
    /// The question.
    public init() {}

    /// The rows.
    public var steps: StoreSteps<[ZoneRecord]> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        [ZoneRecord]
    > {
        .done(try await tables.zones())
    }
}

/// Begins the next generation, after a restore from a backup: every zone is gone, every character out and every
/// session over, so that nothing from before the restore passes a fence again.
public struct BeginGeneration: StoreOperation, Hashable {
    /// The generation that ends.
    public var current: UInt32

    /// The command to end a generation.
    public init(after current: UInt32) {
        self.current = current
    }

    /// The new generation.
    public var steps: StoreSteps<UInt32> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        UInt32
    > {
        let now = try await tables.generation()
        if now == current &+ 1 { return .done(now) }
        guard now == current, current < .max else { return .refused(.generation(now)) }
        try await tables.begin(generation: now + 1)
        return .done(now + 1)
    }
}

/// Reads the realm's generation.
public struct ReadGeneration: StoreOperation, Hashable {
    /// The question.
    public init() {}

    /// The generation.
    public var steps: StoreSteps<UInt32> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        UInt32
    > {
        .done(try await tables.generation())
    }
}
