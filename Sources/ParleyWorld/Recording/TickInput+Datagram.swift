public import ParleyDatagrams
import ParleyProtocol

/// A tick's input in bytes; `Documentation/Wire.md` has each of them.
extension TickInput: DatagramCodable {
    private enum Flag {
        static var snapshot: UInt8 { 1 }
        static var worldSnapshot: UInt8 { 2 }
    }

    /// Reads what ``encode(into:)`` wrote; memory grows with the bytes that are there.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        let tick = Tick(number: try reader.read())
        let duration = Duration(
            secondsComponent: 0, attosecondsComponent: try Self.attoseconds(&reader))
        let offset = reader.offset
        let flags: UInt8 = try reader.read()
        guard flags <= Flag.snapshot | Flag.worldSnapshot else {
            throw .invalidValue(expected: "flags up to 3", found: "\(flags)", offset: offset)
        }
        self.init(
            step: TickStep(tick: tick, duration: duration),
            requests: try reader.readList { (reader) throws(DatagramError) in
                PlayerRequest(
                    player: try reader.readPlayer(), request: try reader.readCounted())
            },
            leaves: try reader.readList { (reader) throws(DatagramError) in
                Departure(player: try reader.readPlayer(), reason: try reader.read())
            },
            joins: try reader.readList { (reader) throws(DatagramError) in
                try JoinRequest(from: &reader)
            },
            commands: try reader.readList { (reader) throws(DatagramError) in
                try reader.readCommand(at: tick)
            },
            wantsSnapshot: flags & Flag.snapshot != 0,
            watchers: try reader.readList { (reader) throws(DatagramError) in
                try reader.readPlayer()
            },
            wantsWorldSnapshot: flags & Flag.worldSnapshot != 0)
    }

    /// Appends all of it.
    ///
    /// - Throws: What a command or request throws that cannot be encoded; `DatagramError` for a step
    ///   that is not between nothing and nine seconds.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        let (seconds, attoseconds) = step.duration.components
        let (more, isTooLong) = seconds.multipliedReportingOverflow(by: Self.attosecondsPerSecond)
        let (sum, isTooMuch) = more.addingReportingOverflow(attoseconds)
        guard !isTooLong, !isTooMuch, sum >= 0 else {
            throw .notRepresentable(value: "\(step.duration)", type: "a step's duration")
        }
        datagram.append(step.tick.number)
        datagram.append(UInt64(sum))
        datagram.append(
            (wantsSnapshot ? Flag.snapshot : 0) | (wantsWorldSnapshot ? Flag.worldSnapshot : 0))
        datagram.append(count: requests.count)
        for request in requests {
            datagram.append(player: request.player)
            try datagram.append(counted: request.request)
        }
        datagram.append(count: leaves.count)
        for departure in leaves {
            datagram.append(player: departure.player)
            try datagram.append(departure.reason)
        }
        datagram.append(count: joins.count)
        for request in joins { try datagram.append(request) }
        datagram.append(count: commands.count)
        for command in commands { try datagram.append(command, at: step.tick) }
        datagram.append(count: watchers.count)
        for player in watchers { datagram.append(player: player) }
    }

    private static var attosecondsPerSecond: Int64 { 1_000_000_000_000_000_000 }

    private static func attoseconds(
        _ reader: inout DatagramReader
    ) throws(DatagramError) -> Int64 {
        let offset = reader.offset
        let bits: UInt64 = try reader.read()
        guard let attoseconds = Int64(exactly: bits) else {
            throw .invalidValue(
                expected: "a step of at most nine seconds", found: "\(bits) attoseconds",
                offset: offset)
        }
        return attoseconds
    }
}

extension DatagramReader {
    mutating func readPlayer() throws(DatagramError) -> PlayerID {
        PlayerID(rawValue: try readNumber())
    }

    fileprivate mutating func readList<Element>(
        _ element: (inout DatagramReader) throws(DatagramError) -> Element
    ) throws(DatagramError) -> [Element] {
        var elements: [Element] = []
        for _ in 0..<(try readCount()) { elements.append(try element(&self)) }
        return elements
    }
}

extension Datagram {
    mutating func append(player: PlayerID) {
        append(small: UInt64(player.rawValue))
    }
}
