internal import ParleySockets

/// The sockets of a simulated host, by port number.
struct PortTable {
    private var listeners: [UInt16: SimulatedListenerPort] = [:]
    private var datagrams: [UInt16: [SimulatedDatagramPort]] = [:]
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
            if listeners[number] == nil, datagrams[number] == nil { return number }
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

    /// The sockets that have a number, seen from outside the host.
    func sockets(at number: UInt16) -> [SimulatedDatagramPort] {
        datagrams[number] ?? []
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
    }

    /// The host has crashed: its sockets are gone, and nobody was told.
    mutating func removeAll() {
        let next = nextEphemeral
        self = PortTable()
        nextEphemeral = next
    }
}
