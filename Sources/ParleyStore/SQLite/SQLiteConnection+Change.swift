extension SQLiteConnection {
    /// Runs a text that changes the tables themselves.
    func change(_ text: String) throws(StoreFault) {
        do throws(SQLiteFailure) {
            try execute(text)
        } catch {
            throw error.fault
        }
    }
}
