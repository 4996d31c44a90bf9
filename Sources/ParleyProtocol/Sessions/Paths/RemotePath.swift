import ParleyDatagrams

/// A remote address with the local one to which it sends, and what is known about the two.
struct RemotePath: Sendable {
    /// How many times the bytes that came from it may go to an address that has not answered a challenge
    /// (RFC 9000, section 8.1).
    static let amplification = 3
    /// The checksum in front of each packet: it travels, too.
    static let checksumCount = DatagramFraming.checksummed.headerSize

    let id: PathID
    /// Whether it has answered a challenge.
    var isValidated: Bool
    /// The bytes of a challenge that it has not answered.
    private(set) var challenge: UInt64?
    /// Whether a challenge is wanted.
    private(set) var wantsChallenge = false
    private var challenged: Duration = .zero
    private var received = 0
    private var sent = 0

    init(_ id: PathID, isValidated: Bool = false) {
        self.id = id
        self.isValidated = isValidated
    }

    /// How many bytes a packet may have that is sent there now.
    var allowance: Int {
        isValidated ? .max : Self.amplification * received - sent - Self.checksumCount
    }

    /// A packet of so many bytes came from there.
    mutating func receive(_ count: Int) {
        if !isValidated { received += count + Self.checksumCount }
    }

    /// A packet of so many bytes goes there.
    mutating func send(_ count: Int) { if !isValidated { sent += count + Self.checksumCount } }

    /// A challenge is wanted.
    ///
    /// - Parameter repeats: Whether it is sent at once, although one is on its way.
    mutating func askForChallenge(repeats: Bool = false) {
        if challenge == nil || repeats { wantsChallenge = true }
    }

    /// Whether a challenge is wanted or unanswered.
    var isChallenged: Bool { wantsChallenge || challenge != nil }

    /// The time at which a challenge is sent: at once, or when one was probably lost; nil if none is wanted.
    func challengeTime(probeTimeout: Duration) -> Duration? {
        if wantsChallenge { return .seconds(Int64.min / 4) }
        return challenge == nil ? nil : challenged + probeTimeout
    }

    /// A challenge goes there. A second one repeats the bytes of the first.
    mutating func beginChallenge(_ fresh: () -> UInt64, at now: Duration) -> UInt64 {
        let bytes = challenge ?? fresh()
        challenge = bytes
        wantsChallenge = false
        challenged = now
        return bytes
    }

    /// The bytes of a challenge came back.
    ///
    /// - Returns: Whether they are those of this address.
    mutating func answer(_ bytes: UInt64) -> Bool {
        guard let challenge, challenge ^ bytes == 0 else { return false }
        self.challenge = nil
        isValidated = true
        return true
    }

    /// Whether the newest challenge is unanswered for this time.
    func isSilent(for time: Duration, at now: Duration) -> Bool {
        challenge != nil && now - challenged >= time
    }
}
