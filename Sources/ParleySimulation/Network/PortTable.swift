internal import ParleySockets

/// The sockets of a simulated host, by port number.
struct PortTable {
    private var listeners: [UInt16: SimulatedListenerPort] = [:]
    private var datagrams: [UInt16: [SimulatedDatagramPort]] = [:]
    /// Where a router lets what comes to a number from other hosts through, once it has forgotten
    /// the socket's own.
    private var rebound: [UInt16: SimulatedDatagramPort] = [:]
    private var nextEphemeral: UInt16 = 49_152
    private(set) var streams: [SimulatedStreamPort] = []

    /// Every open port, in the order of the numbers: not one that a hash decides.
    var all: [SimulatedPort] {
        listeners.sorted { $0.key < $1.key }.map(\.value)
            + datagrams.sorted { $0.key < $1.key }.flatMap(\.value) + streams
    }

    /// Takes the next number that no socket of the host has.
    mutating func takeEphemeral() -> UInt16 {
        while true {
            let number = nextEphemeral
            nextEphemeral = number == .max ? 49_152 : number + 1
            if listeners[number] == nil, datagrams[number] == nil, rebound[number] == nil {
                return number
            }
        }
    }

    // MARK: Listeners

    func listener(at number: UInt16) -> SimulatedListenerPort? {
        listeners[number]
    }

    /// Adds a listener; `false` when the port is taken.
    mutating func add(_ port: SimulatedListenerPort, at number: UInt16) -> Bool {
        guard listeners[number] == nil else { return false }
        listeners[number] = port
        return true
    }

    mutating func remove(_ port: SimulatedListenerPort, at number: UInt16) {
        if listeners[number] === port { listeners[number] = nil }
    }

    // MARK: Streams

    mutating func add(_ port: SimulatedStreamPort) {
        streams.append(port)
    }

    mutating func remove(_ port: SimulatedStreamPort) {
        streams.removeAll { $0 === port }
    }

    // MARK: Datagrams

    /// The sockets that have a number: as the host itself, or as other hosts see it.
    func sockets(at number: UInt16, seenByItself: Bool) -> [SimulatedDatagramPort] {
        let sockets = datagrams[number] ?? []
        guard !seenByItself, !rebound.isEmpty else { return sockets }
        if let socket = rebound[number] { return [socket] }
        return sockets.filter { $0.outsidePort == number }
    }

    /// Adds a UDP socket; `false` when the port is taken by one that does not share it.
    mutating func add(_ port: SimulatedDatagramPort, at number: UInt16, sharing: Bool) -> Bool {
        let others = datagrams[number] ?? []
        guard others.isEmpty || (sharing && others.allSatisfy(\.sharesPort)) else { return false }
        datagrams[number] = others + [port]
        return true
    }

    mutating func remove(_ port: SimulatedDatagramPort, at number: UInt16) {
        guard var sockets = datagrams[number] else { return }
        sockets.removeAll { $0 === port }
        datagrams[number] = sockets.isEmpty ? nil : sockets
        rebound[port.outsidePort] = nil
    }

    /// Moves a socket to another number, as other hosts see it.
    mutating func rebind(_ port: SimulatedDatagramPort, from old: UInt16, to number: UInt16) {
        rebound[old] = nil
        rebound[number] = port
    }

    /// Removes all sockets, because the host has crashed.
    mutating func removeAll() {
        let next = nextEphemeral
        self = PortTable()
        nextEphemeral = next
    }
}
