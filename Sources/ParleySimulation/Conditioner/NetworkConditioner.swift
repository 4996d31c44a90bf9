public import ParleySockets
internal import Synchronization

/// A network with worse links than the real ones: the profiles of a simulation on real sockets, so that
/// a person can feel them.
///
/// ```swift
/// let network = NetworkConditioner(SystemNetwork(), profile: .lte, seed: 1)
/// try await GameClient<ArenaGame>.play(on: "localhost", port: 9099, as: "Ann", network: network)
/// ```
///
/// Both directions are conditioned, so it is enough to wrap one end; wrapping both ends makes a link
/// twice as long. Each socket has its own link, like players in different places. All traffic of one
/// socket shares its link, whatever the number of peers.
///
/// UDP datagrams are lost, late, doubled and damaged. TCP has its own answer to all that: its bytes
/// arrive whole and in order, but late, and at the pace of the link. What a socket had under way when
/// it was closed still arrives, within a minute. For one seed the sockets have the same fates in the
/// order in which they were opened, as far as the system's own timing lets them.
public final class NetworkConditioner: Network {
    private let base: any Network
    let conditions: Conditions

    /// `base`, through links with `profile` in each direction.
    ///
    /// - Parameters:
    ///   - base: Where the sockets really are.
    ///   - profile: The properties of one direction; a round trip has them twice.
    ///   - seed: Which fates the packets have.
    public convenience init(_ base: any Network, profile: LinkProfile, seed: UInt64) {
        self.init(base, outgoing: profile, incoming: profile, seed: seed)
    }

    /// `base`, through links that differ in their directions, as those of most homes do.
    public init(
        _ base: any Network, outgoing: LinkProfile, incoming: LinkProfile, seed: UInt64
    ) {
        self.base = base
        conditions = Conditions(
            outgoing: outgoing, incoming: incoming, clock: base.clock, seed: seed)
    }

    /// The time of the network underneath.
    public var clock: any NetworkClock { base.clock }

    /// The next loop of the network underneath, whose new sockets are on conditioned links.
    public func nextLoop() -> any NetworkLoop {
        ConditionedLoop(base.nextSocketLoop(), conditions: conditions)
    }

    /// The addresses that the network underneath finds.
    public func resolve(_ host: String, port: UInt16) async throws(ResolveError)
        -> [SocketAddress]
    {
        try await base.resolve(host, port: port)
    }

    /// The generator of the network underneath: the seed decides links and nothing else.
    public func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        base.makeRandomNumberGenerator()
    }

    /// The interfaces of the network underneath.
    public func interfaces() -> [NetworkInterface] {
        base.interfaces()
    }
}

/// The profiles and the seeds that the sockets of a conditioner share.
final class Conditions: Sendable {
    let outgoing: LinkProfile
    let incoming: LinkProfile
    let clock: any NetworkClock
    private let seeds: Mutex<SeededGenerator>

    init(outgoing: LinkProfile, incoming: LinkProfile, clock: any NetworkClock, seed: UInt64) {
        self.outgoing = outgoing
        self.incoming = incoming
        self.clock = clock
        seeds = Mutex(SeededGenerator(seed: seed))
    }

    /// The chance of one direction of one socket.
    func nextChance() -> SeededGenerator {
        SeededGenerator(seed: seeds.withLock { $0.next() })
    }
}
