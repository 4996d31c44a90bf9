/// A world server's decisions about zones and characters. The truth is in the store: a world server that
/// crashed, and any other one, goes on where it stopped.
///
/// | event | then |
/// |---|---|
/// | a zone asks | forwarded to the store, if it asks for itself and may ask that; the answer goes back |
/// | time | a survey each `surveyInterval` |
/// | survey: a heartbeat stood still for `watchDuration` | `retire`, if it still stands there |
/// | survey: a row of a process that is gone | `recover`: to the zone's next process, a neighbour, or out |
/// | survey: a row that was untaken in the survey before, too | `take` to its zone |
/// | a supervisor saw a process die | `retire` |
/// | login | `login`, then as below |
/// | a client asks where it is | `look`, then: |
/// | – a newer login, a kick, a ban, a quarantine | the client is told that its session is over |
/// | – in, at a process that is alive | a ticket for that process and epoch |
/// | – in, at a process that is gone | the client is told to wait: the survey recovers the row |
/// | – out | `enter` at the entrance, or at any zone that is ready |
/// | enter done, recover done | `take` to the zone; a ticket for the client that waits for it |
/// | kick, ban | the login is raised; `end` to the zone; later heartbeats' answers say so again |
package struct WorldDirectory: Sendable {
    /// What the shell does.
    package enum Effect: Hashable, Sendable {
        /// Ask the store. The shell hands the asker back with the answer.
        case ask(OwnershipRequest, for: Asker)
        /// Send to a zone.
        case send(PeerMessage, to: ZoneName)
        /// Answer the client on that link.
        case tell(UInt64, WorldReply)
    }

    /// For whom the store is asked.
    package enum Asker: Hashable, Sendable {
        /// A zone.
        case zone(ZoneName)
        /// The client on the link of that number, whose session is this; 0 for one that logs in.
        case client(UInt64, LoginNumber)
        /// This world server itself.
        case own
    }

    /// Where characters enter the realm.
    package let entrance: ZoneName
    /// The zones at the last survey.
    package internal(set) var zones: [OwnershipSurvey.Zone] = []

    let timings: HandoffTimings
    let neighbours: [ZoneName: [ZoneName]]
    var watch: LeaseWatch
    var untaken: [CharacterID: Epoch] = [:]
    var surveyAskedAt: Duration?
    var nextSurveyAt = Duration.zero

    /// A world server that has seen nothing.
    ///
    /// - Parameter neighbours: Where characters of a dead zone are put, by its name.
    package init(
        entrance: ZoneName, neighbours: [ZoneName: [ZoneName]], timings: HandoffTimings
    ) {
        self.entrance = entrance
        self.neighbours = neighbours
        self.timings = timings
        watch = LeaseWatch(timings: timings)
    }

    /// The process of a zone that takes players; nil if there is none.
    package func readyProcess(of zone: ZoneName) -> ZoneProcess? {
        zones.first { $0.process.zone == zone && $0.state == .ready }?.process
    }

    /// When ``timeout(at:into:)`` has something next.
    package var nextTimeout: Duration { nextSurveyAt }

    /// Looks at all rows.
    package mutating func timeout(at now: Duration, into effects: inout [Effect]) {
        guard now >= nextSurveyAt else { return }
        nextSurveyAt = now + timings.surveyInterval
        surveyAskedAt = now
        effects.append(.ask(.survey, for: .own))
    }

    // MARK: Events

    /// A zone asks the store.
    ///
    /// - Parameter zone: The name in its certificate.
    /// - Returns: False if it may not ask that.
    package func forward(
        _ request: OwnershipRequest, from zone: ZoneName, into effects: inout [Effect]
    ) -> Bool {
        let named: ZoneName? =
            if case .register(let name, _) = request { name } else { request.process?.zone }
        guard named == zone else { return false }
        effects.append(.ask(request, for: .zone(zone)))
        return true
    }

    /// A supervisor saw a process die.
    package func died(_ process: ZoneProcess, into effects: inout [Effect]) {
        effects.append(.ask(.retire(process, beat: nil), for: .own))
    }

    /// A player has proved who they are.
    ///
    /// - Parameter link: The number of the client's link to this world server.
    package func login(_ character: CharacterID, link: UInt64, into effects: inout [Effect]) {
        effects.append(.ask(.login(character), for: .client(link, LoginNumber(rawValue: 0))))
    }

    /// A client asks where its character is.
    ///
    /// - Parameters:
    ///   - login: Its session, which a re-entry token has proved.
    ///   - link: The number of the client's link to this world server.
    package func locate(
        _ character: CharacterID, _ login: LoginNumber, link: UInt64, into effects: inout [Effect]
    ) {
        effects.append(.ask(.look(character), for: .client(link, login)))
    }

    /// An operator ends a session, or forbids or allows the next.
    ///
    /// - Parameter request: A kick, a ban or a pardon.
    package func command(_ request: OwnershipRequest, into effects: inout [Effect]) {
        effects.append(.ask(request, for: .own))
    }
}
