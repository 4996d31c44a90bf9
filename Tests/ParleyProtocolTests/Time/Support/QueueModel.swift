import ParleyDatagrams
import ParleyProtocol

/// A player's queue as simple as can be: a dictionary of decoded commands.
struct QueueModel {
    /// A command that is any bytes.
    struct Command: DatagramCodable, Equatable, Sendable {
        let bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }
        init(from reader: inout DatagramReader) { bytes = reader.readRemaining().bytes }
        func encode(into datagram: inout Datagram) { datagram.append(bytes: bytes) }
    }

    let window: Int
    let tickRate: Double
    private(set) var pending: [Tick: (command: Command, view: TickTime?)] = [:]
    private(set) var taken: Tick
    private var takenTime: Duration
    /// The ticks whose commands came; those before the start count as if they had.
    private var came: Set<Tick> = []
    private let start: Tick
    private var budget = 512
    private(set) var worst: CommandReport.Arrival?
    private(set) var duplicates: UInt64 = 0
    private(set) var late: UInt64 = 0
    private(set) var early: UInt64 = 0
    private(set) var dropped: UInt64 = 0

    init(tickRate: Int, window: Int, after tick: Tick) {
        self.window = window
        self.tickRate = Double(tickRate)
        (taken, start, takenTime) = (tick, tick, .zero)
    }

    /// Returns whether the bytes were a packet.
    mutating func receive(_ packet: Datagram, at now: Duration) -> Bool {
        var reader = packet.reader
        guard let header = try? CommandBundleHeader(from: &reader) else { return false }
        var wanted: [Tick] = []
        for back in (0..<header.count).reversed() {
            let tick = header.newest.advanced(by: -back)
            guard budget > 0 else {
                dropped += 1
                continue
            }
            budget -= 1
            let isDuplicate = admit(tick, &wanted)
            if !isDuplicate, back == 0 { measure(tick, at: now) }
        }
        if wanted.isEmpty { return true }
        var again = packet.reader
        guard let bundle = try? again.read(CommandBundle<Command>.self), again.isAtEnd else {
            return false
        }
        for (tick, command) in bundle.timed where wanted.contains(tick) {
            pending[tick] = (command, bundle.view(at: tick))
        }
        return true
    }

    /// Returns whether the tick had its command before.
    private mutating func admit(_ tick: Tick, _ wanted: inout [Tick]) -> Bool {
        let ahead = taken.distance(to: tick)
        if ahead > window {
            early += 1
        } else if ahead > 0, pending[tick] == nil {
            wanted.append(tick)
        } else if ahead > 0 || ahead > -64 && (tick <= start || came.contains(tick)) {
            duplicates += 1
            return true
        } else {
            late += 1
            came.insert(tick)
        }
        return false
    }

    private mutating func measure(_ tick: Tick, at now: Duration) {
        let elapsed = (now - takenTime) / .seconds(1) * tickRate
        guard elapsed <= 8 else { return }
        let margin = Double(taken.distance(to: tick)) - elapsed
        if let worst, worst.margin <= margin { return }
        worst = CommandReport.Arrival(tick: tick, margin: margin)
    }

    mutating func take(_ tick: Tick, at now: Duration) -> (command: Command, view: TickTime?)? {
        takenTime = now
        budget = min(budget + 32, 512)
        guard tick > taken else { return nil }
        for passed in pending.keys where passed < tick {
            pending[passed] = nil
            dropped += 1
        }
        taken = tick
        guard let own = pending.removeValue(forKey: tick) else { return nil }
        came.insert(tick)
        return own
    }

    mutating func takeReport() -> CommandReport.Arrival? {
        defer { worst = nil }
        return worst
    }
}
