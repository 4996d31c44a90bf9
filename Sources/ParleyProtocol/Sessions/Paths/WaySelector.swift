/// Chooses the way of one direction's packets: UDP, or the tunnel through TCP where UDP is blocked.
///
/// Each end chooses for its own direction, so a direction that is blocked alone moves alone.
///
/// A pause of one end looks like blocked UDP to both. So the end that was paused waits once more. Its peer goes back
/// at once when UDP acknowledges a packet from before the tunnel while the tunnel has brought nothing (as TCP takes
/// back a retransmission that was not needed: RFC 5682).
package struct WaySelector: Sendable {
    /// How long nothing is acknowledged before the tunnel is used, at least.
    private static let patience = Duration.milliseconds(500)
    /// How often the tunnel's user tries UDP.
    private static let probeInterval = Duration.milliseconds(250)
    /// How long probes may go unanswered before they have to prove themselves anew.
    private static let probePatience = Duration.seconds(2)
    /// How long probes must be answered at first, and at most.
    private static let shortestTrial = Duration.seconds(3)
    private static let longestTrial = Duration.seconds(60)
    /// A look at the time that comes so much later than it was due shows that this end was paused.
    private static let pause = Duration.milliseconds(250)
    /// A way that lasts so long is no sign of flapping.
    private static let calm = Duration.seconds(60)

    /// The way in use.
    package private(set) var way = PacketWay.udp
    /// How often the way changed.
    package private(set) var switchCount = 0

    /// The time of the oldest packet over UDP since the last acknowledgement; nil if all are acknowledged.
    private var unansweredSince: Duration?
    /// When something was last sent or looked at.
    private var lastLook: Duration = .zero
    /// Whether this end was paused, and waits once more for an acknowledgement.
    private var isExcused = false
    /// The first packet after the tunnel was taken, as long as that may have been a mistake.
    private var firstTunnelled: UInt64?
    /// The time since which probes are answered; nil if they are not.
    private var answeredSince: Duration?
    private var lastAnswer: Duration = .zero
    private var nextProbe: Duration = .zero
    private var trial = shortestTrial
    private var returned: Duration?

    /// UDP, until it proves to be blocked.
    package init() {}

    /// Whether commands are sent both ways, because UDP may have stopped working.
    package func isDoubtful(probeTimeout: Duration, at now: Duration) -> Bool {
        guard way == .udp, let unansweredSince else { return false }
        let silence = now - unansweredSince
        return silence + silence >= Self.limit(probeTimeout)
    }

    /// A packet that has to be acknowledged was sent over UDP, or could not be for lack of an address.
    mutating func send(at now: Duration) {
        if unansweredSince == nil {
            unansweredSince = now
            lastLook = now
        }
    }

    /// A packet over UDP was acknowledged, for the first time.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - overUDP: Whether the acknowledgement came over UDP.
    ///   - now: The time.
    mutating func receiveAcknowledgement(of number: UInt64, overUDP: Bool, at now: Duration) {
        unansweredSince = nil
        isExcused = false
        guard way == .tunnel else { return }
        if overUDP, let firstTunnelled, number < firstTunnelled { return takeBack() }
        forgetOldAnswers(at: now)
        if answeredSince == nil { answeredSince = now }
        lastAnswer = now
    }

    /// A packet came through the tunnel: the peer was not paused, UDP is blocked.
    mutating func receiveTunnelled() {
        firstTunnelled = nil
    }

    /// Packets over UDP go to another address.
    mutating func changePath() {
        unansweredSince = nil
        isExcused = false
    }

    /// Whether a packet over UDP is due, to find out whether it works.
    func isProbeDue(at now: Duration) -> Bool { way == .tunnel && now >= nextProbe }

    /// A probe is sent.
    mutating func beginProbe(at now: Duration) {
        nextProbe = now + Self.probeInterval
    }

    /// Changes the way if that is due.
    ///
    /// - Parameters:
    ///   - nextNumber: The number of the next packet.
    ///   - probeTimeout: How long an acknowledgement may take.
    ///   - now: The time.
    /// - Returns: Whether it changed.
    mutating func update(nextNumber: UInt64, probeTimeout: Duration, at now: Duration) -> Bool {
        defer { lastLook = now }
        switch way {
        case .udp:
            guard let due = nextTimeout(probeTimeout: probeTimeout), now >= due else {
                return false
            }
            if !isExcused, now - max(due, lastLook) >= Self.pause {
                isExcused = true
                unansweredSince = now
                return false
            }
            takeTunnel(before: nextNumber, at: now)
            return true
        case .tunnel:
            forgetOldAnswers(at: now)
            guard isProven else { return false }
            way = .udp
            returned = now
            unansweredSince = nil
        }
        switchCount += 1
        return true
    }

    /// Takes the tunnel, whatever UDP does.
    ///
    /// - Parameters:
    ///   - nextNumber: The number of the next packet.
    ///   - now: The time.
    mutating func takeTunnel(before nextNumber: UInt64, at now: Duration) {
        guard way == .udp else { return }
        isExcused = false
        firstTunnelled = nextNumber
        let isFlapping = returned.map { now - $0 < Self.calm } ?? false
        trial = isFlapping ? min(trial * 2, Self.longestTrial) : Self.shortestTrial
        way = .tunnel
        answeredSince = nil
        nextProbe = now
        switchCount += 1
    }

    /// Goes back to UDP: the tunnel was not needed.
    private mutating func takeBack() {
        way = .udp
        firstTunnelled = nil
        switchCount += 1
    }

    /// Whether neither a probe nor a change of the way can be due.
    func isSettled(at now: Duration) -> Bool {
        way == .udp && unansweredSince.map { now - $0 < Self.patience } ?? true
    }

    /// The next time at which something is due.
    func nextTimeout(probeTimeout: Duration) -> Duration? {
        guard way == .udp else {
            return isProven ? min(nextProbe, lastAnswer) : nextProbe
        }
        return unansweredSince.map { $0 + Self.limit(probeTimeout) }
    }

    /// Probes that have gone unanswered for too long have to prove themselves anew, also where an answer is the
    /// first thing that this end sees after a pause.
    private mutating func forgetOldAnswers(at now: Duration) {
        if now - lastAnswer >= Self.probePatience { answeredSince = nil }
    }

    /// Whether probes were answered for long enough. The time since the last answer proves nothing: UDP may
    /// have stopped again.
    private var isProven: Bool { answeredSince.map { lastAnswer - $0 >= trial } ?? false }

    private static func limit(_ probeTimeout: Duration) -> Duration {
        // Multiplying durations takes several times as long as adding them.
        max(patience, probeTimeout + probeTimeout + probeTimeout)
    }
}
