internal import ParleyHandoff

/// Forgets deals from before a date: their names and results, and their entries in the ledger. What the entries of a
/// balance come to is kept in one entry.
///
/// A deal whose result waits in an outbox is not forgotten. A deal that was forgotten would take place again, so the
/// date lies farther back than any zone repeats a request: a week, say, where players' sessions last a day.
public struct TrimDeals: StoreOperation, Hashable {
    /// Deals of this second since 1970, and later ones, are kept.
    public var date: Int64
    /// The most deals of one call, at most 10,000: a long transaction makes others wait.
    public var limit: Int

    /// The command. The caller repeats it until nothing was forgotten.
    public init(before date: Int64, limit: Int = 1_000) {
        self.date = date
        self.limit = limit
    }

    /// How many deals were forgotten.
    public var steps: StoreSteps<Int> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<Int> {
        let names = try await tables.operations(
            before: date, limit: min(max(limit, 0), 10_000))
        var sums: [Purse: Int64] = [:]
        for name in names {
            for entry in try await tables.removeLedger(name) {
                let purse = Purse(holder: entry.holder, currency: entry.currency)
                let (sum, overflow) = sums[purse, default: 0].addingReportingOverflow(entry.change)
                guard !overflow else {
                    throw .failed("the ledger of \(purse.holder) exceeds 64 bits")
                }
                sums[purse] = sum
            }
            try await tables.removeResult(name)
        }
        for (purse, sum) in sums.sorted(by: { $0.key < $1.key }) {
            try await tables.add(
                LedgerRow(
                    operation: "sum/\(purse.holder.stored)/\(purse.currency.rawValue)", index: 0,
                    holder: purse.holder, currency: purse.currency, change: sum))
        }
        return .done(names.count)
    }
}
