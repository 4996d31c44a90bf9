internal import ParleyHandoff

extension SQLTables {
    func result(_ operation: String) async throws(StoreFault) -> DealResult? {
        guard var row = try await run(.readResult, .text(operation)).first else { return nil }
        return try DealResult(stored: try row.bytes())
    }

    func insert(_ result: DealResult, _ operation: String, date: Int64) async throws(StoreFault) {
        _ = try await run(
            .insertResult, .text(operation), .bytes(try result.stored()), .integer(date))
    }

    func operations(before date: Int64, limit: Int) async throws(StoreFault) -> [String] {
        try await run(.oldResults, .integer(date), SQLValue(limit)).map {
            (row) throws(StoreFault) in
            var row = row
            return try row.text()
        }
    }

    func removeResult(_ operation: String) async throws(StoreFault) {
        _ = try await run(.removeResult, .text(operation))
    }

    func removeLedger(_ operation: String) async throws(StoreFault) -> [LedgerRow] {
        try await run(.removeLedger, .text(operation)).map(LedgerRow.init(row:))
    }

    func add(_ entry: LedgerRow) async throws(StoreFault) {
        _ = try await run(
            .addLedger, .text(entry.operation), SQLValue(entry.index), .text(entry.holder.stored),
            SQLValue(entry.currency.rawValue), .integer(entry.change))
    }

    func item(_ id: ItemID) async throws(StoreFault) -> Item? {
        try await run(.readItem, SQLValue(id.rawValue)).first.map(Item.init(row:))
    }

    func items(_ holder: Holder) async throws(StoreFault) -> [Item] {
        // By bits the engine would sort the upper half of the numbers first.
        try await run(.readItems, .text(holder.stored)).map(Item.init(row:)).sorted {
            $0.id < $1.id
        }
    }

    func write(_ item: Item) async throws(StoreFault) {
        _ = try await run(
            .writeItem, SQLValue(item.id.rawValue), SQLValue(item.kind), .text(item.holder.stored))
    }

    func remove(_ item: ItemID) async throws(StoreFault) {
        _ = try await run(.removeItem, SQLValue(item.rawValue))
    }

    func balance(_ holder: Holder, _ currency: Currency) async throws(StoreFault) -> Int64 {
        let rows = try await run(.readBalance, .text(holder.stored), SQLValue(currency.rawValue))
        guard var row = rows.first else { return 0 }
        return try row.integer()
    }

    func balances(_ holder: Holder) async throws(StoreFault) -> [Balance] {
        try await run(.readBalances, .text(holder.stored)).map { (row) throws(StoreFault) in
            var row = row
            let currency = Currency(rawValue: try row.number())
            return Balance(holder: holder, currency: currency, amount: try row.integer())
        }
    }

    func write(_ balance: Balance) async throws(StoreFault) {
        _ = try await run(
            .writeBalance, .text(balance.holder.stored), SQLValue(balance.currency.rawValue),
            .integer(balance.amount))
    }

    func append(_ entry: LedgerRow) async throws(StoreFault) {
        _ = try await run(
            .insertLedger, .text(entry.operation), SQLValue(entry.index),
            .text(entry.holder.stored),
            SQLValue(entry.currency.rawValue), .integer(entry.change))
    }

    func append(_ event: OutboxEvent, _ character: CharacterID) async throws(StoreFault) {
        _ = try await run(
            .insertOutbox, SQLValue(character.rawValue), SQLValue(event.number),
            .text(event.operation), .bytes(try event.result.stored()), .bytes(event.note))
    }

    func outbox(_ character: CharacterID, beyond number: UInt64, limit: Int)
        async throws(StoreFault)
        -> [OutboxEvent]
    {
        let rows = try await run(
            .readOutbox, SQLValue(character.rawValue), SQLValue(number), SQLValue(limit))
        return try rows.map { (row) throws(StoreFault) in
            var row = row
            return try OutboxEvent(row: &row)
        }
    }

    func trimOutbox() async throws(StoreFault) -> Int {
        try await run(.trimOutbox).count
    }
}
