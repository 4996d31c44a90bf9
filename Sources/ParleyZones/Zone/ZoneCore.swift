import ParleyDatagrams
package import ParleyHandoff
import ParleyProtocol
import ParleySessions
package import ParleySockets
import ParleyWorld
import Synchronization

/// What a zone's world and its server's tasks share, under a lock: the handoffs, who is in, and who is connected.
///
/// The world calls it in its turns, and never waits. Effects for other servers gather in it until the server's task
/// carries them out.
package final class ZoneCore: Sendable {
    /// The zone's name.
    package let name: ZoneName
    /// The realm's map.
    package let map: ZoneMap
    /// What the zone simulates.
    package let area: ZoneArea

    let settings: ZoneSettings
    let timings: HandoffTimings
    let clock: any NetworkClock
    /// Signals that effects wait.
    let signal = Mailbox<Bool>(bound: .keepNewest(count: 1))

    struct State: Sendable {
        var handoffs: ZoneHandoffs
        var residents: [CharacterID: Resident] = [:]
        /// The residents in the order of their numbers, which each tick goes by.
        var order: [CharacterID] = []
        /// The characters of the connected players.
        var players: [PlayerID: CharacterID] = [:]
        /// Connected players whose characters are not in, and what their clients have counted.
        var waiting: [CharacterID: WaitingPlayer] = [:]
        /// The logins of players between their credential and their seat.
        var logins: [CharacterID: (login: LoginNumber, at: Duration)] = [:]
        var changes: [ZoneChange] = []
        var outgoing: [Outgoing<ZoneNotice>] = []
        /// What a call of ``handoffs`` asks for, until it is sorted.
        var effects: [ZoneHandoffs.Effect] = []
        /// What is to be sent to other servers.
        var messages: [OutgoingMessage] = []
        /// Whether the store has declared the process gone.
        var isOver = false
        /// Sessions to end, with the reason.
        var endings: [(PlayerID, String)] = []
        /// The deals that the store has not answered.
        var book = DealBook()
        /// What lies in the zone.
        var ground = Dealings(nil, at: .zero)
        /// What the deals of this moment follow from; nil for a step.
        var cause: DealCause?
        var neighbours: [ZoneName: ZoneProcess] = [:]
        var tick: UInt64 = 0
        var lastTurn: Duration?
        /// Until when a draining zone tries to hand its characters over; nil for one that takes players.
        var drainsUntil: Duration?
        /// When the store is told again that the zone drains.
        var nextDrainAt = Duration.zero
        /// Whether the store knows.
        var isDrainKnown = false
        var counts = ZoneStatistics()
        var random: any RandomNumberGenerator & Sendable
    }

    struct WaitingPlayer: Sendable {
        var player: PlayerID
        /// The session that its ticket was for, or that it had here; nil for one that came by a token, which goes on with
        /// the seal's.
        var login: LoginNumber?
        var notices: UInt64
        var since: Duration
        /// Whether its character was in, and has gone: its client has seen the body here.
        var wasIn = false
    }

    let state: Mutex<State>

    /// A zone that is to register.
    package init(
        _ name: ZoneName, in map: ZoneMap, area: ZoneArea, settings: ZoneSettings,
        timings: HandoffTimings, versions: StateVersions, network: any Network
    ) {
        self.name = name
        self.map = map
        self.area = area
        self.settings = settings
        self.timings = timings
        clock = network.clock
        var random = network.makeRandomNumberGenerator()
        state = Mutex(
            State(
                handoffs: ZoneHandoffs(
                    zone: name, mark: random.next(), timings: timings,
                    seatLimit: settings.capacity, versions: versions),
                random: random))
    }

    /// The time since the network's epoch.
    var now: Duration { .nanoseconds(clock.now.nanoseconds) }

    /// Whether the zone must neither step nor send.
    package var isFrozen: Bool {
        let now = now
        return state.withLock { $0.handoffs.isFrozen(at: now) }
    }

    /// The process, once it is registered.
    package var process: ZoneProcess? { state.withLock { $0.handoffs.process } }

    /// The process that has the zone's name, if this one waits for that.
    package var holder: ZoneProcess? { state.withLock { $0.handoffs.lease.holder } }

    /// The counts since the start, and how many are in now.
    package var statistics: ZoneStatistics {
        state.withLock { state in
            var counts = state.counts
            counts.residents = state.residents.count
            counts.connected = state.players.count
            return counts
        }
    }

    /// The characters that are in, in the order of their numbers.
    package var residents: [CharacterID] { state.withLock { $0.order } }

    /// Changes the state, and signals the effects that it makes.
    func withState<Result>(_ body: (inout State, Duration) -> Result) -> Result {
        let now = now
        let (result, hasWork) = state.withLock { state in
            let result = body(&state, now)
            state.digest()
            return (result, !state.messages.isEmpty || !state.endings.isEmpty || state.isOver)
        }
        if hasWork { wake() }
        return result
    }

    /// Wakes the task that carries effects out.
    func wake() {
        var token = [true]
        _ = signal.deliver(&token, cost: 0)
    }
}

/// What a zone has counted since its start.
public struct ZoneStatistics: Hashable, Sendable {
    /// Characters that are in now.
    public package(set) var residents = 0
    /// Players who are connected now.
    public package(set) var connected = 0
    /// Characters that came from another zone.
    public package(set) var crossingsIn: UInt64 = 0
    /// Characters that were sealed for another zone.
    public package(set) var crossingsOut: UInt64 = 0
    /// Sealed characters that came back, because their crossing failed.
    public package(set) var putBack: UInt64 = 0
    /// Characters that entered, or were recovered after a crash.
    public package(set) var entries: UInt64 = 0
    /// Characters that left the realm.
    public package(set) var departures: UInt64 = 0
    /// Arrivals that the world could not put in.
    public package(set) var failedArrivals: UInt64 = 0
    /// Times at which a border was a wall: the zone behind it was full, draining or silent.
    public package(set) var walls: UInt64 = 0
    /// Requests that came twice, or out of order, and were dropped.
    public package(set) var repeatedRequests: UInt64 = 0
    /// States and notices that have no bytes: a fault of the game's.
    public package(set) var unwritable: UInt64 = 0
}
