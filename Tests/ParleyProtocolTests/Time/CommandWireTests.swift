import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// A client's commands and a server's reports, as bytes.
@Suite struct CommandWireTests {
    private struct Hands: DatagramCodable, Equatable, Sendable {
        var value: UInt16

        init(_ value: UInt16) { self.value = value }
        init(from reader: inout DatagramReader) throws(DatagramError) { value = try reader.read() }
        func encode(into datagram: inout Datagram) throws(DatagramError) { datagram.append(value) }
    }

    private func sender(_ values: [UInt16], from first: UInt32) -> CommandSender<Hands> {
        var sender = CommandSender<Hands>()
        for (index, value) in values.enumerated() {
            sender.append(Hands(value), for: Tick(number: first + UInt32(index)))
        }
        return sender
    }

    @Test func equalCopiesCostOneBit() throws {
        var sender = sender(Array(repeating: 7, count: 10), from: 1)
        let single = sender.nextBundle(redundancy: 1)
        let tenfold = sender.nextBundle(redundancy: 10)
        let one = try Datagram(encoding: #require(single))
        let ten = try Datagram(encoding: #require(tenfold))
        #expect(one.count == 13)
        #expect(ten.count == 13)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func bundlesRoundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let values = (0..<20).map { _ in UInt16.random(in: 0...2, using: &random) }
        var sender = sender(values, from: 500)
        for count in 1...16 {
            let view = Bool.random(using: &random) ? TickTime(ticks: 480.25) : nil
            let bundle = sender.nextBundle(redundancy: count, view: view)
            var reader = try Datagram(encoding: #require(bundle)).reader
            let read = try reader.read(CommandBundle<Hands>.self)
            try reader.expectEnd()
            #expect(read.commands.map(\.value) == Array(values.suffix(count)))
            #expect(read.timed.map(\.tick.number) == Array((520 - UInt32(count))...519))
            #expect(read.packet == UInt8(count - 1))
            #expect(read.view(at: read.newest) == view)
        }
    }

    @Test func aBundleAsBytes() throws {
        let commands = [5, 7, 7, 0x0102].map(Hands.init)
        let bundle = CommandBundle(
            newest: Tick(number: 0x0203), packet: 9, view: TickTime(ticks: 513), commands: commands)
        let bytes = try Datagram(encoding: #require(bundle)).bytes
        // The newest first: 0x0102, 7, a copy of it, 5.
        #expect(bytes == [3, 2, 0, 0, 9, 0, 2, 4, 4, 0, 2, 2, 1, 2, 7, 0, 2, 5, 0])
    }

    @Test func malformedBundlesAreRefused() {
        let nothing: [UInt8] = [9, 0, 0, 0, 0, 255, 255, 0, 0, 0]
        let tooMany: [UInt8] = [99, 0, 0, 0, 0, 255, 255, 17, 0, 0, 2, 1, 0]
        let beforeTheBeginning: [UInt8] = [0, 0, 0, 0, 0, 255, 255, 2, 2, 0, 2, 1, 0]
        let repeatsNothing: [UInt8] = [9, 0, 0, 0, 0, 255, 255, 1, 1, 0, 2, 1, 0]
        let repeatsTooMany: [UInt8] = [9, 0, 0, 0, 0, 255, 255, 2, 6, 0, 2, 1, 0]
        let cutOff: [UInt8] = [9, 0, 0, 0, 0, 255, 255, 1, 0, 0, 2, 1]
        let countsTooMany: [UInt8] = [9, 0, 0, 0, 0, 255, 255, 1, 0, 0, 255, 255, 3, 1, 0]
        let tooShort: [UInt8] = [9, 0, 0, 0, 0, 255, 255, 1, 0, 0, 1, 1]
        let tooLong: [UInt8] = [9, 0, 0, 0, 0, 255, 255, 1, 0, 0, 3, 1, 0, 0]
        for bytes in [
            nothing, tooMany, beforeTheBeginning, repeatsNothing, repeatsTooMany, cutOff,
            countsTooMany, tooShort, tooLong,
        ] {
            #expect(throws: DatagramError.self) {
                var reader = Datagram(bytes: bytes).reader
                _ = try reader.read(CommandBundle<Hands>.self)
            }
        }
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func noBytesTrap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 0...40, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            var reader = Datagram(bytes: bytes).reader
            if let bundle = try? reader.read(CommandBundle<Hands>.self) {
                #expect((1...16).contains(bundle.timed.count))
                #expect(bundle.timed.last?.tick == bundle.newest)
            }
            var second = Datagram(bytes: bytes).reader
            if let report = try? second.read(CommandReport.self) {
                #expect((0...1).contains(report.loss))
            }
        }
    }

    @Test func reportsRoundTrip() throws {
        let arrival = CommandReport.Arrival(tick: Tick(number: 77), margin: -12.25)
        for worst in [nil, arrival] {
            let report = CommandReport(
                taken: Tick(number: 80), worst: worst, loss: 0.03, lossRun: 3)
            var reader = try Datagram(encoding: report).reader
            #expect(try reader.read(CommandReport.self) == report)
            try reader.expectEnd()
        }
        #expect(arrival.margin == -12.25)
        #expect(CommandReport.Arrival(tick: Tick(number: 1), margin: .nan).margin == 0)
        #expect(CommandReport.Arrival(tick: Tick(number: 1), margin: .infinity).margin > 8e6)
    }

    @Test func acknowledgedCommandsAreNotRepeated() throws {
        var sender = sender([1, 2, 3, 4], from: 10)
        sender.acknowledge(through: Tick(number: 11))
        var bundle = sender.nextBundle(redundancy: 8)
        #expect(bundle?.commands.map(\.value) == [3, 4])
        let isBack = sender.append(Hands(9), for: Tick(number: 13))
        #expect(!isBack, "a command is not taken back")
        sender.acknowledge(through: Tick(number: 99))
        bundle = sender.nextBundle(redundancy: 8)
        #expect(bundle == nil)
        sender.append(Hands(5), for: Tick(number: 14))
        sender.append(Hands(6), for: Tick(number: 20))
        bundle = sender.nextBundle(redundancy: 8)
        #expect(bundle?.commands.map(\.value) == [6])
    }

    @Test func theSenderIsBounded() {
        let sender = sender(Array(repeating: 0, count: 1_000), from: 0)
        #expect(sender.count == CommandSender<Hands>.capacity)
    }
}
