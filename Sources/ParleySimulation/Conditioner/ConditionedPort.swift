internal import ParleySockets

/// A socket on a conditioned link: the common part of TCP and UDP.
///
/// It stands between the handler and the port underneath, and is the handler of that port.
///
/// `@unchecked Sendable`: as every port, it is used on its loop only once it has been started.
class ConditionedPort: Port, PortHandler, ReadinessSource, @unchecked Sendable {
    private let socket: any Port
    private let loop: any SocketLoop
    private let clock: any NetworkClock
    private var timer: MovableTimer
    private let trigger = LevelTrigger()
    private(set) var isClosed = false
    /// When to give up delivering the bytes that were under way when the socket was closed.
    private var cutOff: NetworkInstant?

    init(_ socket: any Port, loop: any SocketLoop, conditions: Conditions) {
        self.socket = socket
        self.loop = loop
        clock = conditions.clock
        timer = MovableTimer(on: loop)
    }

    var localAddress: SocketAddress { socket.localAddress }
    final var now: NetworkInstant { clock.now }
    /// Whether the socket has a handler.
    final var isStarted: Bool { trigger.isStarted }
    final var wantsReading: Bool { trigger.wantsReading }
    final var wantsWriting: Bool { trigger.wantsWriting }

    func set(_ option: SocketOption) throws(SystemError) {
        try socket.set(option)
    }

    // MARK: The kind of socket

    /// Whether there is something to read.
    var isReadable: Bool { false }
    /// Whether there is room to write.
    var isWritable: Bool { true }
    /// The directions in which to watch the port underneath.
    var watched: (reading: Bool, writing: Bool) { (false, false) }
    /// Whether all that was sent has been given to the port underneath.
    var isDrained: Bool { true }
    /// When the last of it arrives; `nil` where that is unknown.
    var lastArrival: NetworkInstant? { nil }

    /// When something arrives that is to be moved on; `nil` when nothing is under way.
    func nextStep(at now: NetworkInstant) -> NetworkInstant? { nil }
    /// Moves on what has arrived over the link, in both directions.
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
        trigger.setReading(reading)
        trigger.setWriting(writing)
        let watched = watched
        try socket.start(self, reading: watched.reading, writing: watched.writing)
        trigger.start(handler, reading: reading, writing: writing)
        settle()
    }

    func stop() {
        guard !isClosed else { return }
        trigger.stop()
        socket.stop()
    }

    func setReading(_ wanted: Bool) {
        guard !isClosed else { return }
        trigger.setReading(wanted)
        settle()
    }

    func setWriting(_ wanted: Bool) {
        guard !isClosed else { return }
        trigger.setWriting(wanted)
        settle()
    }

    /// Schedules everything that is due, now or later. Called after each change.
    final func settle() {
        let watched = watched
        socket.setReading(watched.reading)
        socket.setWriting(watched.writing)
        tellSoon()
        setTimer()
    }

    private func tellSoon() {
        guard trigger.schedules(for: self) else { return }
        loop.execute {
            self.trigger.runScheduled(for: self)
            self.settle()
        }
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
        trigger.tell(of: self)
        settle()
    }

    // MARK: The end

    /// Closes once the bytes under way have arrived: closing cannot call them back.
    func close() {
        let last = lastArrival.map { max(now, $0).advanced(by: Self.patience) }
        end(cutOff: last)
    }

    /// Ends the socket for its user, and itself as soon as everything is delivered, but no later than
    /// that.
    final func end(cutOff deadline: NetworkInstant?) {
        guard !isClosed else { return }
        isClosed = true
        trigger.stop()
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
