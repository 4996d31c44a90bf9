/// The address to which an end sends, and how it moves (RFC 9000, sections 8.2 and 9).
///
/// A newer packet from another address makes that one the *candidate*. Both addresses are challenged. The
/// candidate becomes the current address when it has answered and a round trip is over, unless something newer
/// came from the current one in the meantime. So a bystander who copies packets and is faster than the network
/// does not become the player's address: the originals still come from the player's.
package struct PathValidation: Sendable {
    /// In any second, at most 10 challenges are sent: 4 at once, and 6 a second.
    private static let challengeBurst = 4
    private static let challengeInterval = Duration.seconds(1) / 6
    /// In any second, at most 64 packets from other addresses are opened: 32 at once, and 32 a second.
    private static let openingBurst = 32
    private static let openingInterval = Duration.seconds(1) / 32

    /// Where packets go; nil before the first one came.
    private(set) var current: RemotePath?
    /// Where packets may go later.
    private(set) var candidate: RemotePath?
    /// Where packets went before. If the winner was a bystander after all, the originals still come from here.
    private var former: RemotePath?

    /// Whether the address never moves: a client's server.
    private let isFixed: Bool
    /// The number with which the candidate came.
    private var candidateNumber: UInt64 = 0
    private var candidateSince: Duration = .zero
    private var formerEnd: Duration = .zero
    private var challenges = RateBudget()
    private var openings = RateBudget()

    /// A server's player, who was not heard yet.
    package init() {
        isFixed = false
    }

    /// A client's server.
    package init(server: PathID) {
        isFixed = true
        current = RemotePath(server, isValidated: true)
    }

    /// Where packets go; nil before the first one came.
    package var currentID: PathID? { current?.id }
    /// The address that is being validated.
    package var candidateID: PathID? { candidate?.id }
    /// Whether the current address has answered a challenge.
    package var isValidated: Bool { current?.isValidated ?? false }

    /// How many bytes a packet may have that is sent to an address now.
    package func allowance(to path: PathID) -> Int {
        if path == current?.id { return current?.allowance ?? 0 }
        return path == candidate?.id ? candidate?.allowance ?? 0 : 0
    }
}

extension PathValidation {
    /// Checks whether a packet from an address may be opened.
    ///
    /// - Parameter isDuplicate: Whether it arrived before. It is opened nevertheless where the address from
    ///   which it comes says something: the player's own packets come second where a bystander is faster.
    mutating func admit(
        _ number: UInt64, isDuplicate: Bool, from path: PathID, probeTimeout: Duration,
        at now: Duration
    ) throws(PacketDrop) {
        let isCurrent = path == current?.id
        guard isCurrent || !isFixed else { throw .strangePath }
        if isDuplicate, !isWitness(number, path, probeTimeout, now) { throw .duplicate }
        guard !isCurrent, !isFormer(path, at: now) else { return }
        let isAllowed = openings.take(
            burst: Self.openingBurst, interval: Self.openingInterval, at: now)
        guard isAllowed else { throw .openingsLimited }
    }

    private func isWitness(
        _ number: UInt64, _ path: PathID, _ probeTimeout: Duration, _ now: Duration
    ) -> Bool {
        guard let current else { return false }
        if path == current.id {
            return current.isValidated && candidate != nil && number >= candidateNumber
        }
        if isFormer(path, at: now), number >= candidateNumber { return true }
        guard let candidate else { return !current.isValidated }
        return path != candidate.id && candidate.isSilent(for: probeTimeout, at: now)
    }

    private func isFormer(_ path: PathID, at now: Duration) -> Bool {
        path == former?.id && now < formerEnd
    }

    /// An authentic packet came from an address.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - count: Its bytes.
    ///   - isNewest: Whether no packet with a higher number came before, or it is an opened duplicate.
    mutating func receive(
        _ number: UInt64, count: Int, isNewest: Bool, from path: PathID, probeTimeout: Duration,
        at now: Duration
    ) {
        guard let current else {
            self.current = RemotePath(path)
            self.current?.receive(count)
            self.current?.askForChallenge()
            return
        }
        if path == current.id {
            self.current?.receive(count)
            if current.isValidated, number >= candidateNumber { candidate = nil }
        } else if isFormer(path, at: now), number >= candidateNumber {
            self.current = former
            self.former = nil
            candidate = nil
        } else if path == candidate?.id {
            candidate?.receive(count)
        } else if isNewest, !isFixed {
            // One that may still answer is not replaced.
            if let candidate, !candidate.isSilent(for: probeTimeout, at: now) { return }
            candidate = RemotePath(path)
            candidate?.receive(count)
            candidate?.askForChallenge()
            candidateNumber = number
            candidateSince = now
            self.current?.askForChallenge()
        }
    }

