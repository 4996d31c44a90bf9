public import ParleySockets

/// A machine of a simulation: an address, a loop, sockets, and a program that may crash.
///
/// It is a `Network`, and takes the place of the system's in a server, a client or a
/// `ConnectionManager`:
///
/// ```swift
/// let server = GameServer(world: ArenaWorld(), network: simulation.host("server"))
/// ```
///
/// `@unchecked Sendable`: its variables are touched only by the thread that drives the simulation.
public final class SimulatedHost: Network, @unchecked Sendable {
    /// The name under which other hosts find it.
    public let name: String

    /// Its address; the port is 0. Of several, the one that it prefers to send from.
    public let address: SocketAddress

    /// All its addresses beside loopback, in the order in which others try them; the ports are 0.
    public private(set) var addresses: [SocketAddress]

    let index: Int
    let scheduler: Scheduler
    unowned let fabric: Fabric
    let time: HostTime
    /// The present life.
    lazy var life: HostLife = makeLife(MachineRecords())
    /// The lives that crashes have ended. Their tasks name their loops without holding them.
    var pastLives: [HostLife] = []
    var ports = PortTable()
    /// The routes to other hosts, by the index of the host.
    var routes: [Route?] = []
    var power = HostPower()

    init(name: String, index: Int, fabric: Fabric, scheduler: Scheduler) {
        self.name = name
        self.index = index
        self.fabric = fabric
        self.scheduler = scheduler
        time = HostTime(scheduler: scheduler)
        let number = index + 1
        address = SocketAddress(
            ipv4: (10, UInt8(number >> 16 & 0xff), UInt8(number >> 8 & 0xff), UInt8(number & 0xff)),
            port: 0)
        addresses = [address]
    }

    /// Gives the host one more address, which resolving its name also gives from now on.
    ///
    /// A socket on all addresses is told which one a datagram was sent to, as on a real host. One that is bound
    /// to a single address sends from there, but also gets what is sent to the others.
    ///
    /// - Returns: The address; its port is 0.
    @discardableResult
    public func addAddress() -> SocketAddress {
        let address = fabric.addAddress(of: self)
        addresses.append(address)
        return address
    }

    /// Whether it is one of the host's addresses, or a loopback one.
    func has(_ address: SocketAddress) -> Bool {
        address.isLoopback || fabric.host(at: address, from: self) === self
    }

    /// The host's own time: the virtual time, until ``clockRate`` lets it run at another rate.
    public var clock: any NetworkClock { SimulatedClock(loop: callersLoop) }

    /// The host's one loop.
    public func nextLoop() -> any NetworkLoop { callersLoop }

    /// The addresses of a host of the simulation, by its name; "localhost" is this one.
    ///
    /// The answer takes no time. Numeric hosts are themselves.
    public func resolve(_ host: String, port: UInt16) async throws(ResolveError)
        -> [SocketAddress]
    {
        if let numeric = SocketAddress(host: host, port: port) { return [numeric] }
        if host == "localhost" { return [.loopback(port: port)] }
        guard let found = fabric.host(named: host)?.addresses else {
            throw .notFound(host: host, reason: "the simulation has no host of this name")
        }
        return found.map { address in
            var address = address
            address.port = port
            return address
        }
    }

    /// Random numbers that follow from the simulation's seed: no two generators give the same.
    public func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        SeededGenerator(seed: scheduler.random.next())
    }

    /// Its loopback and its one interface, which is listed once for each address.
    public func interfaces() -> [NetworkInterface] {
        [NetworkInterface(name: "lo", index: 1, address: .loopback(port: 0), isLoopback: true)]
            + addresses.map {
                NetworkInterface(name: "eth0", index: 2, address: $0, isLoopback: false)
            }
    }
}

extension SimulatedHost: CustomStringConvertible {
    /// Its name.
    public var description: String { name }
}
