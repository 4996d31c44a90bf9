import Foundation
import Synchronization

@testable import ParleyStore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A server that speaks just enough of PostgreSQL's protocol to be opened as a store, and then answers as a test likes.
final class FakePostgres: Sendable {
    /// What the server has read up to a Sync message.
    struct Stretch: Sendable {
        /// The number of the connection, from 1 on.
        var connection: Int
        /// The texts of the statements that were parsed.
        var texts: [String]

        func has(_ word: String) -> Bool { texts.contains { $0.contains(word) } }
    }

    /// An answer that has no end.
    struct Flood: Sendable {
        /// How it begins.
        var start: [UInt8]
        /// What follows, again and again.
        var rest: [UInt8]
        /// The bytes after which a server gives up.
        static let most = 1 << 30
    }

    private let relay: TestRelay
    private let counts: Counts

    private final class Counts: Sendable {
        let connections = Mutex(0)
        let stretches = Mutex([Int: Int]())
        let flooded = Mutex(0)
    }

    /// - Parameters:
    ///   - answer: The bytes of an answer to a stretch; nil for the usual ones.
    ///   - flood: An answer without an end to a stretch; nil for another one.
    ///   - greeting: The answer to the beginning of a session, by the number of its connection; nil for the usual one.
    init(
        answer: @escaping @Sendable (Stretch) -> [UInt8]? = { _ in nil },
        flood: @escaping @Sendable (Stretch) -> Flood? = { _ in nil },
        greeting: @escaping @Sendable (Int) -> Flood? = { _ in nil }
    ) throws {
        let counts = Counts()
        self.counts = counts
        relay = try TestRelay { _, client in
            let number = counts.connections.withLock { count in
                count += 1
                return count
            }
            Self.serve(client, number, greeting(number), counts) { stretch in
                counts.stretches.withLock { $0[number, default: 0] += 1 }
                if let flood = flood(stretch) {
                    Self.send(flood, client, counts)
                    return []
                }
                return answer(stretch) ?? Self.usual(stretch)
            }
        }
    }

    /// Where it is.
    var url: String { "postgres://parley:secret@127.0.0.1:\(relay.port)/game?sslmode=disable" }
    /// How many connections there were.
    var connections: Int { counts.connections.withLock { $0 } }
    /// How many stretches each connection has sent.
    var stretches: [Int: Int] { counts.stretches.withLock { $0 } }
    /// How many bytes of floods have left the server: those that were read, and those under way.
    var flooded: Int { counts.flooded.withLock { $0 } }

    func end() { relay.end() }

    // MARK: The protocol

    private static func serve(
        _ client: Int32, _ number: Int, _ greeting: Flood?, _ counts: Counts,
        _ answer: (Stretch) -> [UInt8]
    ) {
        guard let length = count(client), bytes(client, length - 4) != nil else { return }
        if let greeting { return send(greeting, client, counts) }
        send(welcome + ready, client)
        var texts: [String] = []
        while let kind = bytes(client, 1)?.first, let length = count(client),
            let body = bytes(client, length - 4)
        {
            switch kind {
            case UInt8(ascii: "P"):
                let text = body.drop { $0 != 0 }.dropFirst().prefix { $0 != 0 }
                texts.append(String(decoding: text, as: UTF8.self))
            case UInt8(ascii: "S"):
                send(answer(Stretch(connection: number, texts: texts)), client)
                texts = []
            default: break
            }
        }
    }

    /// The acceptance of a session.
    static let welcome =
        message("R", [0, 0, 0, 0]) + message("S", zeroEnded("server_version", "15.0"))
        + message("S", zeroEnded("client_encoding", "UTF8"))

