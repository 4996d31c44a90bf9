public import ParleyDatagrams
import ParleyProtocol

/// A player's queue with the game's part of it: commands go in and come out as values.
struct TypedCommandQueue<Command: DatagramCodable & Equatable & Sendable> {
    /// A player's command of one tick.
    struct TickCommand {
        let command: Command
        let origin: CommandOrigin
        let view: TickTime?
    }

    var queue: CommandQueue
    var standIn: CommandStandIn<Command>
    private var bytes = Datagram()

    init(
        tickRate: Int, standIn: CommandStandIn<Command>, window: Int? = nil, after tick: Tick,
        at now: Duration
    ) {
        queue = CommandQueue(tickRate: tickRate, window: window, after: tick, at: now)
        self.standIn = standIn
    }

    var statistics: CommandStatistics { queue.statistics }

    mutating func receive(_ bundle: CommandBundle<Command>, at now: Duration) {
        guard var reader = try? Datagram(encoding: bundle).reader else { return }
        _ = try? queue.receive(&reader, at: now)
    }

    mutating func take(_ tick: Tick, at now: Duration) -> TickCommand {
        bytes.removeAll(keepingCapacity: true)
        let taken = queue.take(tick, at: now, into: &bytes)
        let own: Command? = taken == nil ? nil : try? bytes.decoded()
        let (command, origin) = standIn.next(own)
        queue.count(origin)
        return TickCommand(command: command, origin: origin, view: own == nil ? nil : taken?.view)
    }

    mutating func takeReport() -> CommandReport { queue.takeReport() }
}

// As the binary coder has it.
extension Int: DatagramEncodable, DatagramDecodable {}

extension Datagram {
    fileprivate func decoded<Value: DatagramDecodable>() throws(DatagramError) -> Value {
        var reader = reader
        let value = try reader.read(Value.self)
        try reader.expectEnd()
        return value
    }
}
