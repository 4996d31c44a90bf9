import Foundation
import ParleyDatagrams
import TestSupport
import Testing

@Suite("Codable values of any shape are encoded and decoded")
struct CoderTests {
    struct Point: Codable, Hashable, DatagramCodable {
        var x: Double
        var y: Float
    }

    @Test("a structure with every kind of value")
    func everything() throws {
        let datagram = try Datagram(encoding: Coded.player)
        var reader = datagram.reader
        #expect(try reader.read(Coded.Player.self) == Coded.player)
        try reader.expectEnd()
    }

    private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws {
        let datagram = try DatagramEncoder().encode(value)
        #expect(try DatagramDecoder().decode(Value.self, from: datagram) == value)
    }

    @Test("scalars at the ends of their ranges")
    func scalars() throws {
        try roundTrip(Int64.min)
        try roundTrip(Int64.max)
        try roundTrip(UInt64.max)
        try roundTrip(Int8.min)
        try roundTrip(127)
        try roundTrip(128)
        try roundTrip(-1)
        try roundTrip(true)
        try roundTrip("")
        try roundTrip(String(repeating: "ß", count: 40))
        try roundTrip(Double.infinity)
        try roundTrip(-0.0)
        try roundTrip(Double.leastNonzeroMagnitude)
        try roundTrip(Float.greatestFiniteMagnitude)
        try roundTrip(Int?.none)
        try roundTrip([Int?.none, 3])
        let nan = try DatagramEncoder().encode(Double.nan)
        #expect(try DatagramDecoder().decode(Double.self, from: nan).isNaN)
    }

    @Test("arrays, dictionaries, data, dates, trees, datagrams")
    func collections() throws {
        try roundTrip([Int]())
        try roundTrip(Array(0..<1_000))
        try roundTrip([UInt8](0...255))
        try roundTrip(Data([1, 2, 255]))
        try roundTrip(Date(timeIntervalSinceReferenceDate: 1234.5))
        try roundTrip(["a": ["b": [1.5]]])
        try roundTrip([Point(x: 1, y: 2): "key of two numbers"])
        try roundTrip(Coded.Tree.branch(.leaf, .branch(.leaf, .leaf)))
        try roundTrip(Datagram(bytes: [9, 8]))
        try roundTrip([String: Int]())
    }

    @Test("class inheritance through superEncoder")
    func inheritance() throws {
        let datagram = try DatagramEncoder().encode([Guardian(id: 7, name: "Bo")])
        let read = try DatagramDecoder().decode([Guardian].self, from: datagram)
        #expect(read.map(\.id) == [7] && read.map(\.name) == ["Bo"])
    }

    @Test("the bytes are those of Wire.md")
    func goldenBytes() throws {
        struct Step: Codable {
            var dx: Int
            var on: Bool
        }
        let steps = [Step(dx: 5, on: true), Step(dx: -300, on: false)]
        let expected = "42 22 04 6478 85 04 6f6e 02 22 01 04 ab02 03 01"
        #expect(try DatagramEncoder().encode(steps).bytes == [UInt8](hex: expected))
        #expect(try DatagramEncoder().encode("hi").bytes == [0x62, 0x68, 0x69])
        #expect(try DatagramEncoder().encode(1.5).bytes == [UInt8](hex: "05 0000c03f"))
        #expect(try DatagramEncoder().encode(0.1).bytes == [UInt8](hex: "06 9a9999999999b93f"))
        #expect(try DatagramEncoder().encode([UInt8]([7, 8])).bytes == [8, 2, 7, 8])
        #expect(try DatagramEncoder().encode(300).bytes == [UInt8](hex: "03 ac02"))
    }

    @Test("missing keys, unknown keys and wrong types are errors that say where")
    func mismatches() throws {
        struct Wider: Codable {
            var x = 1.0
            var y: Float = 2
            var z = 3
        }
        struct Narrower: Codable { var x = 1.0 }
        let wider = try DatagramEncoder().encode([Wider()])
        let narrower = try DatagramEncoder().encode([Narrower()])
        #expect(
            throws: DatagramError.coding(
                path: "[0].z", reason: "Array<Point> does not ask for this")
        ) { try DatagramDecoder().decode([Point].self, from: wider) }
        let tolerant = DatagramDecoder(unknown: .ignore)
        #expect(try tolerant.decode([Point].self, from: wider) == [Point(x: 1, y: 2)])
        #expect(throws: DatagramError.coding(path: "[0]", reason: "the key y is missing")) {
            try DatagramDecoder().decode([Point].self, from: narrower)
        }
        let text = try DatagramEncoder().encode(["x": "text", "y": "text"])
        #expect(throws: DatagramError.self) { try tolerant.decode(Point.self, from: text) }
        let large = try DatagramEncoder().encode(256)
        #expect(
            throws: DatagramError.coding(
                path: "", reason: "expected UInt8 at offset 0, but found the integer 256")
        ) { try tolerant.decode(UInt8.self, from: large) }
    }

    @Test("a failure changes neither the datagram nor the reader")
    func failuresLeaveNothing() throws {
        struct Refuses: Encodable, DatagramEncodable {
            struct Refusal: Error {}
            func encode(to encoder: any Encoder) throws { throw Refusal() }
        }
        var datagram = Datagram(bytes: [0x62, 0x68, 0x69])
        #expect(throws: DatagramError.self) { try datagram.append(Refuses()) }
        #expect(throws: DatagramError.self) {
            try DatagramEncoder(limits: CodingLimits(depth: 1))
                .encode([[[1]]], into: &datagram)
        }
        #expect(datagram.count == 3)
        var reader = datagram.reader
        #expect(throws: DatagramError.self) { try reader.read(coding: Int.self) }
        #expect(reader.offset == 0)
        #expect(try reader.read(coding: String.self) == "hi")
    }
}
