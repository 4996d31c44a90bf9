/// What a store in an SQL database needs of this module, beside the statements.
extension StoreOperation {
    /// Runs the operation's steps in the transaction of a session.
    package func perform(on session: any SQLSession) async throws(StoreFault) -> StoreOutcome<Done>
    {
        try await steps.perform(SQLTables(session))
    }
}

extension SQLSession {
    /// Makes the realm's row if it is missing, and checks that the tables are of a version that this code reads.
    package func prepareTables() async throws(StoreFault) {
        try await SQLTables(self).prepare()
    }
}
