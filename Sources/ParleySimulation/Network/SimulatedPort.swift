internal import ParleySockets

/// A socket of a simulated host: the common part of the three kinds.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
class SimulatedPort: Port, ReadinessSource, TellingPort, @unchecked Sendable {
    let host: SimulatedHost
    let loop: SimulatedLoop
    private(set) var localAddress: SocketAddress
    private(set) var isClosed = false
    private let trigger = LevelTrigger()
    private let count: SocketCount

    init(host: SimulatedHost, localAddress: SocketAddress) {
        self.host = host
        self.localAddress = localAddress
        loop = host.loop
        count = host.fabric.sockets
        host.fabric.openPorts += 1
        count.inMemory += 1
    }

    deinit {
        count.inMemory -= 1
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
        trigger.start(handler, reading: reading, writing: writing)
        readinessChanged()
    }

    func stop() {
        trigger.stop()
    }

    func setReading(_ wanted: Bool) {
        trigger.setReading(wanted)
        readinessChanged()
    }

    func setWriting(_ wanted: Bool) {
        trigger.setWriting(wanted)
        readinessChanged()
    }

    /// Options concern the packets of a real system, and change nothing here.
    func set(_ option: SocketOption) throws(SystemError) {
        if isClosed { throw .badDescriptor }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        trigger.stop()
        fabric.openPorts -= 1
        didClose()
    }

    /// Ends the socket because the host has crashed. Neither side is notified.
    func vanish() {
        close()
    }

    /// Releases what the kind of socket holds.
    func didClose() {}

    /// Schedules a telling of the handler, if there is something that it wants to hear of.
    final func readinessChanged() {
        if trigger.schedules(for: self) { scheduler.add(.readiness(self, loop)) }
    }

    /// Tells the handler; sometimes of nothing, as a system may.
    final func tellHandler() {
        trigger.runScheduled(
            for: self, isSpurious: scheduler.random.happens(faults.spuriousReadiness))
        readinessChanged()
    }
}

/// How many sockets of a simulation are in memory. It outlives the simulation where a socket does.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class SocketCount: @unchecked Sendable {
    var inMemory = 0
}
