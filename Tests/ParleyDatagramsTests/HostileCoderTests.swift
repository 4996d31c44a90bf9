import ParleyDatagrams
import ParleySockets
import TestSupport
import Testing

@Suite("Hostile bytes cost the coder little and never trap")
struct HostileCoderTests {
    @Test("every truncation throws")
    func truncations() throws {
        let datagram = try DatagramEncoder().encode(Coded.player)
        for length in 0..<datagram.count {
            #expect(throws: DatagramError.self) {
                try DatagramDecoder().decode(Coded.Player.self, from: datagram.slice(..<length))
            }
        }
        var longer = datagram
        longer.append(UInt8(0))
        #expect(throws: DatagramError.trailingBytes(count: 1, offset: datagram.count)) {
            try DatagramDecoder().decode(Coded.Player.self, from: longer)
        }
    }

    @Test("mutated bytes are a value or an error", arguments: 0..<300)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try DatagramEncoder().encode(Coded.player).bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = bytes.indices.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(contentsOf: random.bytes(3), at: place)
            }
        }
        let decoder = DatagramDecoder(unknown: seed.isMultiple(of: 2) ? .ignore : .reject)
        guard let value = try? decoder.decode(Coded.Player.self, from: Datagram(bytes: bytes))
        else {
            return
        }
        // A value that was decoded can be encoded.
        #expect(throws: Never.self, "seed \(seed)") { try DatagramEncoder().encode(value) }
    }

    @Test("random bytes", arguments: 0..<300)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let datagram = Datagram(bytes: random.bytes(Int.random(in: 0...60, using: &random)))
        let decoder = DatagramDecoder(unknown: .ignore)
        _ = try? decoder.decode([String: [Int]].self, from: datagram)
        _ = try? decoder.decode(Coded.Player.self, from: datagram)
        _ = try? decoder.decode(Coded.Tree.self, from: datagram)
    }

    @Test("nesting is bounded")
    func nesting() {
        let deep = Datagram(bytes: [UInt8](repeating: 0x41, count: 100_000) + [0x40])
        #expect(throws: DatagramError.self) {
            try DatagramDecoder().decode([Int].self, from: deep)
        }
    }

    @Test(
        "announced counts are compared with the bytes",
        arguments: [
            "09 ffffffffff7f", "0a ffffffff0f", "07 ffffffffffffffff7f", "08 ffffffff0f",
            "03 ffffffffffffffffff7f", "03 8000", "04 ffffffffffffffffff01", "21 05 80",
            "22 0278 80 01 80", "21 ffffffffffffffffff01", "1f", "0b",
        ])
    func announcedCounts(hex: String) {
        let datagram = Datagram(bytes: [UInt8](hex: hex))
        #expect(throws: DatagramError.self) {
            try DatagramDecoder(unknown: .ignore).decode([String: Int].self, from: datagram)
        }
    }

    @Test("the number of values is bounded")
    func numberOfValues() throws {
        let many = try DatagramEncoder().encode(Array(repeating: 1, count: 1_000))
        let strict = DatagramDecoder(limits: CodingLimits(elements: 1_000))
        #expect(throws: DatagramError.self) { try strict.decode([Int].self, from: many) }
        let enough = DatagramDecoder(limits: CodingLimits(elements: 1_001))
        #expect(try enough.decode([Int].self, from: many).count == 1_000)
    }

    @Test("bytes that are read as an array are as many values as the array has")
    func bytesAsManyValues() throws {
        let bytes = [UInt8](repeating: 1, count: 1_000)
        let one = try DatagramEncoder().encode(bytes)
        let two = try DatagramEncoder().encode([bytes, bytes])
        let strict = DatagramDecoder(limits: CodingLimits(elements: 1_000))
        #expect(throws: DatagramError.self) { try strict.decode([Int].self, from: one) }
        let enough = DatagramDecoder(limits: CodingLimits(elements: 1_001))
        #expect(try enough.decode([Int].self, from: one).count == 1_000)
        #expect(throws: DatagramError.self) { try enough.decode([[Int]].self, from: two) }
        // Read as what they are, they are one value each.
        let few = DatagramDecoder(limits: CodingLimits(elements: 3))
        #expect(try few.decode([[UInt8]].self, from: two) == [bytes, bytes])
    }

    @Test("the length of a key is bounded at both ends")
    func lengthOfKeys() throws {
        let longest = String(repeating: "k", count: 255)
        let value = [longest: 1]
        let datagram = try DatagramEncoder().encode(value)
        #expect(try DatagramDecoder().decode([String: Int].self, from: datagram) == value)
        let strict = CodingLimits(keyLength: 254)
        #expect(throws: DatagramError.self) {
            try DatagramDecoder(limits: strict).decode([String: Int].self, from: datagram)
        }
        #expect(throws: DatagramError.self) { try DatagramEncoder().encode([longest + "k": 1]) }
    }

    @Test("a reader's own limits hold for what is read from it")
    func limitsOfAReader() throws {
        var reader = try Datagram(encoding: Coded.player).reader
        reader.codingLimits = CodingLimits(elements: 20)
        #expect(throws: DatagramError.self) { try reader.read(Coded.Player.self) }
        #expect(throws: DatagramError.self) { try reader.read(coding: Coded.Player.self) }
        #expect(reader.offset == 0)
        reader.codingLimits = CodingLimits()
        #expect(try reader.read(Coded.Player.self) == Coded.player)
    }

    @Test("a key twice is an error, also where keyed values nest in each other")
    func keysTwice() throws {
        // {a: {a: 0, b: 0}, b: 0}, then with the last key replaced by the first.
        let good = Datagram(bytes: [UInt8](hex: "22 02 61 22 01 80 02 62 80 03 80"))
        let decoder = DatagramDecoder(unknown: .ignore)
        struct Anything: Decodable { init(from decoder: any Decoder) {} }
        _ = try decoder.decode(Anything.self, from: good)
        let bad = Datagram(bytes: [UInt8](hex: "22 02 61 22 01 80 02 62 80 01 80"))
        #expect(throws: DatagramError.self) { try decoder.decode(Anything.self, from: bad) }
        let inner = Datagram(bytes: [UInt8](hex: "22 02 61 22 01 80 01 80 02 62 80"))
        #expect(throws: DatagramError.self) { try decoder.decode(Anything.self, from: inner) }
        // Spelled out twice, it is the same key.
        let spelled = Datagram(bytes: [UInt8](hex: "22 02 61 80 02 61 80"))
        #expect(throws: DatagramError.self) { try decoder.decode(Anything.self, from: spelled) }
    }

    @Test("keys are found in any order")
    func orderOfKeys() throws {
        struct Backwards: Decodable {
            var values: [Int] = []
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Name.self)
                for key in container.allKeys.sorted(by: { $0.stringValue > $1.stringValue }) {
                    values.append(try container.decode(Int.self, forKey: key))
                    #expect(container.contains(key))
                }
                #expect(!container.contains(Name(stringValue: "absent")))
            }
        }
        for count in [0, 1, 7, 8, 9, 500] {
            let value = Dictionary(uniqueKeysWithValues: (0..<count).map { ("\($0)", $0) })
            let datagram = try DatagramEncoder().encode(value)
            let decoded = try DatagramDecoder().decode(Backwards.self, from: datagram)
            #expect(decoded.values == value.keys.sorted(by: >).compactMap { value[$0] })
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    @Test("keys that only look the same are different")
    func similarKeys() throws {
        let keys = ["\u{E9}", "e\u{301}"]
        let bytes: [UInt8] = [0x22, 4] + keys[0].utf8 + [0x81, 6] + keys[1].utf8 + [0x82]
        let datagram = Datagram(bytes: bytes)
        struct Pair: Decodable {
            var values: [Int] = []
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Name.self)
                values = try container.allKeys.map { try container.decode(Int.self, forKey: $0) }
            }
        }
        #expect(try DatagramDecoder().decode(Pair.self, from: datagram).values == [1, 2])
    }

    @Test("a type that contains itself without end is an error, not a stack overflow")
    func endlessType() {
        struct Endless: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode(Endless())
            }
        }
        #expect(throws: DatagramError.self) { try DatagramEncoder().encode(Endless()) }
    }
}
