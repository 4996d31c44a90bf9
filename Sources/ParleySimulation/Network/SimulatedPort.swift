internal import ParleySockets

/// A socket of a simulated host: what the three kinds have in common.
///
/// Readiness is a level, as with the system's poller: as long as there is something that the handler
/// wants to hear of, it is told again.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
class SimulatedPort: Port, @unchecked Sendable {
    let host: SimulatedHost
    let loop: SimulatedLoop
    private(set) var localAddress: SocketAddress
    private(set) var isClosed = false
    private var handler: (any PortHandler)?
    private var wantsReading = false
    private var wantsWriting = false
    private var isToBeTold = false

    init(host: SimulatedHost, localAddress: SocketAddress) {
        self.host = host
        self.localAddress = localAddress
        loop = host.loop
        host.fabric.openPorts += 1
    }

    var fabric: Fabric { host.fabric }
    var scheduler: Scheduler { host.scheduler }
    var faults: Faults { host.fabric.faults }

    /// Whether there is something to read.
    var isReadable: Bool { false }
    /// Whether there is room to write.
    var isWritable: Bool { true }

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) throws(SystemError) {
        guard !isClosed else { return }
        self.handler = handler
        wantsReading = reading
        wantsWriting = writing
        readinessChanged()
    }

    func stop() {
        handler = nil
    }

    func setReading(_ wanted: Bool) {
        wantsReading = wanted
        readinessChanged()
    }

    func setWriting(_ wanted: Bool) {
        wantsWriting = wanted
        readinessChanged()
    }

    /// Options that are about a real system's packets change nothing here.
    func set(_ option: SocketOption) throws(SystemError) {}

    func close() {
        guard !isClosed else { return }
        isClosed = true
        handler = nil
        fabric.openPorts -= 1
        didClose()
    }

    /// The host has crashed: the socket is gone, and nobody is told.
    func vanish() {
        close()
    }

    /// Gives back what the kind of socket has.
    func didClose() {}

    /// Lets the handler be told when there is something that it wants to hear of.
    final func readinessChanged() {
        guard !isToBeTold, handler != nil, isAwaited else { return }
        isToBeTold = true
        scheduler.add(.readiness(self))
    }

    private var isAwaited: Bool {
        (wantsReading && isReadable) || (wantsWriting && isWritable)
    }

    /// Tells the handler; sometimes for nothing, as a system may.
    final func tellHandler() {
        isToBeTold = false
        let isSpurious = scheduler.random.happens(faults.spuriousReadiness)
        if wantsReading, isReadable || isSpurious { handler?.portBecameReadable() }
        if wantsWriting, isWritable || isSpurious { handler?.portBecameWritable() }
        readinessChanged()
    }
}
