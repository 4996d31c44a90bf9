internal import CParleyPostgres
internal import ParleySockets
internal import ParleyStore

/// The answer to one statement, once it is there.
///
/// `@unchecked Sendable`: only the loop's thread touches the variables, as those of the connection.
final class PostgresReply: @unchecked Sendable {
    /// What the server answered.
    struct Answer: Sendable {
        var rows: [SQLRow] = []
        /// The command that was done, such as "COMMIT".
        var command = ""
    }

    private var answer = Answer()
    private(set) var failure: PostgresFailure?
    /// The reply to the preparation of the statement, if that was sent right before it.
    var preparing: PostgresReply?
    /// Whether a result of it has arrived.
    private(set) var hasBegun = false
    private let promise = Promise<Result<Answer, PostgresFailure>>()
    /// Told when the statement has failed.
    var onFailure: (() -> Void)?
    /// The statement's bytes, roughly.
    var count = 0

    /// Waits for it: the connection's end is an answer, and its owner guarantees one.
    func wait() async throws(PostgresFailure) -> Answer {
        try await promise.valueDespiteCancellation().get()
    }

    /// What went wrong with it or its preparation, and not only before them.
    var ownFailure: PostgresFailure? {
        [preparing?.failure, failure].lazy.compactMap(\.self).first { $0 != .skipped }
    }

    func fail(_ failure: PostgresFailure) {
        self.failure = failure
        onFailure?()
        onFailure = nil
        promise.fulfil(.failure(failure))
    }

    /// The answer is complete.
    func finish() {
        guard failure == nil else { return fail(failure ?? .skipped) }
        onFailure = nil
        promise.fulfil(.success(answer))
    }

    /// Reads a result of libpq.
    func take(_ result: OpaquePointer) {
        hasBegun = true
        switch unsafe parley_postgres_result_kind(result) {
        case PARLEY_POSTGRES_DONE:
            answer.command = unsafe Self.text(parley_postgres_result_command(result))
        case PARLEY_POSTGRES_ROWS:
            answer.command = unsafe Self.text(parley_postgres_result_command(result))
            let count = unsafe parley_postgres_result_rows(result)
            answer.rows.reserveCapacity(Int(count))
            for row in 0..<count { answer.rows.append(unsafe Self.row(row, of: result)) }
        case PARLEY_POSTGRES_SKIPPED: failure = .skipped
        default: failure = unsafe Self.failure(of: result)
        }
    }

    private static func failure(of result: OpaquePointer) -> PostgresFailure {
        let state = unsafe text(parley_postgres_result_state(result))
        let severity = unsafe text(parley_postgres_result_severity(result))
        let message = unsafe text(parley_postgres_result_message(result))
        // An error without a state is libpq's own: the server did not answer. After a fatal one the session is over.
        guard !state.isEmpty, severity == "ERROR" else {
            return .lost(message.isEmpty ? "the server did not answer" : message)
        }
        return .server(state: state, message: message)
    }

    private static func text(_ start: UnsafePointer<CChar>?) -> String {
        unsafe start.map { unsafe String(cString: $0) } ?? ""
    }

    private static func row(_ row: Int32, of result: OpaquePointer) -> SQLRow {
        let columns = unsafe parley_postgres_result_columns(result)
        var values: [SQLValue] = []
        values.reserveCapacity(Int(columns))
        for column in 0..<columns { values.append(unsafe value(row, column, of: result)) }
        return SQLRow(values)
    }

    private static func value(_ row: Int32, _ column: Int32, of result: OpaquePointer) -> SQLValue {
        let kind = unsafe parley_postgres_result_type(result, row, column)
        var count = 0
        let start = unsafe parley_postgres_result_value(result, row, column, &count)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
        switch kind {
        case PARLEY_POSTGRES_INTEGER, PARLEY_POSTGRES_BOOLEAN:
            return .integer(unsafe BinaryValues.integer(Array(bytes)))
        case PARLEY_POSTGRES_TEXT: return .text(unsafe String(decoding: bytes, as: UTF8.self))
        case PARLEY_POSTGRES_NULL: return .null
        default: return .bytes(unsafe Array(bytes))
        }
    }
}

/// Values in PostgreSQL's binary form, one behind the other.
struct BinaryValues {
    private(set) var bytes: [UInt8] = []
    /// The number of bytes of each; -1 for NULL.
    private(set) var lengths: [Int32] = []

    init(_ values: [SQLValue]) {
        lengths.reserveCapacity(values.count)
        for value in values {
            let before = bytes.count
            switch value {
            case .integer(let number):
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
                }
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .bytes(let content): bytes.append(contentsOf: content)
            case .null: break
            }
            lengths.append(value == .null ? -1 : Int32(clamping: bytes.count - before))
        }
    }

    /// A number of 1, 2, 4 or 8 bytes, the most significant first; a number of one byte is a truth value.
    static func integer(_ bytes: [UInt8]) -> Int64 {
        guard let first = bytes.first else { return 0 }
        let isNegative = bytes.count > 1 && first >= 0x80
        return bytes.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }
}
