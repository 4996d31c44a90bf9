internal import ParleyDatagrams
internal import ParleySockets

/// A UDP socket on a conditioned link.
///
/// `@unchecked Sendable`: as every port, it is used on its loop only once it has been started.
final class ConditionedDatagramPort: DatagramPort, @unchecked Sendable {
    private let base: any DatagramPort
    private let loop: any NetworkLoop
    private let clock: any NetworkClock
    private var outgoing: DatagramLine
    private var incoming: DatagramLine
    private var timer: MovableTimer
    private var handler: (any PortHandler)?
    private var wantsReading = false
    private var isTelling = false
    private var isClosed = false
    /// When to give up delivering what was under way as the socket was closed.
    private var cutOff: NetworkInstant?
    /// Datagrams that have arrived, and what the socket said beside them.
    private var arrived = PacketBuffer()
    private var news: ReceiveOutcome?
    private var scratch = PacketBuffer()

    private static let receivesPerTurn = 4

    init(_ base: any DatagramPort, loop: any NetworkLoop, conditions: Conditions) {
        self.base = base
        self.loop = loop
        clock = conditions.clock
        outgoing = DatagramLine(conditions.outgoing, random: conditions.nextChance())
        incoming = DatagramLine(conditions.incoming, random: conditions.nextChance())
        timer = MovableTimer(on: loop)
    }

    var localAddress: SocketAddress { base.localAddress }
    var kernelDrops: Int { base.kernelDrops }

    func set(_ option: SocketOption) throws(SystemError) {
        try base.set(option)
    }

    // MARK: The handler

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) throws(SystemError) {
        guard !isClosed, self.handler == nil else { return }
        try base.start(self, reading: reading, writing: false)
        self.handler = handler
        wantsReading = reading
        tellSoon()
        if writing { setWriting(true) }
    }

    func stop() {
        guard !isClosed else { return }
        handler = nil
        base.stop()
    }

    func setReading(_ wanted: Bool) {
        guard !isClosed else { return }
        wantsReading = wanted
        base.setReading(wanted)
        tellSoon()
    }

    /// There is always room: a link drops what it has no room for.
    func setWriting(_ wanted: Bool) {
        guard wanted, !isClosed else { return }
        loop.execute { self.handler?.portBecameWritable() }
    }

    private var isReadable: Bool { !arrived.isEmpty || news != nil }

    /// Tells the handler in another step of the loop, since it may be the caller.
    private func tellSoon() {
        guard wantsReading, isReadable, handler != nil, !isTelling else { return }
        isTelling = true
        loop.execute {
            self.isTelling = false
            self.tell()
        }
    }

    private func tell() {
        guard wantsReading, isReadable, let handler else { return }
        handler.portBecameReadable()
        tellSoon()
    }

    // MARK: Out

    func send(_ packets: borrowing PacketBuffer, from first: Int) -> SendOutcome {
        guard !isClosed else { return .failed(.brokenPipe) }
        let now = clock.now
        for packet in packets.packets[first...] {
            let range = packet.offset..<packet.offset + packet.count
            outgoing.send(packets.bytes.slice(range), address: packet.address, at: now)
        }
        release(at: now)
        setTimer()
        return .sent(packets.count - first)
    }

    /// Sends on what has got over the link. The system's refusals are losses by now, and so is what
    /// its own buffer has no room for.
    private func release(at now: NetworkInstant) {
        scratch.removeAll()
        outgoing.takeArrived(at: now, into: &scratch)
        var next = 0
        while next < scratch.count {
            switch base.send(scratch, from: next) {
            case .sent(let count): next += count
            case .refused: next += 1
            case .wouldBlock: return
            case .failed(let error):
                news = .failed(error)
                tellSoon()
                return
            }
        }
    }

    // MARK: In

    func receive(into packets: inout PacketBuffer) -> ReceiveOutcome {
        guard !isClosed else { return .wouldBlock }
        if arrived.isEmpty {
            defer { news = nil }
            return news ?? .wouldBlock
        }
        let count = arrived.count
        if packets.isEmpty {
            swap(&packets, &arrived)
        } else {
            for packet in arrived.packets {
                let range = packet.offset..<packet.offset + packet.count
                arrived.bytes.slice(range).withSpan { packets.append($0, address: packet.address) }
            }
        }
        arrived.removeAll()
        return .received(count, more: news != nil)
    }

    private func takeReceived(at now: NetworkInstant) {
        for _ in 0..<Self.receivesPerTurn {
            scratch.removeAll()
            let outcome = base.receive(into: &scratch)
            guard case .received(_, let more) = outcome else {
                if case .wouldBlock = outcome { return }
                news = outcome
                return
            }
            for packet in scratch.packets {
                let range = packet.offset..<packet.offset + packet.count
                incoming.send(scratch.bytes.slice(range), address: packet.address, at: now)
            }
            guard more else { return }
        }
    }

    // MARK: Time

    private func setTimer() {
        let next = [outgoing.nextArrival(), isClosed ? nil : incoming.nextArrival(), cutOff]
        timer.move(to: next.compactMap { $0 }.min()) {
            self.timer.ran()
            self.pass()
        }
    }

    /// Moves on what has arrived, at either end.
    private func pass() {
        let now = clock.now
        release(at: now)
        if isClosed {
            finishIfDone(at: now)
        } else {
            incoming.takeArrived(at: now, into: &arrived)
            tell()
        }
        setTimer()
    }

    // MARK: The end

    func close() {
        guard !isClosed else { return }
        isClosed = true
        handler = nil
        arrived = PacketBuffer()
        base.setReading(false)
        let now = clock.now
        cutOff = now.advanced(by: Lingering.limit)
        finishIfDone(at: now)
        setTimer()
    }

    private func finishIfDone(at now: NetworkInstant) {
        guard let end = cutOff, outgoing.isEmpty || end <= now else { return }
        base.close()
        cutOff = nil
        outgoing = DatagramLine(.perfect, random: SeededGenerator(seed: 0))
    }
}

extension ConditionedDatagramPort: PortHandler {
    func portBecameReadable() {
        takeReceived(at: clock.now)
        pass()
    }

    func portBecameWritable() {}
}
