import ParleyDatagrams
import ParleyProtocol
import ParleyWorld
import TestSupport

extension FuzzTarget {
    /// A predicting client's commands.
    static let inputPackets = FuzzTarget("input-packets", corpus: inputPacketCorpus) { input in
        var reader = Datagram(embedded: input).reader
        let acknowledgement = try decoded { () throws(DatagramError) in
            try ClientPayload.readAcknowledgement(from: &reader)
        }
        guard let acknowledgement else { return }
        var replica = ClientReplica()
        if let acknowledgement { replica.receive(acknowledgement) }
        let bytes = reader.remaining
        let bundle: CommandBundle<Verbatim>? = try decoded { () throws(DatagramError) in
            try bytes.decoded()
        }
        // After the tick before its oldest command, a queue wants all commands of a bundle.
        let before = bundle?.timed.first?.tick.advanced(by: -1) ?? Tick(number: 0)
        var queue = CommandQueue(tickRate: 60, after: before, at: .zero)
        let newest = try decoded { () throws(DatagramError) in
            try queue.receive(&reader, at: .seconds(1))
        }
        for (tick, command) in bundle?.timed ?? [] where tick > before {
            var taken = Datagram()
            _ = queue.take(tick, at: .seconds(2), into: &taken)
            try expect(
                newest == nil || taken == command.bytes, "\(taken) was \(command) at \(tick)")
        }
        _ = queue.takeReport()
    }

    /// The head of a world snapshot.
    static let snapshotPackets = FuzzTarget("snapshot-packets", corpus: snapshotPacketCorpus) {
        input in
        let head = Datagram(embedded: Array(input.prefix(255)))
        let datagram = Datagram {
            $0.append(UInt8(head.count))
            $0.append(contentsOf: head)
            $0.append(contentsOf: Datagram(bytes: [1, 2, 3]))
        }
        let packet = try decoded { () throws(DatagramError) in
            try SnapshotPacket(datagram, layout: bodyLayout)
        }
        guard let packet else { return }
        try expect(packet.snapshot.bytes == [1, 2, 3], "the rest of \(input) is another")
        guard case .state(_, let words) = packet.body else { return }
        try expect(words.count == bodyLayout.wordCount, "\(words) of \(input)")
    }
}

/// A command.
private struct Step: DatagramCodable, Hashable, Sendable {
    var number: UInt32

    init(number: UInt32) { self.number = number }

    init(from reader: inout DatagramReader) throws(DatagramError) { number = try reader.read() }

    func encode(into datagram: inout Datagram) { datagram.append(number) }
}

private let bodyLayout = EntityLayout(Body.self, named: "body")

/// A body of fields of many kinds.
private struct Body: Replicated {
    var place = SIMD2<Double>(0, 0)
    var heading = 0.0
    var name = ""
    var isUp = false

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("place", &place, .vector(in: -100...100, precision: 0.01))
        visit("heading", &heading, .angle(bits: 12))
        visit("name", &name, .text(maximum: 8))
        visit("isUp", &isUp)
    }
}

private let inputPacketCorpus: [[UInt8]] = {
    var sender = CommandSender<Step>()
    var corpus: [[UInt8]] = []
    for tick in 1...5 as ClosedRange<UInt32> {
        sender.append(Step(number: tick / 2), for: Tick(number: tick))
        guard let bundle = sender.nextBundle(redundancy: 4) else { continue }
        let payload = try? ClientPayload.input(
            encoding: bundle,
            acknowledgement: SnapshotAcknowledgement(newest: 9, history: UInt64(tick)))
        if let payload { corpus.append(payload.bytes) }
    }
    return corpus
}()

private let snapshotPacketCorpus: [[UInt8]] = {
    var state = Body()
    state.place = SIMD2(12, -3)
    state.name = "Ana"
    let arrival = CommandReport.Arrival(tick: Tick(number: 12), margin: -1.5)
    let bodies: [SnapshotPacket.Body] = [
        .omitted, .none, .state(EntityHandle(rawValue: 77), state.quantised()),
    ]
    return bodies.map { body in
        let packet = SnapshotPacket(
            tick: Tick(number: 13),
            report: CommandReport(
                taken: Tick(number: 13), worst: arrival, loss: 0.1, lossRun: 2),
            body: body, snapshot: Datagram())
        var datagram = Datagram()
        packet.encode(into: &datagram, layout: bodyLayout)
        // Behind the length.
        return Array(datagram.bytes.dropFirst(1))
    }
}()
