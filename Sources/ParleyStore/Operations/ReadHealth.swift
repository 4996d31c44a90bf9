/// Reads what operators watch. It looks at all owners and outboxes: for each scrape of metrics, and no more often.
public struct ReadHealth: StoreOperation, Hashable {
    /// The question.
    public init() {}

    /// The numbers.
    public var steps: StoreSteps<StoreHealth> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        StoreHealth
    > {
        .done(try await tables.health())
    }
}