    /// The bytes of a challenge came back, from whatever address: they say that a packet to the challenged one
    /// has arrived.
    mutating func answer(_ bytes: UInt64) {
        if current?.answer(bytes) != true { _ = candidate?.answer(bytes) }
    }

    /// Lets the candidate win, or gives it up, if that is due: a candidate has three probe timeouts to answer, and at
    /// least a second.
    ///
    /// - Parameter roundTrip: The round trip to the current address, if it is known. All that the player sent before
    ///   the candidate came has arrived by then.
    mutating func decide(roundTrip: Duration?, probeTimeout: Duration, at now: Duration) {
        guard let candidate else { return }
        if candidate.isValidated {
            guard now >= victory(roundTrip) else { return }
            if current?.isValidated == true {
                former = current
                formerEnd = now + Self.patience(probeTimeout)
            }
            current = candidate
            self.candidate = nil
        } else if now >= candidateSince + Self.patience(probeTimeout) {
            self.candidate = nil
        }
    }

    /// When a candidate that has answered wins.
    private func victory(_ roundTrip: Duration?) -> Duration {
        // An address that never answered has nothing to defend.
        current?.isValidated == true ? candidateSince + (roundTrip ?? .zero) : candidateSince
    }

    private static func patience(_ probeTimeout: Duration) -> Duration {
        max(probeTimeout * 3, .seconds(1))
    }

    /// A packet of so many bytes goes to an address.
    mutating func send(_ count: Int, to path: PathID) {
        if path == current?.id {
            current?.send(count)
        } else if path == candidate?.id {
            candidate?.send(count)
        }
    }
}

extension PathValidation {
    /// A challenge of the current address is wanted, as a probe.
    mutating func askForProbe() { current?.askForChallenge(repeats: true) }

    /// Begins the challenge that is due, if there is one.
    ///
    /// - Parameters:
    ///   - count: The bytes of its packet, which the address must be allowed to get.
    ///   - fresh: Makes eight random bytes.
    mutating func nextChallenge(
        count: Int, probeTimeout: Duration, at now: Duration, fresh: () -> UInt64
    ) -> (path: PathID, bytes: UInt64)? {
        guard let path = dueChallenge(count: count, probeTimeout: probeTimeout, at: now),
            challenges.take(
                burst: Self.challengeBurst, interval: Self.challengeInterval, at: now)
        else { return nil }
        let bytes =
            path == candidate?.id
            ? candidate?.beginChallenge(fresh, at: now) : current?.beginChallenge(fresh, at: now)
        return bytes.map { (path, $0) }
    }

    private func dueChallenge(count: Int, probeTimeout: Duration, at now: Duration) -> PathID? {
        func isDue(_ path: RemotePath?) -> Bool {
            guard let path, path.allowance >= count,
                let time = path.challengeTime(probeTimeout: probeTimeout)
            else { return false }
            return time <= now
        }
        if isDue(candidate) { return candidateID }
        return isDue(current) ? currentID : nil
    }

    /// Whether no address is to be challenged, and none waits to win.
    var isSettled: Bool { candidate == nil && current?.isChallenged == false }

    /// The next time at which something is due.
    func nextTimeout(count: Int, roundTrip: Duration?, probeTimeout: Duration) -> Duration? {
        var next = candidate.map {
            $0.isValidated ? victory(roundTrip) : candidateSince + Self.patience(probeTimeout)
        }
        let budget = challenges.next(
            burst: Self.challengeBurst, interval: Self.challengeInterval)
        for path in [candidate, current] {
            guard let path, path.allowance >= count,
                let time = path.challengeTime(probeTimeout: probeTimeout)
            else { continue }
            next = min(next ?? .seconds(Int64.max / 4), max(time, budget))
        }
        return next
    }
}
