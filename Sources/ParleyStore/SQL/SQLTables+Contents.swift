internal import ParleyHandoff

extension SQLTables {
    func contents() async throws(StoreFault) -> StoreContents {
        var contents = StoreContents(generation: try await generation(), zones: try await zones())
        var unreadable: [String] = []
        contents.characters = read(
            try await run(.auditOwners), &unreadable, CharacterRecord.init(row:))
        contents.states = read(try await run(.auditStates), &unreadable) {
            (row) throws(StoreFault) in
            var row = row
            return StoreContents.State(
                character: CharacterID(rawValue: try row.bits()), number: try row.bits(),
                outboxSeen: try row.bits())
        }
        contents.items = read(try await run(.auditItems), &unreadable, Item.init(row:))
        contents.balances = read(try await run(.auditBalances), &unreadable, Balance.init(row:))
        contents.ledger = read(try await run(.auditLedger), &unreadable, LedgerRow.init(row:))
        contents.outbox = read(try await run(.auditOutbox), &unreadable) {
            (row) throws(StoreFault) in
            var row = row
            let character = CharacterID(rawValue: try row.bits())
            return StoreContents.Event(character: character, event: try OutboxEvent(row: &row))
        }
        contents.accounts = read(try await run(.auditAccounts), &unreadable) {
            (row) throws(StoreFault) in
            var row = row
            return StoreContents.Account(
                name: try row.text(), character: CharacterID(rawValue: try row.bits()))
        }
        contents.unreadable = unreadable
        return contents.sorted
    }

    /// Reads what can be read, and notes the rest.
    private func read<Value>(
        _ rows: [SQLRow], _ unreadable: inout [String],
        _ value: (SQLRow) throws(StoreFault) -> Value
    ) -> [Value] {
        var values: [Value] = []
        for row in rows {
            do throws(StoreFault) { values.append(try value(row)) } catch {
                unreadable.append("\(error)")
            }
        }
        return values
    }
}

extension Balance {
    fileprivate init(row: SQLRow) throws(StoreFault) {
        var row = row
        let holder = try Holder(stored: try row.text())
        self.init(
            holder: holder, currency: Currency(rawValue: try row.number()),
            amount: try row.integer())
    }
}

extension LedgerRow {
    init(row: SQLRow) throws(StoreFault) {
        var row = row
        let operation = try row.text()
        let index: Int = try row.number()
        let holder = try Holder(stored: try row.text())
        self.init(
            operation: operation, index: index, holder: holder,
            currency: Currency(rawValue: try row.number()), change: try row.integer())
    }
}