    /// The answers by which a store finds its tables.
    private static func usual(_ stretch: Stretch) -> [UInt8] {
        let answers = stretch.texts.map { text -> [UInt8] in
            if text.contains("pg_is_in_recovery") {
                let settings = ["off", "15.0", "on", "on", "on", ""].map { (25, Array($0.utf8)) }
                return row([(16, [0])] + settings)
            }
            if text.contains("information_schema") { return row([number(9), number(1)]) }
            if text.contains("FROM realm_identity") { return identity }
            if text == "COMMIT" { return message("1") + message("2") + message("n") + committed }
            return message("1") + message("2") + message("n") + message("C", zeroEnded("SET"))
        }
        return Array(answers.joined()) + ready
    }

    /// The answer that names the realm, without the end of its stretch.
    static var identity: [UInt8] {
        row([(25, Array("realm".utf8)), number(5), number(Int64(SQLDialect.schemaVersion))])
    }

    private static let committed = message("C", zeroEnded("COMMIT"))

    /// The beginning of an answer with one column of bytes.
    static let rows: [UInt8] =
        message("1") + message("2")
        + message(
            "T", short(1) + [0] + long(0) + short(0) + long(17) + short(-1) + long(-1) + short(1))

    /// The beginning of a row whose one column has so many bytes.
    static func row(of count: Int) -> [UInt8] {
        [UInt8(ascii: "D")] + long(count + 10) + short(1) + long(count)
    }

    /// The server is ready for a further stretch.
    static var ready: [UInt8] { message("Z", [UInt8(ascii: "I")]) }

    /// The session is over, says the server.
    static var fatal: [UInt8] {
        let fields = ["SFATAL", "VFATAL", "C57P01", "Mthe server ends"]
        return message("E", fields.flatMap { Array($0.utf8) + [0] } + [0])
    }

    /// The answer to a statement with one row.
    private static func row(_ columns: [(type: Int, bytes: [UInt8])]) -> [UInt8] {
        var description = short(columns.count)
        var data = short(columns.count)
        for column in columns {
            description += [0] + long(0) + short(0) + long(column.type) + short(-1) + long(-1)
            description += short(1)
            data += long(column.bytes.count) + column.bytes
        }
        return message("1") + message("2") + message("T", description) + message("D", data)
            + message("C", zeroEnded("SELECT 1"))
    }

    private static func number(_ value: Int64) -> (type: Int, bytes: [UInt8]) {
        (20, long(Int(value >> 32)) + long(Int(truncatingIfNeeded: value)))
    }

    /// A message of the server's.
    static func message(_ kind: Unicode.Scalar, _ body: [UInt8] = []) -> [UInt8] {
        [UInt8(ascii: kind)] + long(body.count + 4) + body
    }

    private static func zeroEnded(_ texts: String...) -> [UInt8] {
        texts.flatMap { Array($0.utf8) + [0] }
    }

    private static func long(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func short(_ value: Int) -> [UInt8] { Array(long(value).suffix(2)) }

    private static func count(_ socket: Int32) -> Int? {
        bytes(socket, 4)?.reduce(0) { $0 << 8 | Int($1) }
    }

    private static func bytes(_ socket: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var have = 0
        while have < bytes.count {
            let rest = have
            let got = bytes.withUnsafeMutableBytes { room in
                room.baseAddress.map { read(socket, $0 + rest, room.count - rest) } ?? 0
            }
            guard got > 0 else { return nil }
            have += got
        }
        return bytes
    }

    private static func send(_ bytes: [UInt8], _ socket: Int32) {
        _ = write(bytes, to: socket)
    }

    /// Writes without a signal where the store has gone.
    private static func write(_ bytes: [UInt8], to socket: Int32) -> Int {
        #if canImport(Glibc)
        Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        #else
        Musl.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        #endif
    }

    private static func send(_ flood: Flood, _ socket: Int32, _ counts: Counts) {
        var bytes = flood.start + flood.rest
        while counts.flooded.withLock({ $0 }) < Flood.most {
            let sent = write(bytes, to: socket)
            guard sent > 0 else { return }
            counts.flooded.withLock { $0 += sent }
            bytes = sent == bytes.count ? flood.rest : Array(bytes.dropFirst(sent))
        }
        shutdown(socket, Int32(SHUT_RDWR))
    }
}
