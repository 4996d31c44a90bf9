internal import ParleySockets

/// A socket on a conditioned link: what TCP and UDP have in common.
///
/// It stands between the handler and the port underneath, as whose handler it acts. Readiness is a
/// level, as with the system's poller: as long as there is something that the handler wants to hear
/// of, it is told again.
///
/// `@unchecked Sendable`: as every port, it is used on its loop only once it has been started.
class ConditionedPort: Port, PortHandler, @unchecked Sendable {
    private let socket: any Port
    private let loop: any NetworkLoop
    private let clock: any NetworkClock
    private var timer: MovableTimer
    private var handler: (any PortHandler)?
    private(set) var wantsReading = false
    private(set) var wantsWriting = false
    private var isTelling = false
    private(set) var isClosed = false
    /// When to give up delivering what was under way as the socket was closed.
    private var cutOff: NetworkInstant?

    init(_ socket: any Port, loop: any NetworkLoop, conditions: Conditions) {
        self.socket = socket
        self.loop = loop
        clock = conditions.clock
        timer = MovableTimer(on: loop)
    }

    var localAddress: SocketAddress { socket.localAddress }
    final var now: NetworkInstant { clock.now }
    /// Whether anybody knows the socket yet, or still.
    final var isStarted: Bool { handler != nil }

    func set(_ option: SocketOption) throws(SystemError) {
        try socket.set(option)
    }

    // MARK: What a kind of socket says

    /// Whether there is something to read.
    var isReadable: Bool { false }
    /// Whether there is room to write.
    var isWritable: Bool { true }
    /// What the port underneath is to be watched for.
    var watched: (reading: Bool, writing: Bool) { (false, false) }
    /// Whether all that was sent has been given to the port underneath.
    var isDrained: Bool { true }
    /// When the last of it arrives, if that is known.
    var lastArrival: NetworkInstant? { nil }

    /// When there is something to move on; `nil` when there is nothing.
    func nextStep(at now: NetworkInstant) -> NetworkInstant? { nil }
    /// Moves on what has got over the link, in both directions.
    func move(at now: NetworkInstant) {}
    /// There is something to receive from the port underneath.
    func receive(at now: NetworkInstant) {}
    /// The port underneath has room, or is connected.
    func socketBecameWritable(at now: NetworkInstant) {}
    /// Ends the port underneath although not everything could be delivered.
    func cutOffSocket() { socket.close() }

    // MARK: The handler

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) throws(SystemError) {
        guard !isClosed, !isStarted else { return }
        wantsReading = reading
        wantsWriting = writing
        let watched = watched
        try socket.start(self, reading: watched.reading, writing: watched.writing)
        self.handler = handler
        settle()
    }

    func stop() {
        guard !isClosed else { return }
        handler = nil
        socket.stop()
    }

    func setReading(_ wanted: Bool) {
        guard !isClosed else { return }
        wantsReading = wanted
        settle()
    }

    func setWriting(_ wanted: Bool) {
        guard !isClosed else { return }
        wantsWriting = wanted
        settle()
    }

    /// Sees to it that everything that is due now or later will happen. To be called after each
    /// change.
    final func settle() {
        let watched = watched
        socket.setReading(watched.reading)
        socket.setWriting(watched.writing)
        tellSoon()
        setTimer()
    }

    /// Tells the handler in another step of the loop, since it may be the caller.
    private func tellSoon() {
        guard isStarted, !isTelling, isAwaited else { return }
        isTelling = true
        loop.execute {
            self.isTelling = false
            self.tell()
            self.settle()
        }
    }

    private var isAwaited: Bool { (wantsReading && isReadable) || (wantsWriting && isWritable) }

    private func tell() {
        if wantsReading, isReadable { handler?.portBecameReadable() }
        if wantsWriting, isWritable { handler?.portBecameWritable() }
    }

    func portBecameReadable() {
        receive(at: now)
        pass()
    }

    func portBecameWritable() {
        socketBecameWritable(at: now)
        pass()
    }

    // MARK: Time

    private func setTimer() {
        guard !isClosed || cutOff != nil else { return timer.move(to: nil) {} }
        timer.move(to: [nextStep(at: now), cutOff].compactMap { $0 }.min()) {
            self.timer.ran()
            self.pass()
        }
    }

    private func pass() {
        let now = now
        move(at: now)
        finishIfDone(at: now)
        tell()
        settle()
    }

    // MARK: The end

    /// Closes once what is under way has arrived: that is out of the sender's hands.
    func close() {
        let last = lastArrival.map { max(now, $0).advanced(by: Self.patience) }
        end(cutOff: last)
    }

    /// Ends the socket for its user, and itself as soon as everything is delivered, but no later than
    /// that.
    final func end(cutOff deadline: NetworkInstant?) {
        guard !isClosed else { return }
        isClosed = true
        handler = nil
        let now = now
        let latest = now.advanced(by: Self.lingering)
        cutOff = deadline.map { min($0, latest) } ?? latest
        finishIfDone(at: now)
        settle()
    }

    private func finishIfDone(at now: NetworkInstant) {
        guard let deadline = cutOff, isDrained || deadline <= now else { return }
        if deadline <= now { cutOffSocket() } else { socket.close() }
        cutOff = nil
    }

    /// How long what was under way as a socket was closed may take to arrive.
    private static let lingering = Duration.seconds(60)
    /// The same for a peer that takes none, once it has.
    private static let patience = Duration.seconds(5)
}
