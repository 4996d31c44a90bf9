import ParleyDatagrams
import ParleyProtocol
import ParleyWorld
import TestSupport

extension FuzzTarget {
    /// What a tick brought to a world, as it is recorded.
    static let turnInputs = FuzzTarget("turn-inputs", corpus: turnCorpus) { input in
        let datagram = Datagram(embedded: input)
        let turn: TickInput<Chess>? = try decoded { () throws(DatagramError) in
            try datagram.decoded()
        }
        guard let turn else { return }
        // One number may be written in several ways. Our own encoding is read unchanged.
        let bytes = try Datagram(encoding: turn)
        let again = try Datagram(encoding: bytes.decoded(TickInput<Chess>.self))
        try expect(again == bytes, "\(bytes) was written and is \(again)")
        let count =
            turn.requests.count + turn.leaves.count + turn.joins.count + turn.commands.count
            + turn.watchers.count
        try expect(count <= input.count, "\(count) things in \(input.count) bytes")
    }

    /// A whole recording, as it is and with valid checksums: wrong ones would keep nearly every
    /// input from the rest of the reader.
    static let sessionRecordings = FuzzTarget(
        "session-recordings", share: 4, corpus: recordingCorpus
    ) { input in
        try read(Datagram(embedded: input))
        if let resealed = Datagram(embedded: input).resealedRecording { try read(resealed) }
    }

    private static func read(_ recording: Datagram) throws {
        do {
            let reader = try RecordingReader<Chess>(recording)
            var last = reader.tick
            while let recorded = try reader.next() {
                try expect(recorded.tick > last, "tick \(recorded.tick) after \(last)")
                last = recorded.tick
            }
            try expect(reader.ending != nil, "a recording that was read has an end")
        } catch let failure as RecordingFailure {
            try expect(!failure.description.isEmpty, "a failure that says nothing")
        }
    }
}

/// A game of numbers.
private enum Chess: GameProtocol {
    static let name = "chess"

    struct Move: DatagramCodable, Sendable {
        var number: UInt16

        init(number: UInt16) { self.number = number }

        init(from reader: inout DatagramReader) throws(DatagramError) {
            number = try reader.read()
        }

        func encode(into datagram: inout Datagram) { datagram.append(number) }
    }

    typealias Join = Move
    typealias Command = Move
    typealias Request = Move
    typealias Notice = Move
    typealias Snapshot = NoSnapshot
}

private let turns: [TickInput<Chess>] = (1...4 as ClosedRange<UInt32>).map { number in
    let tick = Tick(number: number * 100)
    let player = PlayerID(rawValue: number * 90)
    let move = Chess.Move(number: UInt16(number))
    var input = TickInput<Chess>(
        step: TickStep(tick: tick, duration: .seconds(1) / 60), wantsSnapshot: number == 2)
    if number > 1 {
        input.requests = [PlayerRequest(player: player, request: move)]
        input.joins = [
            JoinRequest(Player(id: player, name: "Ana"), join: move, account: Account(id: "ana"))
        ]
        input.commands = [
            PlayerCommand(player: player, sequence: tick.number, command: move),
            PlayerCommand(
                player: player, sequence: 3, command: move, origin: .repeated,
                view: TickTime(tick).advanced(byTicks: -3.5)),
        ]
    }
    if number > 2 {
        input.leaves = [
            Departure(player: player, reason: .kicked("rude")),
            Departure(player: player, reason: .idle),
        ]
        input.watchers = [player, PlayerID(rawValue: 5)]
    }
    return input
}

private let turnCorpus: [[UInt8]] = turns.compactMap { try? Datagram(encoding: $0).bytes }

private let recordingCorpus: [[UInt8]] = [0, 1, 4].compactMap { count in
    let bytes = RecordedBytes()
    let recording = Recording(into: bytes, seed: 7, payload: Datagram(bytes: [9]))
    guard let writer = try? RecordingWriter<Chess>(recording, schema: nil, tickRate: 60) else {
        return nil
    }
    for turn in turns.prefix(count) { try? writer.append(turn, TickOutcome()) }
    if count > 1 { try? writer.close(because: "enough") }
    return bytes.data.bytes
}
