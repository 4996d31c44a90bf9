internal import ParleySockets

/// A socket with two directions, each of which can be ready.
protocol ReadinessSource: AnyObject {
    /// Whether there is something to read.
    var isReadable: Bool { get }
    /// Whether there is room to write.
    var isWritable: Bool { get }
}

/// Tells the handler of a socket that the socket is ready, level-triggered like the system's poller: it
/// repeats this for as long as the readiness lasts and the handler wants it.
///
/// The socket schedules each call as a separate step of the loop, because the handler may be the caller
/// that made the socket ready.
///
/// `@unchecked Sendable`: touched on the socket's loop only.
final class LevelTrigger: @unchecked Sendable {
    private var handler: (any PortHandler)?
    private(set) var wantsReading = false
    private(set) var wantsWriting = false
    private var isScheduled = false

    /// Whether there is a handler.
    var isStarted: Bool { handler != nil }

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) {
        self.handler = handler
        wantsReading = reading
        wantsWriting = writing
    }

    func stop() {
        handler = nil
    }

    func setReading(_ wanted: Bool) { wantsReading = wanted }
    func setWriting(_ wanted: Bool) { wantsWriting = wanted }

    /// Whether the socket must now schedule a call of `runScheduled`.
    func schedules(for source: some ReadinessSource) -> Bool {
        guard isStarted, !isScheduled,
            (wantsReading && source.isReadable) || (wantsWriting && source.isWritable)
        else { return false }
        isScheduled = true
        return true
    }

    /// The scheduled telling.
    func runScheduled(for source: some ReadinessSource, isSpurious: Bool = false) {
        isScheduled = false
        tell(of: source, isSpurious: isSpurious)
    }

    /// Tells the handler of the directions that it wants and that are ready, or seem so by a fault.
    func tell(of source: some ReadinessSource, isSpurious: Bool = false) {
        if wantsReading, source.isReadable || isSpurious { handler?.portBecameReadable() }
        if wantsWriting, source.isWritable || isSpurious { handler?.portBecameWritable() }
    }
}
