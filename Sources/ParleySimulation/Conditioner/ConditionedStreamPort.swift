internal import ParleyDatagrams
internal import ParleySockets

/// A TCP connection on a conditioned link.
///
/// Written bytes wait on `outgoing` for the link's delay, and go to the port underneath afterwards.
/// Bytes that this port receives wait on `incoming` before they can be read. Ends and errors overtake
/// no bytes, and the bounds of the lines carry backpressure from either side to the other.
final class ConditionedStreamPort: ConditionedPort, StreamPort, @unchecked Sendable {
    let base: any StreamPort
    var outgoing: StreamLine
    var incoming: StreamLine
    private var opening: Opening

    // Out: bytes that have got over the link, from `blockedStart` on, and wait for the port.
    var blocked = Datagram()
    var blockedStart = 0
    var isShutDown = false
    var isOutgoingBroken = false

    // In: bytes that have arrived over the link and wait for the reader.
    var arrived = Datagram()
    var ending: Ending?
    var hasBaseEnded = false

    /// How far the connection is from being open.
    private enum Opening {
        case connecting(since: NetworkInstant)
        /// The port underneath knows the outcome; the answer is on its way back.
        case answered(arrival: NetworkInstant, SystemError?)
        case done(SystemError?)
    }

    /// How the stream ended, once everything before has been read.
    enum Ending {
        case end
        case failure(SystemError)
    }

    init(
        _ base: any StreamPort, loop: any SocketLoop, conditions: Conditions,
        connectingSince start: NetworkInstant? = nil
    ) {
        self.base = base
        outgoing = StreamLine(conditions.outgoing, random: conditions.nextChance())
        incoming = StreamLine(conditions.incoming, random: conditions.nextChance())
        opening = start.map { .connecting(since: $0) } ?? .done(nil)
        super.init(base, loop: loop, conditions: conditions)
    }

    var remoteAddress: SocketAddress { base.remoteAddress }

    // MARK: Opening

    func connectError() -> SystemError? {
        if case .done(let error) = opening { error } else { base.connectError() }
    }

    private var isOpening: Bool {
        if case .done = opening { false } else { true }
    }

    override func socketBecameWritable(at now: NetworkInstant) {
        guard case .connecting(let start) = opening else { return }
        let error = base.connectError()
        let there = outgoing.arrivalOfHandshake(sentAt: start)
        let back = incoming.arrivalOfHandshake(sentAt: there)
        opening = .answered(arrival: max(now, back), error)
    }

    // MARK: Readiness

    override var isReadable: Bool { !arrived.isEmpty || ending != nil }

    override var isWritable: Bool {
        guard !isOpening else { return false }
        if case .failure = ending { return true }
        return outgoing.room(for: Link.segmentSize, at: now) > 0
    }

    override var watched: (reading: Bool, writing: Bool) {
        if case .connecting = opening { return (false, true) }
        return (isReceiving && hasSpaceToReceive(at: now), !blocked.isEmpty)
    }

    private var isReceiving: Bool { !isOpening && !hasBaseEnded }

    // MARK: Time

    override func nextStep(at now: NetworkInstant) -> NetworkInstant? {
        var steps = [blocked.isEmpty ? outgoing.nextArrival() : nil]
        if case .answered(let arrival, _) = opening { steps.append(arrival) }
        if !isClosed {
            steps.append(incoming.nextArrival())
            // The link gets room for more, in either direction.
            if wantsWriting, !isOpening, !isWritable { steps.append(outgoing.nextSpace(at: now)) }
            if isReceiving, !hasSpaceToReceive(at: now) {
                steps.append(incoming.nextSpace(at: now))
            }
        }
        return steps.compactMap { $0 }.min()
    }

    override func receive(at now: NetworkInstant) {
        for _ in 0..<Self.receivesPerTurn {
            guard hasSpaceToReceive(at: now), receiveOnce(at: now) else { return }
        }
    }

    private static let receivesPerTurn = 4

    override func move(at now: NetworkInstant) {
        if case .answered(let arrival, let error) = opening, arrival <= now {
            opening = .done(error)
        }
        writeArrived(at: now)
        takeArrived(at: now)
    }

    // MARK: The end

    override var isDrained: Bool { isOutgoingBroken || (outgoing.isEmpty && blocked.isEmpty) }
    override var lastArrival: NetworkInstant? { outgoing.lastArrival }

    override func cutOffSocket() {
        base.reset()
    }

    func shutDownWriting() {
        guard !isClosed, !isShutDown else { return }
        isShutDown = true
        outgoing.sendEnd(at: now)
        writeArrived(at: now)
        settle()
    }

    /// Resets the connection once the bytes under way have arrived, even if the peer takes none.
    func reset() {
        guard !isClosed else { return }
        let now = now
        if isStarted { outgoing.sendFailure(.connectionReset, at: now) }
        end(cutOff: isStarted ? outgoing.lastArrival : now)
    }
}
