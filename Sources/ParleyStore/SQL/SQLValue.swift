/// A value of a statement or of a row.
package enum SQLValue: Hashable, Sendable {
    /// A number of 64 bits.
    case integer(Int64)
    /// A text.
    case text(String)
    /// Bytes.
    case bytes([UInt8])
    /// Nothing.
    case null

    /// An unsigned number by its bits. The order holds below 2⁶³.
    init(_ number: UInt64) { self = .integer(Int64(bitPattern: number)) }
    init(_ number: UInt32) { self = .integer(Int64(number)) }
    init(_ number: UInt16) { self = .integer(Int64(number)) }
    init(_ number: UInt8) { self = .integer(Int64(number)) }
    init(_ number: Int) { self = .integer(Int64(number)) }
    init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
}

/// The columns of a row, read from left to right. What a column should not hold is an error and never a trap.
package struct SQLRow: Sendable {
    private let values: [SQLValue]
    private var next = 0

    /// A row of these columns.
    package init(_ values: [SQLValue]) {
        self.values = values
    }

    /// The next column.
    package mutating func value() throws(StoreFault) -> SQLValue {
        guard next < values.count else { throw .unreadable("a row has \(values.count) columns") }
        defer { next += 1 }
        return values[next]
    }

    /// The next column, which is a number.
    package mutating func integer() throws(StoreFault) -> Int64 {
        guard case .integer(let value) = try value() else { throw wrong("a number") }
        return value
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self)
        throws(StoreFault)
        -> Number
    {
        guard let value = Number(exactly: try integer()) else {
            throw wrong("a number in its bounds")
        }
        return value
    }

    /// An unsigned number by its bits.
    mutating func bits() throws(StoreFault) -> UInt64 { UInt64(bitPattern: try integer()) }

    mutating func flag() throws(StoreFault) -> Bool { try integer() != 0 }

    /// The next column, which is a text.
    package mutating func text() throws(StoreFault) -> String {
        guard case .text(let value) = try value() else { throw wrong("a text") }
        return value
    }

    mutating func bytes() throws(StoreFault) -> [UInt8] {
        guard case .bytes(let value) = try value() else { throw wrong("bytes") }
        return value
    }

    private func wrong(_ wanted: String) -> StoreFault {
        .unreadable("column \(next) of a row is not \(wanted)")
    }
}

/// One connection to a database, within a transaction.
package protocol SQLSession: AnyObject {
    /// Runs a statement, and returns its rows. A statement that returns none may fail later: a later call of the
    /// transaction, or its commit, throws then.
    func run(_ statement: Statement, _ values: [SQLValue]) async throws(StoreFault) -> [SQLRow]

    /// Runs a statement once for each list of values, in their order, and returns the rows of each. A session may
    /// send all of them before the first answer.
    func run(_ statement: Statement, each values: [[SQLValue]]) async throws(StoreFault)
        -> [[SQLRow]]

    /// Runs a text that changes the tables themselves. It may fail later, as a statement without rows.
    func change(_ text: String) async throws(StoreFault)
}

extension SQLSession {
    package func run(_ statement: Statement, each values: [[SQLValue]]) async throws(StoreFault)
        -> [[SQLRow]]
    {
        var rows: [[SQLRow]] = []
        for values in values { rows.append(try await run(statement, values)) }
        return rows
    }
}
