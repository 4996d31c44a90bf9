import ParleyDatagrams

/// A record of a recording behind the header, without its checksum.
enum TickRecord<Game: GameProtocol> {
    /// A tick: its input, the digest of what the world sent to players (``TickOutcome/digest``),
    /// and the packets of its state.
    case tick(TickInput<Game>, digest: UInt64, states: [Datagram])
    /// The last record, with the reason if the recording ended before the game.
    case end(String)

    private enum Kind {
        static var tick: UInt8 { 1 }
        static var end: UInt8 { 2 }
    }

    func encoded() throws(DatagramError) -> Datagram {
        var datagram = Datagram()
        switch self {
        case .tick(let input, let digest, let states):
            datagram.append(Kind.tick)
            try datagram.append(counted: input)
            datagram.append(digest)
            datagram.append(count: states.count)
            for state in states {
                datagram.append(count: state.count)
                datagram.append(contentsOf: state)
            }
        case .end(let text):
            datagram.append(Kind.end)
            try datagram.append(text)
        }
        return datagram
    }

    init(_ record: Datagram) throws(DatagramError) {
        var reader = record.reader
        switch try reader.read(UInt8.self) {
        case Kind.tick:
            let input: TickInput<Game> = try reader.readCounted()
            let digest: UInt64 = try reader.read()
            var states: [Datagram] = []
            for _ in 0..<(try reader.readCount()) {
                states.append(try reader.readBytes(try reader.readCount()))
            }
            self = .tick(input, digest: digest, states: states)
        case Kind.end: self = .end(try reader.readString())
        case let kind: throw .unknownKind(kind, expected: "1 or 2 for a record", at: 0)
        }
        try reader.expectEnd()
    }
}
