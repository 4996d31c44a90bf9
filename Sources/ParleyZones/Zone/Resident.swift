import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol

/// A character that a zone's world has in.
struct Resident: Sendable {
    /// The session that the counts belong to.
    var login: LoginNumber
    /// The session that the character came with: who comes by a token goes on with that one.
    let sealedLogin: LoginNumber
    /// How many requests of the session were applied.
    var requests: UInt64
    /// The notices of the session.
    var notices: ResendTail
    /// Its things and deals.
    var dealings: Dealings
    /// Since when it waits at a border for the end of a deal.
    var waitsSince: Duration?
    /// The connection; nil while there is none.
    var player: PlayerID?
    /// Since when there is none.
    var absentSince: Duration
    /// Whether it has left by its own will, or an operator's.
    var isLeaving = false
    /// When its state is written next.
    var nextCheckpoint: Duration
    /// How it moves.
    var course = Course()
    /// The zone that the world sends it to, and until when.
    var errand: (zone: ZoneName, until: Duration)?
    /// How many neighbours a draining zone has tried to send it to.
    var refugesTried = 0
    /// The zone that it heads for, and until when that wish holds without a new one.
    var wish: (zone: ZoneName, until: Duration)?

    /// How many bytes of notices are kept: a seal of the longest state has room for them.
    static let noticeBytes = 32 * 1_024

    /// A character without a session, or with the counts of a seal.
    init(_ seal: SealedPlayer?, login: LoginNumber, at now: Duration) {
        self.login = login
        sealedLogin = seal?.login ?? login
        absentSince = now
        nextCheckpoint = now
        dealings = Dealings(seal, at: now)
        if let seal, seal.login == login {
            requests = seal.requests
            notices = ResendTail(
                maximumBytes: Self.noticeBytes, count: seal.notices, messages: seal.noticeTail)
        } else {
            requests = 0
            notices = ResendTail(maximumBytes: Self.noticeBytes)
        }
    }

    /// Begins a newer session, whose counts begin at 0.
    mutating func begin(_ login: LoginNumber) {
        guard login > self.login else { return }
        self.login = login
        requests = 0
        notices = ResendTail(maximumBytes: Self.noticeBytes)
    }

    /// The notices that a client misses, and the number of the first one.
    ///
    /// A client that has counted more than this zone knows of was in a zone that died: the numbers go on from its count.
    mutating func missing(after count: UInt64) -> (first: UInt64, messages: [Datagram]) {
        if count > notices.count {
            notices = ResendTail(maximumBytes: Self.noticeBytes, count: count, messages: [])
        }
        let messages = Array(notices.messages(after: count) ?? notices.kept)
        return (notices.count - UInt64(messages.count) + 1, messages)
    }

    /// All that it is now, with the game's bytes.
    func seal(tick: UInt64, version: UInt16, _ state: Datagram) -> SealedPlayer {
        SealedPlayer(
            name: dealings.name, login: login, tick: tick, requests: requests,
            notices: notices.count, noticeTail: Array(notices.kept), deals: dealings.open,
            outboxSeen: dealings.seen, stateVersion: version, state: state)
    }

    /// Whether the world has applied the request that a deal of the character is named after.
    func hasApplied(_ operation: OperationID, of character: CharacterID) -> Bool {
        guard case .request(character, let login, let request, _) = operation else { return true }
        return login < self.login || login == self.login && request <= requests
    }

    /// Whether the character waits at a border for the end of a deal: for a second at the most.
    mutating func waitsForDeals(at now: Duration) -> Bool {
        guard !dealings.open.isEmpty else {
            waitsSince = nil
            return false
        }
        let since = waitsSince ?? now
        waitsSince = since
        return now - since < .seconds(1)
    }
}

/// Where a character is, and how it moves.
struct Course: Sendable {
    /// Its position; nil before the first.
    private(set) var place: SIMD2<Double>?
    /// Units of length a second, smoothed over some ticks.
    private(set) var velocity = SIMD2<Double>(0, 0)

    /// The part of a new velocity in the smoothed one.
    private static let weight = 0.125

    /// Notes the position at the end of a tick.
    mutating func move(to place: SIMD2<Double>?, over seconds: Double) {
        defer { self.place = place }
        guard let place, let last = self.place, seconds > 0 else {
            velocity = .zero
            return
        }
        velocity += ((place - last) / seconds - velocity) * Self.weight
    }

    /// Where it will be if it goes on like this.
    func place(in seconds: Double) -> SIMD2<Double>? { place.map { $0 + velocity * seconds } }
}
