package import ParleyDatagrams

/// A type, the most expensive value of it that an honest peer can send, and bytes that a hostile
/// peer could send instead.
package struct CodedWorkload: Sendable {
    /// The length of the longest frame with a 16-bit header, which bounds all of them.
    package static let byteCount = 65_535

    package let name: String
    package let honest: Datagram
    package let attacks: [(name: String, bytes: Datagram)]
    private let body: @Sendable (Datagram) throws -> Void

    /// Decodes bytes; returns the error with which they were refused.
    package func decode(_ bytes: Datagram) -> (any Error)? {
        do {
            try body(bytes)
            return nil
        } catch {
            return error
        }
    }

    private init<Value: Codable & SendableMetatype>(
        _ name: String, _ honest: Value, attacks: [(name: String, bytes: Datagram)] = []
    ) {
        self.name = name
        // An empty datagram makes the tests fail.
        self.honest = (try? DatagramEncoder().encode(honest)) ?? Datagram()
        self.attacks = attacks + Self.attacks
        body = { _ = try DatagramDecoder().decode(Value.self, from: $0) }
    }

    /// As many short keys as fit.
    private static let names = Dictionary(
        uniqueKeysWithValues: (0..<12_000).map { (String($0, radix: 36), $0) })

    package static let all: [CodedWorkload] = [
        CodedWorkload("numbers", (0..<65_000).map { $0 % 100 }),
        CodedWorkload("texts", (0..<32_000).map { "\($0 % 10)" }),
        CodedWorkload("numbers by name", names.mapValues { $0 % 100 }),
        CodedWorkload("arrays by name", names.mapValues { _ in [Int]() }),
        CodedWorkload("small dictionaries", (0..<21_000).map { ["x": $0 % 100] }),
        CodedWorkload("names of cases", Array(repeating: Coded.Kind.guardian, count: 7_000)),
        CodedWorkload("players", Array(repeating: Coded.player, count: 300)),
    ]
}

extension CodedWorkload {
    /// The attacks, which are the same for all types.
    private static let attacks: [(name: String, bytes: Datagram)] = [
        ("one long key", longKey),
        ("many keys", manyKeys),
        ("the same key again and again", repeated(key: String(repeating: "k", count: 255))),
        ("a key that is expensive to compare", repeated(key: marks)),
        ("a text that is expensive to compare", longMarks),
        ("empty arrays", filled([0x40])),
        ("empty keyed values", filled([0x20])),
        ("texts of one byte", filled([0x61, 0x61])),
        ("numbers, and a tag that does not exist", filled([0x80], last: 0x1F)),
        ("arrays in arrays", filled([UInt8](repeating: 0x41, count: 60) + [0x40])),
        ("pairs, and one that is wrong", filled([0x42, 0x80, 0x80], last: 0x1F)),
    ]

    /// Combining marks, which must be sorted before two texts can be compared.
    private static let marks = String(repeating: "a" + mixed(30), count: 4)

    /// Returns combining marks in the wrong order.
    private static func mixed(_ count: Int) -> String {
        String(repeating: "\u{301}\u{316}", count: count / 2)
    }

    /// `{key: [0, 0, 0 …]}` with a key that is half of the bytes.
    private static let longKey: Datagram = {
        let half = byteCount / 2
        var datagram = Datagram(bytes: [0x21])
        datagram.append(varint: UInt64(half) << 1)
        datagram.append(bytes: [UInt8](repeating: 0x6B, count: half))
        let count = byteCount - datagram.count - 4
        datagram.append(0x09 as UInt8)
        datagram.append(varint: UInt64(count))
        datagram.append(bytes: [UInt8](repeating: 0x80, count: count))
        return datagram
    }()

    /// A text of nothing but marks.
    private static let longMarks: Datagram = {
        let marks = mixed(byteCount / 2 - 8)
        var datagram = Datagram(bytes: [0x07])
        datagram.append(varint: UInt64(marks.utf8.count))
        datagram.append(bytes: marks.utf8)
        return datagram
    }()

    /// `{a: 0, b: 0, …}` with as many keys as fit.
    private static let manyKeys: Datagram = {
        var entries = Datagram()
        var count = 0
        while entries.count < byteCount - 16 {
            let key = String(count, radix: 36)
            entries.append(varint: UInt64(key.utf8.count) << 1)
            entries.append(bytes: key.utf8)
            entries.append(0x80 as UInt8)
            count += 1
        }
        var datagram = Datagram(bytes: [0x0A])
        datagram.append(varint: UInt64(count))
        datagram.append(contentsOf: entries)
        return datagram
    }()

    /// `[{key: 0}, {key: 0}, …]`, where all but the first key take one byte.
    private static func repeated(key: String) -> Datagram {
        var first = Datagram(bytes: [0x21])
        first.append(varint: UInt64(key.utf8.count) << 1)
        first.append(bytes: key.utf8)
        first.append(0x80 as UInt8)
        let count = (byteCount - first.count - 4) / 3
        var datagram = Datagram(bytes: [0x09])
        datagram.append(varint: UInt64(count + 1))
        datagram.append(contentsOf: first)
        for _ in 0..<count { datagram.append(bytes: [0x21, 0x01, 0x80]) }
        return datagram
    }

    /// An array of the same value again and again, and perhaps another one at the end.
    private static func filled(_ value: [UInt8], last: UInt8? = nil) -> Datagram {
        let count = (byteCount - 5) / value.count
        var datagram = Datagram(bytes: [0x09])
        datagram.append(varint: UInt64(last == nil ? count : count + 1))
        for _ in 0..<count { datagram.append(bytes: value) }
        if let last { datagram.append(last) }
        return datagram
    }
}
