internal import ParleyDatagrams
internal import ParleySockets

/// One direction of a simulated TCP connection: bytes go in at one port and come out, whole and in
/// order, at the other.
///
/// The way may lose segments; TCP sends them again, so that here a loss is a delay. While the way is
/// cut, or the target's host down, the first segment is tried again after 200 ms, then twice as long
/// each time up to two minutes; after 15 tries the connection has timed out (RFC 6298, Linux).
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class StreamPipe: @unchecked Sendable {
    /// A piece of the stream: the answer to a connection request, bytes, an end or a reset.
    enum Segment {
        case answer
        case bytes(Datagram)
        case end
        case reset
    }

    private let source: SimulatedHost
    private let target: SimulatedHost
    private let route: Route
    private let number: UInt64
    /// The ports at the two ends.
    weak var receiver: SimulatedStreamPort?
    weak var sender: SimulatedStreamPort?

    private var flying: [(segment: Segment, arrival: NetworkInstant)] = []
    private var lastArrival: NetworkInstant?
    private var bytesFlying = 0
    private var isDelivering = false
    private var tries = 0

    /// The most bytes under way and unread together.
    private static let window = 128 * 1024
    private static let firstTimeout = Duration.milliseconds(200)
    private static let longestTimeout = Duration.seconds(120)

    init(from source: SimulatedHost, to target: SimulatedHost) {
        self.source = source
        self.target = target
        route = source.fabric.route(from: source, to: target)
        number = source.fabric.takeStreamNumber()
    }

    private var scheduler: Scheduler { source.scheduler }

    /// How many bytes there is room for.
    var room: Int { max(0, Self.window - bytesFlying - (receiver?.unreadCount ?? 0)) }

    func send(_ segment: Segment) {
        var count = 0
        if case .bytes(let bytes) = segment {
            count = bytes.count
            source.fabric.observer?.sent(
                bytes, overStream: number, from: source.addresses, at: scheduler.now)
        }
        bytesFlying += count
        let arrival = route.link.carryStream(
            count, at: scheduler.now, after: lastArrival, using: &scheduler.random)
        lastArrival = arrival
        flying.append((segment, arrival))
        if !isDelivering { deliverFirst(at: arrival) }
    }

    /// Drops the bytes under way: the sender has reset the connection, or its host has crashed.
    func discard() {
        flying = []
        bytesFlying = 0
    }

    private func deliverFirst(at arrival: NetworkInstant) {
        isDelivering = true
        scheduler.schedule(at: route.pastClog(arrival)) { self.deliver() }
    }

    private func deliver() {
        isDelivering = false
        guard !flying.isEmpty else { return }
        guard !route.isCut(at: scheduler.now), target.power.isOn else { return tryAgain() }
        tries = 0
        let now = scheduler.now
        while let first = flying.first {
            guard route.pastClog(first.arrival) <= now else {
                return deliverFirst(at: first.arrival)
            }
            flying.removeFirst()
            arrive(first.segment)
        }
    }

    private func arrive(_ segment: Segment) {
        scheduler.trace.mix(UInt64(target.index) << 8 | UInt64(segment.kind))
        if case .bytes(let bytes) = segment {
            bytesFlying -= bytes.count
            bytes.withSpan { scheduler.trace.mix($0) }
        }
        scheduler.trace.note(at: scheduler.now, "TCP \(place): \(segment)")
        if let receiver, !receiver.isClosed {
            receiver.arrive(segment)
        } else if !segment.isReset {
            // The receiver has closed: a system answers with a reset.
            flying = []
            bytesFlying = 0
            sender?.refuse()
        }
    }

    /// "client:49153 → server:9099"; without the numbers where both ends are gone.
    private var place: String {
        guard let from = sender?.localAddress.port ?? receiver?.remoteAddress.port,
            let to = receiver?.localAddress.port ?? sender?.remoteAddress.port
        else { return "\(source) → \(target)" }
        return "\(source):\(from) → \(target):\(to)"
    }

    private func tryAgain() {
        guard tries < Link.retransmissions else {
            flying = []
            sender?.arrive(.timedOut)
            return
        }
        let timeout = min(Self.longestTimeout, Self.firstTimeout * (1 << min(tries, 20)))
        tries += 1
        deliverFirst(at: scheduler.now.advanced(by: timeout))
    }
}

extension StreamPipe.Segment: CustomStringConvertible {
    fileprivate var kind: UInt8 {
        switch self {
        case .answer: 0
        case .bytes: 1
        case .end: 2
        case .reset: 3
        }
    }

    fileprivate var isReset: Bool {
        if case .reset = self { true } else { false }
    }

    var description: String {
        switch self {
        case .answer: "connected"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .end: "end"
        case .reset: "reset"
        }
    }
}
