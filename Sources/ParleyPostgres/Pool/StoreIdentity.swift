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
        guard row.version == SQLDialect.schemaVersion else {
            let text = "its tables have version \(row.version), not \(SQLDialect.schemaVersion)"
            throw error(.unreadable(text))
        }
        guard mark == nil || mark == row.mark else { throw error(.otherDatabase) }
        return row.mark
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
        for attempt in 1...4 {
            do throws(PostgresFailure) {
                return try await attemptToMake(connection, mark: mark)
            } catch {
                // Two sessions that make one table meet in the system's own tables.
                let isRace = error.isSerialisation || ["42P07", "42P06"].contains(error.state)
                guard isRace, attempt < 4, connection.isOpen else {
                    throw self.error(.failed("the tables could not be made: \(error.text)"))
                }
            }
        }
    }

    private func attemptToMake(_ connection: PostgresConnection, mark: UInt64)
        async throws(PostgresFailure)
    {
        let session = PostgresSession(connection)
        for statement in schema.statements(mark: mark) {
            session.send(statement.text, statement.values)
        }
        do throws(StoreFault) {
            try await session.prepareTables()
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
