/// What a store in an SQL database needs of this module, beside the statements.
extension StoreOperation {
    /// Runs the operation's steps in the transaction of a session.
    package func perform(on session: any SQLSession) async throws(StoreFault) -> StoreOutcome<Done>
    {
        try await steps.perform(SQLTables(session))
    }
}

extension SQLSession {
    /// Makes the realm's row if it is missing, and the tables those of the program, if it may.
    package func prepareTables(
        _ plan: SchemaPlan, dialect: SQLDialect, mayChange: Bool
    ) async throws(StoreFault) {
        try await SQLTables(self).prepare(plan, dialect: dialect, mayChange: mayChange)
    }
}
