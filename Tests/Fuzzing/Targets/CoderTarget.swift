import Foundation
import ParleyDatagrams
import TestSupport

extension FuzzTarget {
    /// The `Codable` coder. The first byte chooses the type, the policy and the limits.
    static let coder = FuzzTarget("coder", share: 30, corpus: coderCorpus) { input in
        var choices = Choices(input)
        let choice = choices.byte()
        let sample = CodedSample.all[Int(choice & 15) % CodedSample.all.count]
        let limits = choice & 64 == 0 ? CodingLimits() : CodingLimits(depth: 4, elements: 20)
        let decoder = DatagramDecoder(
            limits: limits, unknown: choice & 128 == 0 ? .reject : .ignore)
        try sample.check(Datagram(embedded: choices.data), decoder)
    }

    private static let coderCorpus: [[UInt8]] = CodedSample.all.enumerated().flatMap {
        index, sample in
        sample.encoded.flatMap { [[UInt8(index)] + $0.bytes, [UInt8(index) | 128] + $0.bytes] }
    }
}

/// A type, values of it, and the properties of bytes that are decoded as it.
private struct CodedSample: Sendable {
    let encoded: [Datagram]
    let check: @Sendable (Datagram, DatagramDecoder) throws -> Void

    static let all: [CodedSample] = [
        CodedSample([Coded.player]),
        CodedSample([Coded.Tree.branch(.leaf, .branch(.leaf, .leaf))]),
        CodedSample([["a": 1, "b": -1, "": 1 << 40]]),
        CodedSample([[1, 127, 128, -1, .min, .max]]),
        CodedSample([[UInt8](0...40)]),
        CodedSample([Datagram(bytes: [1, 2, 3])]),
        CodedSample([["ä": ["ä": [Coded.Real(1.5), nil, Coded.Real(-0.0)]]], [:]]),
        CodedSample([Coded.Weapon.bow(["x": 1]), .none, .sword(length: 1, nil)]),
        CodedSample([UInt64.max, 0, 1 << 33]),
        CodedSample([Int8(-128), 127]),
        CodedSample([1.5 as Float, .infinity, .nan]),
        CodedSample(["", "text", String(repeating: "ß", count: 40)]),
        CodedSample([Data([1, 2, 255]), Data()]),
        CodedSample([Date(timeIntervalSinceReferenceDate: 1_234.5)]),
        CodedSample([[3: [true, false]], [-1: []]] as [[Int: [Bool]]]),
        CodedSample([Guardian(id: 3, name: "Gate")]) { $0.id == $1.id && $0.name == $1.name },
    ]

    init<Value: Codable & Equatable & SendableMetatype>(_ values: [Value]) {
        self.init(values, areEqual: ==)
    }

    init<Value: Codable & SendableMetatype>(
        _ values: [Value], areEqual: @escaping @Sendable (Value, Value) -> Bool
    ) {
        encoded = values.compactMap { try? DatagramEncoder().encode($0) }
        check = { datagram, decoder in
            var reader = datagram.reader
            let value = try decoded { () throws(DatagramError) in
                try decoder.decode(Value.self, from: &reader)
            }
            guard let value else {
                return try expect(reader.offset == 0, "an error moved the reader")
            }
            try expect((1...datagram.count).contains(reader.offset), "read \(reader.offset) bytes")
            let bytes = try DatagramEncoder().encode(value)
            let again = try DatagramDecoder().decode(Value.self, from: bytes)
            // NaN is not equal to itself, but has the same bytes.
            try expect(
                try areEqual(value, again) || DatagramEncoder().encode(again) == bytes,
                "\(value) was written and is \(again)")
        }
    }
}
