import ParleyDatagrams
import TestSupport
import Testing

@Suite("Arguments have the bytes of putArg, and can be read back")
struct ArgumentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let type: ArgumentType
        let written: Argument
        var divisor = 1
        /// The value that is read back, where rounding changed it.
        var read: Argument?

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "putArg_STInt8", type: .int8, written: -5),
        Case(name: "putArg_STInt16", type: .int16, written: -500),
        Case(name: "putArg_STInt64", type: .int64, written: -1_099_511_627_776),
        Case(name: "putArg_STUint16", type: .uint16, written: 60_000),
        Case(name: "putArg_STUint32", type: .uint32, written: 4_000_000_000),
        Case(name: "putArg_STString", type: .string, written: "héllo"),
        Case(name: "putArg_STBlob", type: .blob, written: .blob(Datagram(bytes: [1, 2]))),
        Case(name: "putArg_STInt8array", type: .int8array, written: [-1, 2]),
        Case(name: "putArg_STInt16array", type: .int16array, written: [-1, 2]),
        Case(name: "putArg_STInt32array", type: .int32array, written: [-1, 2]),
        Case(name: "putArg_STUint8array", type: .uint8array, written: [1, 255]),
        Case(name: "putArg_STUint16array", type: .uint16array, written: [1, 65_535]),
        Case(name: "putArg_STUint32array", type: .uint32array, written: [1, 4_294_967_295]),
        Case(
            name: "putArg_STInt16_div100", type: .int16, written: -1.237, divisor: 100,
            read: -1.24),
        Case(
            name: "putArg_STUint8_div10", type: .uint8, written: 2.55, divisor: 10, read: 2.6),
        Case(
            name: "putArg_STInt16array_div10", type: .int16array, written: [1.25, -1.35],
            divisor: 10, read: [1.2, -1.4]),
        Case(
            name: "putArg_STUint32uint8array_div2", type: .uint32uint8array,
            written: [[1.5, 2.5]], divisor: 2),
    ]

    @Test("both ways", arguments: cases)
    func bothWays(argument: Case) throws {
        let vector = try GoldenVector.named(argument.name)
        let written = try Datagram {
            try $0.append(argument.written, as: argument.type, divisor: argument.divisor)
        }
        #expect(written == vector.datagram)
        var reader = vector.datagram.reader
        let read = try reader.readArgument(argument.type, divisor: argument.divisor)
        #expect(read == argument.read ?? argument.written)
        try reader.expectEnd()
    }

    @Test("every vector is tested")
    func coverage() {
        let names = Set(GoldenVector.all.map(\.name).filter { $0.hasPrefix("putArg_") })
        #expect(names == Set(Self.cases.map(\.name)))
    }

    @Test("cut at any byte, they throw and the position does not move", arguments: cases)
    func everyTruncation(argument: Case) throws {
        let vector = try GoldenVector.named(argument.name)
        for length in 0..<vector.bytes.count {
            var reader = vector.datagram.slice(..<length).reader
            #expect(throws: DatagramError.self) { try reader.readArgument(argument.type) }
            #expect(reader.offset == 0)
        }
    }

    @Test("a value that does not fit is an error, and nothing is appended")
    func doesNotFit() {
        let wrong: [(Argument, ArgumentType, Int)] = [
            (128, .int8, 1), (-1, .uint64, 1), (26, .uint8, 10), (.real(.nan), .int32, 1),
            (.real(.infinity), .uint64, 1), ("text", .int8, 1), (1, .string, 1), ([1], .int8, 1),
            ([256], .uint8array, 1), ([[1, 2, 3]], .uint32uint8array, 1),
            (.list(Array(repeating: 1, count: 32_768)), .int16array, 1),
            (.integer(.max), .int64, 2), (.real(9.3e18), .int64, 1),
        ]
        for (argument, type, divisor) in wrong {
            var datagram = Datagram(bytes: [7])
            #expect(throws: DatagramError.self) {
                try datagram.append(argument, as: type, divisor: divisor)
            }
            #expect(datagram.bytes == [7])
        }
    }

    @Test("an array that is no whole number of elements is an error")
    func partOfAnElement() {
        var reader = Datagram(bytes: [3, 0, 1, 2, 3]).reader
        #expect(throws: DatagramError.self) { try reader.readArgument(.int16array) }
        #expect(reader.offset == 0)
    }

    @Test(
        "divisors round half to even, in float64 too", arguments: [(2.5, 2.0), (3.5, 4), (-0.5, 0)])
    func halfToEven(value: Double, expected: Double) throws {
        var datagram = Datagram()
        try datagram.append(.real(value / 10), as: .float64, divisor: 10)
        try datagram.append(.real(value / 10), as: .int16, divisor: 10)
        var reader = datagram.reader
        #expect(try reader.read(Double.self) == expected)
        #expect(try reader.read(Int16.self) == Int16(expected))
    }

    @Test("server headers")
    func serverHeaders() throws {
        let control = Datagram { $0.appendServerControlHeader(code: 9000) }
        #expect(try control == GoldenVector.named("addServerControlHeader").datagram)
        var reader = control.reader
        #expect(try reader.readServerControlHeader() == 9000)
        let header = ServerHeader(channel: 7, sender: 9, code: 2000)
        let datagram = try Datagram(encoding: header)
        #expect(datagram.bytes == [UInt8](hex: "01 0700000000000000 0900000000000000 d007"))
        reader = datagram.reader
        #expect(try reader.read(ServerHeader.self) == header)
        reader = Datagram(bytes: [2]).reader
        #expect(throws: DatagramError.self) { try reader.read(ServerHeader.self) }
        #expect(reader.offset == 0)
        #expect(try GoldenVector.named("addChannel").datagram.reader.peek(UInt64.self) == 7)
    }

    @Test("the bits of NaNs do not change")
    func signallingNaN() throws {
        let datagram = Datagram { $0.append(0x7FF0_0000_0000_0001 as UInt64) }
        var reader = datagram.reader
        let value = try reader.readArgument(.float64)
        var again = Datagram()
        try again.append(value, as: .float64)
        #expect(again == datagram)
    }
}
