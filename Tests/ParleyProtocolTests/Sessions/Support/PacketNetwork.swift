import ParleyDatagrams
import ParleyProtocol
import ParleySockets

/// What the network does to a session's packets.
struct PacketConditions {
    /// The time of one direction over UDP, in seconds, and how much more it can be.
    var latency = 0.030
    var jitter = 0.010
    var loss = 0.0
    /// Packets that arrive twice.
    var duplication = 0.0
    var isToServerBlocked = false
    var isToClientBlocked = false
    /// A bystander copies each of the client's packets, and the copy arrives first from another address.
    var hasBystander = false
    /// The bystander also sends the client what the server sends to the bystander.
    var isRelaying = false
}

/// A client and a server joined by UDP and a tunnel, decided by a seed, with the invariants checked at each step.
struct PacketNetwork {
    enum Event {
        case tick
        case wake(SessionEnd)
        case udp(WirePacket, to: SessionEnd, from: PathID)
        case tunnel(WirePacket, to: SessionEnd)
    }

    static let server = PathID(rawValue: 1)
    static let bystander = PathID(rawValue: 666)

    var client: PacketEnd
    var server: PacketEnd
    var conditions = PacketConditions()
    /// The address that the client's packets have.
    var address = PathID(rawValue: 100)
    /// Ticks a second, each with a command and a snapshot.
    var tickRate = 60.0
    var snapshotBytes = 300

    private(set) var now = 0.0
    private(set) var steps = 0
    /// What must never happen, in words.
    private(set) var violations: [String] = []
    /// The addresses that the server has moved to.
    private(set) var moves: [(time: Double, path: PathID)] = []
    private(set) var switches: [(time: Double, end: SessionEnd)] = []

    /// Until when an end is paused, in seconds: it sends nothing, and what arrives waits.
    private var pauseEnds: [SessionEnd: Double] = [:]
    private var random: SeededGenerator
    private var events = EventQueue<Event>()
    /// The next time at which each end is woken.
    private var wakes: [SessionEnd: Double] = [:]
    private var toAddress: [PathID: (received: Int, sent: Int)] = [:]
    /// The addresses at which the client has received a packet.
    private var reached: Set<PathID> = []

    init(seed: UInt64, limits: EpochLimits = .sealed) {
        random = SeededGenerator(seed: seed)
        let session = SessionNumber(slot: 5, generation: 77)
        client = PacketEnd(
            SessionPackets(
                client: session, server: Self.server, tagCount: 16, limits: limits, at: .zero))
        server = PacketEnd(
            SessionPackets(server: session, tagCount: 16, limits: limits, at: .zero))
        events.add(.tick, at: 0)
    }

    /// Runs for so many seconds.
    mutating func run(for seconds: Double) {
        let end = now + seconds
        while let (time, event) = events.next(before: end) {
            now = time
            steps += 1
            handle(event)
        }
        now = end
    }

    /// Pauses an end for so many seconds.
    mutating func pause(_ end: SessionEnd, for seconds: Double) {
        pauseEnds[end] = now + seconds
    }

    /// A new secret, told over TLS.
    mutating func resume(secret: Int) {
        let base = server.machine.rebase()
        server.install(secret, base)
        if !client.machine.rebase(to: base, at: duration) { violations.append("bad base \(base)") }
        client.install(secret, base)
    }

    var duration: Duration { .seconds(now) }

    private mutating func handle(_ event: Event) {
        switch event {
        case .tick:
            events.add(.tick, at: now + 1 / tickRate)
            for end in [SessionEnd.client, .server] where pauseEnd(of: end) == nil {
                send(payload: end == .client ? 40 : snapshotBytes, from: end)
                settle(end)
            }
        case .wake(let end):
            guard wakes[end] == now else { return }
            wakes[end] = nil
            if pauseEnd(of: end) == nil { settle(end) }
        case .udp(let packet, let end, let path):
            if let time = pauseEnd(of: end) { return events.add(event, at: time) }
            deliver(packet, to: end, from: path)
        case .tunnel(let packet, let end):
            if let time = pauseEnd(of: end) { return events.add(event, at: time) }
            deliver(packet, to: end, from: nil)
        }
    }

    private func pauseEnd(of end: SessionEnd) -> Double? {
        pauseEnds[end].flatMap { $0 > now ? $0 : nil }
    }

