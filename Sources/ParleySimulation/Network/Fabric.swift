internal import ParleySockets

/// The network between the hosts of a simulation: their addresses, and the route from each to each.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class Fabric: @unchecked Sendable {
    let scheduler: Scheduler
    var profile: LinkProfile {
        didSet { for host in hosts { for route in host.routes { route?.link.profile = profile } } }
    }
    var faults: Faults
    private(set) var hosts: [SimulatedHost] = []
    /// The owners of further addresses, by the number of the address.
    private var owners: [SimulatedHost] = []
    /// Where the test itself runs: the first host, which no fault strikes.
    var home: SimulatedHost { hosts[0] }
    /// Descriptors that are open anywhere.
    var openPorts = 0
    /// Sockets in memory, also closed ones.
    let sockets = SocketCount()
    /// Gets to see what travels.
    var observer: (any LinkObserver)?
    private var streams: UInt64 = 0

    init(profile: LinkProfile, faults: Faults, scheduler: Scheduler) {
        self.profile = profile
        self.faults = faults
        self.scheduler = scheduler
    }

    func host(named name: String) -> SimulatedHost? {
        hosts.first { $0.name == name }
    }

    func addHost(named name: String) -> SimulatedHost {
        let host = SimulatedHost(
            name: name, index: hosts.count, fabric: self, scheduler: scheduler)
        hosts.append(host)
        if host !== home, faults.clockRates != 1...1 {
            host.drawClockRate(from: faults.clockRates)
        }
        return host
    }

    /// Gives a host one more address, in 172.16.0.0/12.
    func addAddress(of host: SimulatedHost) -> SocketAddress {
        owners.append(host)
        let number = owners.count
        precondition(number < 1 << 20, "a simulation has at most 1,048,575 further addresses")
        return SocketAddress(
            ipv4: (
                172, 16 | UInt8(number >> 16), UInt8(number >> 8 & 0xff), UInt8(number & 0xff)
            ), port: 0)
    }

    /// The host that has an address; `source` itself for a loopback address.
    func host(at address: SocketAddress, from source: SimulatedHost) -> SimulatedHost? {
        if address.isLoopback || address.isAny { return source }
        guard let octets = address.ipv4Octets else { return nil }
        let (first, hosts) = octets[0] == 10 ? (0, hosts) : (16, owners)
        guard octets[0] == 10 || octets[0] == 172, octets[1] >= first else { return nil }
        let number = (Int(octets[1]) - first) << 16 | Int(octets[2]) << 8 | Int(octets[3])
        return number > 0 && number <= hosts.count ? hosts[number - 1] : nil
    }

    /// The way from one host to another, one of a kind for each direction.
    func route(from source: SimulatedHost, to target: SimulatedHost) -> Route {
        if target.index < source.routes.count, let route = source.routes[target.index] {
            return route
        }
        let missing = hosts.count - source.routes.count
        source.routes += [Route?](repeating: nil, count: missing)
        let route = Route(Link(source === target ? .perfect : profile))
        source.routes[target.index] = route
        return route
    }

    /// Holds all traffic from one host to another.
    func clog(from source: SimulatedHost, to target: SimulatedHost, for duration: Duration) {
        let route = route(from: source, to: target)
        route.cloggedUntil = max(route.cloggedUntil, scheduler.now.advanced(by: duration))
        scheduler.trace.note(at: scheduler.now, "\(source) → \(target) is clogged for \(duration)")
    }

    /// A number for one direction of a TCP connection.
    func takeStreamNumber() -> UInt64 {
        streams += 1
        return streams
    }

    /// Releases the hosts, which are part of reference cycles.
    func dismantle() {
        hosts = []
        owners = []
        observer = nil
    }

    /// The address that a host prefers on the way to another: its first, and the loopback address on the
    /// way to itself.
    func address(of source: SimulatedHost, seenFrom target: SimulatedHost) -> SocketAddress {
        source === target ? SocketAddress.loopback(port: 0) : source.address
    }
}

/// The way from one host to another, in that direction only.
///
/// `@unchecked Sendable`: touched only by the thread that drives the simulation.
final class Route: @unchecked Sendable {
    var link: Link
    /// Until when nothing gets through, as when a cable is cut.
    private var cutUntil = NetworkInstant(nanoseconds: .min)
    /// When held traffic goes on, as in a router that has stopped forwarding for a moment.
    var cloggedUntil = NetworkInstant(nanoseconds: .min)

    init(_ link: Link) {
        self.link = link
    }

    /// Whether a packet that arrives now is lost.
    func isCut(at now: NetworkInstant) -> Bool { now < cutUntil }

    /// Cuts the route until `end`, or longer where it is cut for longer already.
    func cut(until end: NetworkInstant) {
        cutUntil = max(cutUntil, end)
    }

    /// Mends the route.
    func mend() {
        cutUntil = NetworkInstant(nanoseconds: .min)
    }

    /// When something that would arrive at `arrival` does.
    func pastClog(_ arrival: NetworkInstant) -> NetworkInstant {
        max(arrival, cloggedUntil)
    }
}
