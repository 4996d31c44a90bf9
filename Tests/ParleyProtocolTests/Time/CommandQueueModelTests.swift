import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// The queue of bytes beside a simple one of decoded commands.
@Suite struct CommandQueueModelTests {
    /// A network on which packets are lost, repeated, overtaken and falsified.
    private struct Packets {
        var sender = CommandSender<QueueModel.Command>()
        var newest: Tick
        var waiting: [Datagram] = []
        var random: SeededGenerator

        /// A client gives the next tick's command, now and then after a gap, and sends a packet.
        mutating func send() {
            let gap = Int.random(in: 0..<40, using: &random) == 0 ? 5 : 1
            newest = newest.advanced(by: gap)
            let length = Int.random(in: 0..<8, using: &random) == 0 ? 40 : 3
            // Hands change seldom.
            let count = Int.random(in: 0...length, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...1, using: &random) }
            sender.append(QueueModel.Command(bytes), for: newest)
            let redundancy = Int.random(in: 1...16, using: &random)
            let view = TickTime(newest).advanced(byTicks: -3.5)
            let bundle = sender.nextBundle(
                redundancy: redundancy, view: Bool.random(using: &random) ? view : nil)
            guard let bundle, let packet = try? Datagram(encoding: bundle) else { return }
            waiting.append(packet)
        }

        /// The packet that arrives next: an old or the newest one, or one with wrong bytes.
        mutating func next() -> Datagram? {
            guard !waiting.isEmpty else { return nil }
            let index = Int.random(in: max(0, waiting.count - 4)..<waiting.count, using: &random)
            let packet = waiting[index]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return packet
            case 1: return packet.slice(..<Int.random(in: 0...packet.count, using: &random))
            case 2:
                var bytes = packet.bytes + [0]
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    UInt8.random(in: .min ... .max, using: &random)
                return Datagram(bytes: bytes.dropLast(Int.random(in: 0...1, using: &random)))
            default: return waiting.remove(at: index)
            }
        }

        mutating func lose() {
            if waiting.count > 12 { waiting.removeFirst(waiting.count - 12) }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func itIsTheSameAsADictionary(seed: UInt64) throws {
        let start = Tick(number: seed == 1 ? 0 : 1_000)
        let window = [16, 60, 128][Int(seed % 3)]
        var queue = CommandQueue(tickRate: 60, window: window, after: start, at: .zero)
        var model = QueueModel(tickRate: 60, window: window, after: start)
        var packets = Packets(
            newest: start.advanced(by: 4), random: SeededGenerator(seed: seed))
        var now = Duration.zero
        for step in 0..<10_000 {
            now += .microseconds(Int.random(in: 0...20_000, using: &packets.random))
            switch Int.random(in: 0..<16, using: &packets.random) {
            case 0..<4: packets.send()
            case 4..<9:
                guard let packet = packets.next() else { continue }
                var reader = packet.reader
                let isPacket = (try? queue.receive(&reader, at: now)) != nil
                try check(isPacket == model.receive(packet, at: now), step)
            case 9: packets.lose()
            case 10: try check(queue.takeReport().worst == model.takeReport(), step)
            default: try takeTick(&queue, &model, &packets, at: now, step)
            }
            let counts = queue.statistics
            try check(counts.duplicates == model.duplicates && counts.late == model.late, step)
            try check(counts.early == model.early && counts.dropped == model.dropped, step)
        }
        let counts = queue.statistics
        #expect(counts.onTime > 800, "of which seed \(seed) is to have many")
        #expect(counts.late > 100 && counts.duplicates > 1_000 && counts.dropped > 10)
    }

    private struct Difference: Error {
        let step: Int
    }

    /// An expectation would cost more than the rest of a step.
    private func check(_ isSame: Bool, _ step: Int) throws(Difference) {
        if !isSame { throw Difference(step: step) }
    }

    private func takeTick(
        _ queue: inout CommandQueue, _ model: inout QueueModel, _ packets: inout Packets,
        at now: Duration, _ step: Int
    ) throws(Difference) {
        // A server that stands still skips ticks.
        let isPaused = Int.random(in: 0..<200, using: &packets.random) == 0
        let tick = model.taken.advanced(
            by: isPaused ? Int.random(in: 2...200, using: &packets.random) : 1)
        // The client runs some ticks ahead, and goes on behind a server that is.
        let lead = Int.random(in: 0...6, using: &packets.random)
        guard isPaused || tick.advanced(by: lead) <= packets.newest else { return }
        packets.newest = max(packets.newest, tick)
        var bytes = Datagram()
        let taken = queue.take(tick, at: now, into: &bytes)
        let expected = model.take(tick, at: now)
        try check(taken?.byteCount == expected?.command.bytes.count, step)
        try check(bytes.bytes == expected?.command.bytes ?? [], step)
        try check(taken?.view == expected?.view, step)
        queue.count(taken == nil ? .repeated : .given)
    }

    private func packet(_ command: [UInt8], for tick: Int) throws -> Datagram {
        let bundle = CommandBundle(
            newest: Tick(number: UInt32(tick)), packet: 0, view: nil,
            commands: [QueueModel.Command(command)])
        return try Datagram(encoding: #require(bundle))
    }

    /// A command too long for a slab with room for as many in the whole window is dropped. All others
    /// are as they were sent.
    @Test func theBytesOfWaitingCommandsAreBounded() throws {
        var queue = CommandQueue(tickRate: 1_000, after: Tick(number: 0), at: .zero)
        for number in 1...500 {
            let length = number % 2 == 0 ? 122 : 123
            let bytes = [UInt8](repeating: UInt8(number & 0xFF), count: length)
            var reader = try packet(bytes, for: number).reader
            try queue.receive(&reader, at: .zero)
        }
        #expect(queue.statistics.dropped == 250)
        for number in 1...500 {
            var bytes = Datagram()
            let taken = queue.take(Tick(number: UInt32(number)), at: .zero, into: &bytes)
            #expect(taken?.byteCount == (number % 2 == 0 ? 122 : nil))
            #expect(bytes.bytes.allSatisfy { $0 == UInt8(number & 0xFF) })
        }
    }

    /// Short commands first, so that cells have to be made longer around them.
    @Test func longerCommandsLeaveTheShorterOnesAsTheyAre() throws {
        var queue = CommandQueue(tickRate: 60, after: Tick(number: 0), at: .zero)
        let lengths = [1, 15, 16, 17, 0, 400, 2, 32, 1_000]
        for (index, length) in lengths.enumerated() {
            let bytes = [UInt8](repeating: UInt8(index + 1), count: length)
            var reader = try packet(bytes, for: index + 1).reader
            try queue.receive(&reader, at: .zero)
        }
        for (index, length) in lengths.enumerated() {
            var bytes = Datagram()
            let taken = queue.take(Tick(number: UInt32(index + 1)), at: .zero, into: &bytes)
            #expect(taken?.byteCount == length)
            #expect(bytes.bytes == [UInt8](repeating: UInt8(index + 1), count: length))
        }
    }
}