    private mutating func send(payload: Int, from end: SessionEnd) {
        let machine = end == .client ? client.machine : server.machine
        let isDoubtful = end == .client && machine.isDoubtful(at: duration)
        let ways: [PacketWay] = isDoubtful ? [.udp, .tunnel] : [machine.way]
        for way in ways {
            let permit =
                end == .client
                ? client.machine.packet(carrying: payload, over: way, at: duration)
                : server.machine.packet(carrying: payload, over: way, at: duration)
            if case .send(let packet) = permit { transmit(packet, payload: payload, from: end) }
        }
    }

    /// Sends what is due, and wakes the end at its next time.
    private mutating func settle(_ end: SessionEnd) {
        let now = duration
        let passage =
            end == .client ? client.machine.advance(to: now) : server.machine.advance(to: now)
        if let path = passage.movedTo { moves.append((self.now, path)) }
        if passage.changedWay { switches.append((self.now, end)) }
        var count = 0
        while let packet = control(end), count < 10 {
            transmit(packet, payload: nil, from: end)
            count += 1
        }
        if count == 10 { violations.append("the \(end) has control packets without end") }
        let machine = end == .client ? client.machine : server.machine
        guard let next = machine.nextTimeout() else { return }
        if next <= now { violations.append("the \(end) is due at \(next) again, at \(now)") }
        // Ticks come anyway; a wake is needed only before the next one.
        let seconds = Double(next.components.seconds) + Double(next.components.attoseconds) / 1e18
        guard seconds < self.now + 1 / tickRate, seconds < wakes[end] ?? .infinity else { return }
        wakes[end] = seconds + 1e-9
        events.add(.wake(end), at: seconds + 1e-9)
    }

    private mutating func control(_ end: SessionEnd) -> OutgoingPacket? {
        let now = duration
        var random = random
        defer { self.random = random }
        return end == .client
            ? client.machine.nextControlPacket(at: now) { random.next() }
            : server.machine.nextControlPacket(at: now) { random.next() }
    }
}

extension PacketNetwork {
    private mutating func transmit(_ packet: OutgoingPacket, payload: Int?, from end: SessionEnd) {
        let wire =
            end == .client
            ? client.seal(packet, payload: payload) : server.seal(packet, payload: payload)
        switch packet.destination {
        case .tunnel: events.add(.tunnel(wire, to: end.peer), at: now + conditions.latency + 0.005)
        case .path(let path) where end == .server: carryToClient(wire, path)
        case .path: carryToServer(wire)
        }
    }

    private mutating func carryToClient(_ packet: WirePacket, _ path: PathID) {
        toAddress[path, default: (0, 0)].sent += packet.countOnWire
        let bytes = toAddress[path, default: (0, 0)]
        if !reached.contains(path), bytes.sent > 3 * bytes.received {
            violations.append("\(bytes.sent) bytes to \(path), which sent \(bytes.received)")
        }
        let isRelayed = path == Self.bystander && conditions.isRelaying
        guard path == address || isRelayed, !conditions.isToClientBlocked else { return }
        schedule(.udp(packet, to: .client, from: Self.server))
        reached.insert(path)
    }

    private mutating func carryToServer(_ packet: WirePacket) {
        if conditions.hasBystander {
            events.add(.udp(packet, to: .server, from: Self.bystander), at: now + 0.001)
        }
        guard !conditions.isToServerBlocked else { return }
        schedule(.udp(packet, to: .server, from: address))
    }

    private mutating func schedule(_ event: Event) {
        repeat {
            guard !chance(conditions.loss) else { continue }
            events.add(event, at: now + conditions.latency + share() * conditions.jitter)
        } while chance(conditions.duplication)
    }

    private mutating func share() -> Double { Double(random.next() >> 11) * 0x1p-53 }

    private mutating func chance(_ likelihood: Double) -> Bool {
        likelihood > 0 && share() < likelihood
    }

    private mutating func deliver(_ packet: WirePacket, to end: SessionEnd, from path: PathID?) {
        if end == .client {
            _ = try? client.receive(packet, from: path, at: duration)
        } else {
            // What an address sent counts only if the packet is authentic, but it is never more than this.
            if let path { toAddress[path, default: (0, 0)].received += packet.countOnWire }
            let result = try? server.receive(packet, from: path, at: duration)
            switch result?.receipt.path {
            case .began(let path), .moved(let path): moves.append((now, path))
            default: break
            }
        }
        settle(end)
    }
}
