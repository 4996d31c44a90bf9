internal import ParleyStore

/// Makes the tables where there are none, and checks whose they are where there are.
struct StoreIdentity {
    let schema: PostgresSchema
    let place: String

    /// - Parameters:
    ///   - mark: The mark of the database that was opened before; nil at first.
    ///   - new: The mark of tables that are made now.
    /// - Returns: The database's mark.
    func check(_ connection: PostgresConnection, mark: Int64?, new: UInt64)
        async throws(PostgresOpenError) -> Int64
    {
        if mark == nil, try await isMissing(connection) {
            try await make(connection, mark: new)
        }
        let row = try await identity(connection)
        guard row.realm == schema.realm else { throw error(.otherRealm(row.realm)) }
        guard mark == nil || mark == row.mark else { throw error(.otherDatabase) }
        try await checkVersion(row.version, connection)
        return row.mark
    }

    /// Compares the tables' version with the program's, and adds to those of the version before.
    private func checkVersion(
        _ version: Int64, _ connection: PostgresConnection
    ) async throws(PostgresOpenError) {
        var oldest: Int64?
        if version > schema.plan.version {
            let rows = try await rows(connection, PostgresSchema.readOldest, [])
            if var row = rows.first { oldest = try? row.integer() }
        }
        switch schema.plan.verdict(on: version, oldest: oldest, mayChange: schema.addsToTables) {
        case .usable: return
        case .refused(let words): throw error(.unreadable(words))
        case .add:
            try await insist(connection, "the tables could not be added to") {
                () throws(PostgresFailure) in
                try await change(connection, statements: [])
            }
        }
    }

    /// Whether the schema is empty, or not there.
    private func isMissing(_ connection: PostgresConnection) async throws(PostgresOpenError)
        -> Bool
    {
        let rows = try await rows(
            connection, PostgresSchema.countTables, [.text(schema.name)])
        guard var row = rows.first, let all = try? row.integer(), let own = try? row.integer()
        else { throw error(.failed("the schema's tables cannot be counted")) }
        if all > 0, own == 0 {
            let text = "the schema “\(schema.name)” has \(all) tables of something else"
            throw error(.unreadable(text))
        }
        return all == 0
    }

    /// Makes the tables, and the rows by which they are known, in one transaction. Another server may do the same at
    /// this moment; the second then finds what the first has made.
    private func make(_ connection: PostgresConnection, mark: UInt64)
        async throws(PostgresOpenError)
    {
        let statements = schema.statements(mark: mark)
        try await insist(connection, "the tables could not be made") { () throws(PostgresFailure) in
            try await change(connection, statements: statements)
        }
    }

    /// Does what another server may be doing, four times at the most.
    private func insist(
        _ connection: PostgresConnection, _ words: String,
        _ change: () async throws(PostgresFailure) -> Void
    ) async throws(PostgresOpenError) {
        for attempt in 1...4 {
            do throws(PostgresFailure) {
                return try await change()
            } catch {
                // Two sessions that make one table meet in the system's own tables.
                let isRace = error.isSerialisation || ["42P07", "42P06"].contains(error.state)
                guard isRace, attempt < 4, connection.isOpen else {
                    throw self.error(.failed("\(words): \(error.text)"))
                }
            }
        }
    }

    /// Runs statements, and makes the tables those of the program, in one transaction.
    private func change(
        _ connection: PostgresConnection, statements: [(text: String, values: [SQLValue])]
    ) async throws(PostgresFailure) {
        let session = PostgresSession(connection)
        for statement in statements { session.send(statement.text, statement.values) }
        do throws(StoreFault) {
            try await session.prepareTables(
                schema.plan, dialect: .postgres, mayChange: schema.addsToTables)
        } catch {
            let failure = session.failure ?? .lost("\(error)")
            _ = await session.rollBack()
            throw failure
        }
        switch await session.commit() {
        case .committed: return
        case .failed(let failure):
            _ = await session.rollBack()
            throw failure
        case .unknown(let reason), .warned(let reason): throw .lost(reason)
        }
    }

    private func identity(_ connection: PostgresConnection) async throws(PostgresOpenError)
        -> (realm: String, mark: Int64, version: Int64)
    {
        let rows = try await rows(connection, PostgresSchema.readIdentity, [])
        guard var row = rows.first, let realm = try? row.text(), let mark = try? row.integer(),
            let version = try? row.integer()
        else { throw error(.unreadable("the schema “\(schema.name)” has no realm")) }
        return (realm, mark, version)
    }

    private func rows(_ connection: PostgresConnection, _ text: String, _ values: [SQLValue])
        async throws(PostgresOpenError) -> [SQLRow]
    {
        let reply = connection.send(text, values)
        connection.sync()
        do throws(PostgresFailure) {
            return try await reply.wait().rows
        } catch {
            // A table or a column that is missing.
            let isForeign = ["42P01", "42703", "3F000"].contains(error.state)
            throw self.error(isForeign ? .unreadable(error.text) : .unreachable(error.text))
        }
    }

    private func error(_ reason: PostgresOpenError.Reason) -> PostgresOpenError {
        PostgresOpenError(place, reason)
    }
}
