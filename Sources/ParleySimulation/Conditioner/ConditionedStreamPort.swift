internal import ParleyDatagrams
internal import ParleySockets

/// A TCP connection on a conditioned link.
///
/// What is written waits on `outgoing` until it has got over the link, and is then written to the
/// port underneath; what that receives waits on `incoming` and is then there to be read. So ends and
/// errors overtake no bytes, and either side's pace reaches the other through the bounds of the
/// lines.
///
/// `@unchecked Sendable`: as every port, it is used on its loop only once it has been started.
final class ConditionedStreamPort: StreamPort, @unchecked Sendable {
    let base: any StreamPort
    private let loop: any NetworkLoop
    private let clock: any NetworkClock
    var outgoing: StreamLine
    var incoming: StreamLine
    private var timer: MovableTimer
    private var opening: Opening
    private(set) var isClosed = false
    /// When the port underneath is cut off, once this one is closed.
    private var cutOff: NetworkInstant?

    // The handler's wishes.
    private var handler: (any PortHandler)?
    private(set) var wantsReading = false
    private var wantsWriting = false
    private var isTelling = false

    // Out: bytes that have got over the link, from `blockedStart` on, and wait for the port.
    var blocked = Datagram()
    var blockedStart = 0
    var isShutDown = false
    var isOutgoingBroken = false

    // In: what has got over the link and waits for the reader.
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
        _ base: any StreamPort, loop: any NetworkLoop, conditions: Conditions,
        connectingSince start: NetworkInstant? = nil
    ) {
        self.base = base
        self.loop = loop
        clock = conditions.clock
        outgoing = StreamLine(conditions.outgoing, random: conditions.nextChance())
        incoming = StreamLine(conditions.incoming, random: conditions.nextChance())
        timer = MovableTimer(on: loop)
        opening = start.map { .connecting(since: $0) } ?? .done(nil)
    }

    var localAddress: SocketAddress { base.localAddress }
    var remoteAddress: SocketAddress { base.remoteAddress }
    var now: NetworkInstant { clock.now }

    func set(_ option: SocketOption) throws(SystemError) {
        try base.set(option)
    }

    func connectError() -> SystemError? {
        if case .done(let error) = opening { error } else { base.connectError() }
    }

    // MARK: The handler

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) throws(SystemError) {
        guard !isClosed, self.handler == nil else { return }
        wantsReading = reading
        wantsWriting = writing
        try base.start(self, reading: wantsBaseReading, writing: wantsBaseWriting)
        self.handler = handler
        tellSoon()
        setTimer()
    }

    func stop() {
        guard !isClosed else { return }
        handler = nil
        base.stop()
    }

    func setReading(_ wanted: Bool) {
        guard !isClosed else { return }
        wantsReading = wanted
        tellSoon()
    }

    func setWriting(_ wanted: Bool) {
        guard !isClosed else { return }
        wantsWriting = wanted
        tellSoon()
        setTimer()
    }

    private var isReadable: Bool { wantsReading && (!arrived.isEmpty || ending != nil) }

    private var isWritable: Bool {
        guard wantsWriting, case .done = opening else { return false }
        if case .failure = ending { return true }
        return outgoing.room(for: Link.segmentSize, at: now) > 0
    }

    /// Tells the handler in another step of the loop, since it may be the caller.
    func tellSoon() {
        guard handler != nil, !isTelling, isReadable || isWritable else { return }
        isTelling = true
        loop.execute {
            self.isTelling = false
            self.tell()
        }
    }

    private func tell() {
        if isReadable { handler?.portBecameReadable() }
        if isWritable { handler?.portBecameWritable() }
        tellSoon()
    }

    // MARK: What the port underneath is watched for

    private var wantsBaseReading: Bool {
        guard case .done = opening, !hasBaseEnded else { return false }
        return isClosed || incoming.room(for: Link.segmentSize, at: now) > 0
    }

    private var wantsBaseWriting: Bool {
        if case .connecting = opening { return true }
        return !blocked.isEmpty
    }

    func watchBase() {
        base.setReading(wantsBaseReading)
        base.setWriting(wantsBaseWriting)
    }

    // MARK: Time

    func setTimer() {
        guard !isClosed || cutOff != nil else { return timer.move(to: nil) {} }
        let now = now
        var next = [cutOff, blocked.isEmpty ? outgoing.nextArrival() : nil]
        if !isClosed { next.append(incoming.nextArrival()) }
        if !isClosed, case .done = opening {
            // The link gets room for more, in either direction.
            if wantsWriting, !isWritable { next.append(outgoing.nextRoom(at: now)) }
            if !hasBaseEnded, !wantsBaseReading { next.append(incoming.nextRoom(at: now)) }
        }
        if case .answered(let arrival, _) = opening { next.append(arrival) }
        timer.move(to: next.compactMap { $0 }.min()) {
            self.timer.ran()
            self.pass()
        }
    }

    /// Moves on what has got over the link, in both directions.
    private func pass() {
        let now = now
        if case .answered(let arrival, let error) = opening, arrival <= now {
            opening = .done(error)
        }
        writeArrived(at: now)
        takeArrived(at: now)
        finishIfDone(at: now)
        tell()
        watchBase()
        setTimer()
    }

    // MARK: The end

    func shutDownWriting() {
        guard !isClosed, !isShutDown else { return }
        isShutDown = true
        outgoing.sendEnd(at: now)
        writeArrived(at: now)
        setTimer()
    }

    /// Closes once what is under way has arrived: that is out of the sender's hands.
    func close() {
        guard !isClosed else { return }
        let now = now
        let last = max(now, outgoing.lastArrival ?? now).advanced(by: Lingering.patience)
        end(cutOff: min(last, now.advanced(by: Lingering.limit)))
    }

    /// Resets once what is under way has arrived, and even if the peer takes none of it.
    func reset() {
        guard !isClosed else { return }
        guard handler != nil else {
            isClosed = true
            return base.reset()
        }
        let now = now
        outgoing.sendFailure(.connectionReset, at: now)
        let arrival = outgoing.lastArrival ?? now
        end(cutOff: min(arrival, now.advanced(by: Lingering.limit)))
    }

    private func end(cutOff deadline: NetworkInstant) {
        isClosed = true
        handler = nil
        arrived = Datagram()
        cutOff = deadline
        finishIfDone(at: now)
        guard cutOff != nil else { return }
        watchBase()
        setTimer()
    }

    private func finishIfDone(at now: NetworkInstant) {
        guard let deadline = cutOff else { return }
        if deadline <= now {
            base.reset()
        } else if isOutgoingBroken || (outgoing.isEmpty && blocked.isEmpty) {
            base.close()
        } else {
            return
        }
        cutOff = nil
        setTimer()
    }
}

extension ConditionedStreamPort: PortHandler {
    func portBecameReadable() {
        receive(at: now)
        pass()
    }

    func portBecameWritable() {
        if case .connecting(let start) = opening {
            let error = base.connectError()
            let there = outgoing.arrivalOfHandshake(sentAt: start)
            let back = incoming.arrivalOfHandshake(sentAt: there)
            opening = .answered(arrival: max(now, back), error)
        }
        pass()
    }
}
