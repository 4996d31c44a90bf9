/// Reads what an audit compares.
struct ReadContents: StoreOperation, Hashable {
    var steps: StoreSteps<StoreContents> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<StoreContents>
    {
        .done(try await tables.contents())
    }
}

extension Store {
    /// Checks all rows of a store that nothing else changes meanwhile.
    package func auditRows() async -> StoreOutcome<StoreAudit> {
        await perform(ReadContents()).then { .done(StoreAudit($0)) }
    }
}

extension ModelStore {
    /// Checks all rows.
    public func audit() -> StoreAudit {
        StoreAudit(tables.contents())
    }
}

extension SQLiteStore {
    /// Checks the file's pages and all rows. It takes the file for itself: nothing else may have the store open.
    ///
    /// - Throws: `StoreOpenError` when another process has it, or it is no store that this code reads.
    public static func audit(path: String) async throws(StoreOpenError) -> StoreAudit {
        let store = try await SQLiteStore(path: path)
        let engine = await store.damage()
        switch await store.perform(ReadContents()) {
        case .done(let contents): return StoreAudit(contents, engine: engine)
        case .refused(let refusal):
            throw StoreOpenError(path: path, reason: .unreadable("\(refusal)"))
        case .unknown(let reason): throw StoreOpenError(path: path, reason: .failed("\(reason)"))
        }
    }
}
