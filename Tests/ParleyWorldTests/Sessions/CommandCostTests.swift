import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import Synchronization
import TestSupport
import Testing

/// What a joined player can make the server decode: sizes, limits and numbers are checked before.
@Suite struct CommandCostTests {
    /// A command that counts how often it is decoded.
    private struct Counted: DatagramCodable, Hashable, Sendable {
        @TaskLocal static var decoded = Counter()

        var bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }
        init(from reader: inout DatagramReader) throws(DatagramError) {
            Self.decoded.count.add(1, ordering: .relaxed)
            bytes = try reader.readBlob().bytes
        }
        func encode(into datagram: inout Datagram) throws(DatagramError) {
            try datagram.append(blob: Datagram(bytes: bytes))
        }
    }

    private struct Path: Codable, DatagramCodable, Hashable, Sendable {
        var steps: [Int]
    }

    private final class Counter: Sendable {
        let count = Atomic<Int>(0)
        var value: Int { count.load(ordering: .relaxed) }
    }

    private let home = SocketAddress.loopback(port: 1_000)
    private let start = NetworkInstant(nanoseconds: 0)

    private func table(
        predicting: Bool, _ configure: (inout PlayerLimits) -> Void = { _ in }
    ) throws -> (PlayerTable, PlayerID, RawPackets, StepDecoder<Counted>) {
        var limits = PlayerLimits()
        configure(&limits)
        var table = PlayerTable(limits: limits, isPredicted: predicting)
        let (player, packets) = try table.admit(name: "Ann", at: start)
        let ann = player.id
        if predicting { table.predict(ann, tickRate: 60, after: Tick(number: 100), at: start) }
        return (table, ann, packets, StepDecoder(idle: predicting ? Counted([]) : nil))
    }

    private func command(
        _ bytes: Int, sequence: UInt32, _ packets: RawPackets
    ) throws -> Datagram {
        try packets.command(
            Counted([UInt8](repeating: 7, count: bytes)), sequence: sequence, at: start)
    }

    private func input(
        _ bytes: [UInt8], newest: UInt32, packet: UInt8 = 0, _ packets: RawPackets
    ) throws -> Datagram {
        let commands = bytes.map { Counted([$0]) }
        let bundle = try #require(
            CommandBundle(
                newest: Tick(number: newest), packet: packet, view: nil, commands: commands))
        return try packets.input(bundle, at: start)
    }

    private func counting(_ body: (Counter) throws -> Void) rethrows {
        let counter = Counter()
        try Counted.$decoded.withValue(counter) { try body(counter) }
    }

    @Test func aDatagramThatIsTooLongIsNotDecoded() throws {
        var (table, ann, packets, _) = try table(predicting: false)
        try counting { decoded in
            let long = try command(1_200, sequence: 1, packets)
            #expect(table.receive(long, from: home, at: start) == .oversized(ann))
            #expect(decoded.value == 0)
            let short = try command(1_000, sequence: 1, packets)
            #expect(
                table.receive(short, from: home, at: start) == .command(ann, droppedOldest: false))
        }
    }

    @Test func bytesASecondAreLimitedLikeDatagrams() throws {
        var (table, ann, packets, steps) = try table(predicting: false) {
            $0.datagramBytesPerSecond = 5_000
        }
        try counting { decoded in
            var taken = 0
            for sequence in 1...100 as ClosedRange<UInt32> {
                let outcome = table.receive(
                    try command(1_000, sequence: sequence, packets), from: home, at: start)
                if outcome == .limited(ann) { continue }
                taken += 1
            }
            #expect(taken == 4)
            #expect(steps.take(1, from: &table, at: start).count == 4)
            #expect(decoded.value == 4)
            let later = start.advanced(by: .milliseconds(500))
            let more = (101...110 as ClosedRange<UInt32>).count { sequence in
                let packet = try? command(1_000, sequence: sequence, packets)
                return packet.map { table.receive($0, from: home, at: later) }
                    == .command(ann, droppedOldest: false)
            }
            #expect(more == 2)
        }
    }

    /// A tree of many values costs more than its bytes.
    @Test(arguments: [(250, true), (300, false)])
    func aCommandHasAFewHundredValuesAtMost(count: Int, isAllowed: Bool) throws {
        var table = PlayerTable()
        let steps = StepDecoder<Path>()
        let (player, packets) = try table.admit(name: "Ann", at: start)
        let ann = player.id
        let path = Path(steps: [Int](repeating: 1, count: count))
        #expect(try ClientPayload.command(encoding: path, sequence: 1).count < 1_200)
        let packet = try packets.command(path, sequence: 1, at: start)
        let outcome = table.receive(packet, from: home, at: start)
        #expect(outcome == .command(ann, droppedOldest: false))
        let commands = steps.take(1, from: &table, at: start)
        #expect(commands.map(\.command) == (isAllowed ? [path] : []))
        #expect(steps.malformed == (isAllowed ? 0 : 1))
    }

    @Test func anOldCommandIsNotDecoded() throws {
        var (table, ann, packets, steps) = try table(predicting: false)
        try counting { decoded in
            let first = try command(100, sequence: 5, packets)
            _ = table.receive(first, from: home, at: start)
            for _ in 0..<50 {
                #expect(table.receive(first, from: home, at: start) == .dropped(ann, .duplicate))
                let again = try command(100, sequence: 5, packets)
                #expect(table.receive(again, from: home, at: start) == .stale(ann))
            }
            _ = steps.take(1, from: &table, at: start)
            #expect(decoded.value == 1)
        }
    }

    @Test func aRepeatedInputIsNotDecoded() throws {
        var (table, ann, packets, steps) = try table(predicting: true)
        try counting { decoded in
            let first = try input([1, 2, 3], newest: 110, packets)
            #expect(table.receive(first, from: home, at: start) == .input(ann))
            for _ in 0..<50 {
                #expect(table.receive(first, from: home, at: start) == .dropped(ann, .duplicate))
                let again = try input([1, 2, 3], newest: 110, packets)
                #expect(table.receive(again, from: home, at: start) == .stale(ann))
            }
            #expect(decoded.value == 0)
            for number in 101...120 as ClosedRange<UInt32> {
                _ = steps.take(number, from: &table, at: start)
            }
            #expect(decoded.value == 3)
            #expect(table.commandStatistics(of: ann)?.duplicates == 150)
        }
    }

    /// Neither the past nor the far future is kept, so its commands need not be read.
    @Test(arguments: [50, 10_000, .max] as [UInt32])
    func inputsOfNoUseAreNotDecoded(newest: UInt32) throws {
        var (table, _, packets, steps) = try table(predicting: true)
        try counting { decoded in
            for packet in 0..<20 as Range<UInt8> {
                _ = table.receive(
                    try input([1, 2, 3], newest: newest, packet: packet, packets),
                    from: home, at: start)
            }
            _ = steps.take(101, from: &table, at: start)
            #expect(decoded.value == 0)
        }
    }

    @Test func aReorderedInputStillCounts() throws {
        var (table, ann, packets, steps) = try table(predicting: true)
        try counting { _ in
            let second = try input([2], newest: 102, packet: 1, packets)
            let first = try input([1], newest: 101, packet: 0, packets)
            #expect(table.receive(second, from: home, at: start) == .input(ann))
            #expect(table.receive(first, from: home, at: start) == .stale(ann))
            for number in [101, 102] as [UInt32] {
                let commands = steps.take(number, from: &table, at: start)
                #expect(commands.map(\.command) == [Counted([UInt8(number - 100)])])
            }
            #expect(table.commandTotals == CommandTotals(given: 2, missed: 0))
            _ = steps.take(103, from: &table, at: start)
            #expect(table.commandTotals == CommandTotals(given: 2, missed: 1))
        }
    }

    /// A command that is none costs its player one step, and no other player anything.
    @Test func aCommandThatIsNoneIsReplacedByTheStandIn() throws {
        var (table, ann, packets, steps) = try table(predicting: true)
        let (other, others) = try table.admit(name: "Bob", at: start)
        let bob = other.id
        table.predict(bob, tickRate: 60, after: Tick(number: 100), at: start)
        try counting { _ in
            _ = table.receive(try input([5], newest: 101, packets), from: home, at: start)
            // A blob of a length that the packet does not have, among two that are whole.
            let bundle = try #require(
                CommandBundle(
                    newest: Tick(number: 104), packet: 1, view: TickTime(ticks: 99),
                    commands: [Raw([1, 0, 6]), Raw([9, 0, 7]), Raw([1, 0, 8])]))
            let packet = try packets.input(bundle, at: start)
            #expect(table.receive(packet, from: home, at: start) == .input(ann))
            for number in 101...104 as ClosedRange<UInt32> {
                let byte = UInt8(number - 100)
                let packet = try input([byte], newest: number, packet: byte, others)
                _ = table.receive(packet, from: home, at: start)
            }
            var taken: [[PlayerCommand<Counted>]] = []
            for number in 101...104 as ClosedRange<UInt32> {
                taken.append(steps.take(number, from: &table, at: start))
            }
            #expect(taken.map { $0.map(\.player) } == Array(repeating: [ann, bob], count: 4))
            #expect(taken.map { $0[0].command.bytes } == [[5], [6], [6], [8]])
            #expect(taken.map { $0[0].origin } == [.given, .given, .repeated, .given])
            #expect(taken.map { $0[0].view == nil } == [true, false, true, false])
            #expect(taken.map { $0[1].command.bytes } == [[1], [2], [3], [4]])
        }
        #expect(steps.malformed == 1)
        #expect(table.commandStatistics(of: ann)?.onTime == 3)
        #expect(table.commandStatistics(of: ann)?.repeated == 1)
        #expect(table.commandTotals == CommandTotals(given: 7, missed: 1))
    }
}

/// Bytes in place of a command.
private struct Raw: DatagramEncodable, Hashable, Sendable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    func encode(into datagram: inout Datagram) { datagram.append(bytes: bytes) }
}

extension CommandTotals {
    fileprivate init(given: UInt64, missed: UInt64) {
        self.init()
        self.given = given
        self.missed = missed
    }
}
