internal import ParleyHandoff

extension Statement {
    /// What operators watch.
    var healthText: String? {
        switch self {
        case .countQuarantined: "SELECT COUNT(*) FROM owner WHERE access = ?1"
        case .readBacklog:
            """
            SELECT COUNT(*), MIN(operation.date) FROM outbox \
            LEFT JOIN operation ON operation.name = outbox.operation
            """
        default: nil
        }
    }
}

extension SQLTables {
    func health() async throws(StoreFault) -> StoreHealth {
        let quarantined = SQLValue(CharacterAccess.quarantined.rawValue)
        var owners = try await run(.countQuarantined, quarantined).first
        var events = try await run(.readBacklog).first
        return StoreHealth(
            quarantined: Int(clamping: try owners?.integer() ?? 0),
            waitingEvents: Int(clamping: try events?.integer() ?? 0),
            oldestEvent: try events?.optionalInteger() ?? nil)
    }
}

extension SQLRow {
    /// A number that may be missing.
    fileprivate mutating func optionalInteger() throws(StoreFault) -> Int64? {
        switch try value() {
        case .null: return nil
        case .integer(let value): return value
        case .text, .bytes: throw .unreadable("a number is a text")
        }
    }
}
