public import ParleyHandoff

/// Why a zone's name may be taken. The store reads no clock: the caller counts the lease.
public enum ZoneClaim: Hashable, Sendable {
    /// It is free: no process has registered, or the last one is gone, or drains and has no character any more.
    case free
    /// The beat of this life has not changed for a whole lease.
    case expired(ZoneProcess, beat: UInt64)
    /// A supervisor saw this life end.
    case died(ZoneProcess)

    func allows(_ now: ZoneRecord) -> Bool {
        guard now.isAlive else { return true }
        return switch self {
        case .free: false
        case .expired(let life, let beat): now.life == life && now.beat == beat
        case .died(let life): now.life == life
        }
    }
}

/// Registers a zone's process under the zone's name: the incarnation rises.
///
/// The name is given if no process has it, if the one that has it drains and has given all of its characters away, if
/// the caller has seen one beat for a whole lease, or if a supervisor has seen the process die.
public struct RegisterZone: StoreOperation, Hashable {
    /// The zone's name.
    public var zone: ZoneName
    /// Where players and other servers reach it, at most 255 bytes.
    public var address: String
    /// How many players it takes.
    public var capacity: UInt32
    /// Whether it takes players at once.
    public var isReady: Bool
    /// Why the name may be taken.
    public var claim: ZoneClaim
    /// 64 random bits, the same in each repetition.
    public var mark: UInt64

    /// A registration from its parts.
    public init(
        zone: ZoneName, address: String, capacity: UInt32, isReady: Bool = false,
        claim: ZoneClaim = .free, mark: UInt64
    ) {
        self.zone = zone
        self.address = address
        self.capacity = capacity
        self.isReady = isReady
        self.claim = claim
        self.mark = mark
    }

    /// The life that the process got.
    public var steps: StoreSteps<ZoneProcess> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        ZoneProcess
    > {
        guard address.utf8.count <= 255 else {
            return .refused(.malformed("the address is too long"))
        }
        // The realm's row guards the names that have no row yet: of two processes that register at once, the second
        // finds the first.
        let generation = try await tables.lockGeneration()
        let now = try await tables.lock(zone)
        if let now {
            if now.mark == mark, now.isAlive { return .done(now.life) }
            guard try await !isHeld(now, on: tables) else { return .refused(.zoneHeld(now)) }
        }
        let last = now?.life.incarnation ?? Incarnation(rawValue: 0)
        let life = ZoneProcess(zone, last.next(inGeneration: generation))
        try await tables.write(
            ZoneRecord(
                life: life, phase: isReady ? .ready : .starting, address: address,
                capacity: capacity, load: 0, beat: 0, mark: mark))
        return .done(life)
    }

    private func isHeld(_ now: ZoneRecord, on tables: any StoreTables) async throws(StoreFault)
        -> Bool
    {
        if claim.allows(now) { return false }
        // A process that drains gets no other character.
        guard now.phase == .draining else { return true }
        return try await tables.hasCharacters(at: now.life)
    }
}

/// Says that a zone's process is alive, and learns which of its sessions an operator has ended.
public struct Beat: StoreOperation, Hashable {
    /// The life that beats.
    public var life: ZoneProcess
    /// The zone's count of its beats, from 1 on.
    public var number: UInt64
    /// How many players it has.
    public var load: UInt32

    /// A beat from its parts.
    public init(_ life: ZoneProcess, number: UInt64, load: UInt32) {
        self.life = life
        self.number = number
        self.load = load
    }

    /// The answer to a beat.
    public struct Answer: Hashable, Sendable {
        /// The newest beat's number.
        public var beat: UInt64
        /// Characters whose session an operator has ended: at most 4,096, the rest at later beats.
        public var ended: [CharacterRecord]
    }

    /// The number of the newest beat, and whom to put out.
    public var steps: StoreSteps<Answer> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        Answer
    > {
        guard let beat = try await tables.beat(life, number: number, load: load) else {
            return .refused(.zoneNotReady(life.zone, try await tables.zone(life.zone)))
        }
        let limit = ZoneAnswer.endedLimit
        return .done(Answer(beat: beat, ended: try await tables.ended(at: life, limit: limit)))
    }
}

/// Changes what a zone does: from starting to ready, to draining, to gone.
public struct SetZonePhase: StoreOperation, Hashable {
    /// The life that changes.
    public var life: ZoneProcess
    /// What it does from now on.
    public var phase: ZoneRecord.Phase

    /// A change from its parts.
    public init(_ life: ZoneProcess, to phase: ZoneRecord.Phase) {
        self.life = life
        self.phase = phase
    }

    /// The row afterwards.
    public var steps: StoreSteps<ZoneRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        ZoneRecord
    > {
        guard var now = try await tables.lock(life.zone) else {
            return .refused(.zoneNotReady(life.zone, nil))
        }
        if now.life == life, now.phase == phase { return .done(now) }
        // A life that is gone stays gone: its name may be another's soon.
        guard now.life == life, now.isAlive else { return .refused(.zoneNotReady(life.zone, now)) }
        now.phase = phase
        try await tables.write(now)
        return .done(now)
    }
}

/// Marks a dead zone as gone, so that its characters can be recovered before its process is back.
public struct EndZone: StoreOperation, Hashable {
    /// The life that has ended.
    public var life: ZoneProcess
    /// How the caller knows.
    public var claim: ZoneClaim

    /// An end from its parts.
    public init(_ life: ZoneProcess, because claim: ZoneClaim) {
        self.life = life
        self.claim = claim
    }

    /// The row afterwards, which may be that of a later life.
    public var steps: StoreSteps<ZoneRecord> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault) -> StoreOutcome<
        ZoneRecord
    > {
        guard var now = try await tables.lock(life.zone) else {
            return .refused(.zoneNotReady(life.zone, nil))
        }
        guard now.life == life, now.isAlive else { return .done(now) }
        guard claim.allows(now) else { return .refused(.zoneHeld(now)) }
        now.phase = .gone
        try await tables.write(now)
        return .done(now)
    }
}
