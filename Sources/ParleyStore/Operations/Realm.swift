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
    /// The generation that begins. It must be above every one that the realm ever had, also in what a restore has
    /// undone: of one backup that is restored twice, the second time it is higher than the first.
    public var next: UInt32

    /// The command to end a generation.
    ///
    /// - Parameters:
    ///   - current: The generation that ends.
    ///   - next: The one that begins; nil for the next number.
    public init(after current: UInt32, next: UInt32? = nil) {
        self.current = current
        self.next = next ?? current &+ 1
    }

    /// The new generation.
    public var steps: StoreSteps<UInt32> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        UInt32
    > {
        let now = try await tables.lockGeneration()
        guard next > current else { return .refused(.generation(now)) }
        if now == next { return .done(now) }
        guard now == current else { return .refused(.generation(now)) }
        try await tables.begin(generation: next)
        return .done(next)
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
