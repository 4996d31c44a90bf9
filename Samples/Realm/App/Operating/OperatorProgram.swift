import Parley
import ParleyStore
import ParleyZones
import RealmGame
import SampleSupport

/// `realm status`, `inspect`, `drain`, `move`, `kick`, `ban`, `pardon`, `release` and `backup`: an operator asks the world servers.
struct OperatorProgram {
    /// What is asked, or read from a store that no world server has open.
    private enum Task {
        case ask(OperatorCommand, RealmOperator)
        case askAll(RealmOperator)
        case read(CharacterReference, store: String)
    }

    private let task: Task

    private init(_ command: OperatorCommand, _ arguments: Arguments) throws {
        task = .ask(command, try Self.realm(arguments))
    }

    /// The realm of a command line.
    private static func realm(_ arguments: Arguments) throws -> RealmOperator {
        let folder = RealmFolder(existing: arguments[Options.folder])
        guard let keys = try folder.existingKeys() else {
            throw Failure(
                "there are no keys in \(folder.path); name the realm's folder with --folder FOLDER")
        }
        return RealmOperator(
            try arguments.realm(hasDatabase: false), keys: keys,
            links: try arguments.links(of: "supervisor"))
    }

    /// How the realm is, by all its world servers.
    static func status(_ arguments: Arguments) throws -> OperatorProgram {
        OperatorProgram(task: .askAll(try realm(arguments)))
    }

    /// A command about one character.
    static func about(
        _ arguments: Arguments, _ command: (CharacterReference) -> OperatorCommand
    ) throws -> OperatorProgram {
        try OperatorProgram(command(try reference(arguments.operand)), arguments)
    }

    /// What the store knows of a character: the world server asks it, or this program reads the file.
    static func inspect(_ arguments: Arguments) throws -> OperatorProgram {
        guard let store = arguments[Options.store] else {
            return try about(arguments) { .inspect($0) }
        }
        return OperatorProgram(task: .read(try reference(arguments.operand), store: store))
    }

    /// Lets a zone end.
    static func drain(_ arguments: Arguments) throws -> OperatorProgram {
        try OperatorProgram(.drain(try ZoneName(operandOf: arguments)), arguments)
    }

    /// Sends a character to a zone.
    static func move(_ arguments: Arguments) throws -> OperatorProgram {
        let who = try reference(arguments.operand)
        return try OperatorProgram(
            .move(who, try ZoneName(known: arguments.operands[1])), arguments)
    }

    /// Copies the store of a realm that runs, into a file beside it.
    static func backUp(_ arguments: Arguments) throws -> OperatorProgram {
        guard let out = arguments[Options.backup] else {
            throw UsageError("--out FILE has to be given")
        }
        guard let name = BackupName(out) else {
            throw UsageError(
                "--out needs a file's name: the copy of a realm that runs lies beside its store")
        }
        return try OperatorProgram(.backUp(name), arguments)
    }

    private init(task: Task) { self.task = task }

    private static func reference(_ word: String) throws -> CharacterReference {
        guard let reference = CharacterReference(word) else {
            throw UsageError(
                "“\(word)” is neither a character's number nor a name of letters, digits, dots, "
                    + "hyphens and underscores")
        }
        return reference
    }

    // MARK: Running

    func run() async throws {
        switch task {
        case .ask(let command, let realm):
            let reply = try await realm.ask(command)
            if case .refused(let text) = reply { throw Failure(text) }
            for line in Self.lines(of: reply, to: command) { printLine(line) }
        case .askAll(let realm):
            for line in Self.lines(of: try await realm.statuses()) { printLine(line) }
        case .read(let reference, let path):
            let store = try await StorePlace(path).openExisting()
            switch await CharacterStatus.read(reference, from: store) {
            case .success(let status): for line in Self.lines(of: status) { printLine(line) }
            case .failure(let refusal): throw Failure("\(refusal)")
            }
        }
    }

    static func lines(of reply: OperatorReply, to command: OperatorCommand) -> [String] {
        switch reply {
        case .status(let status): lines(of: [WorldServerStatus(number: 0, status: status)])
        case .character(let status): lines(of: status)
        case .done: [text(of: command)]
        case .refused(let text): [text]
        }
    }

    private static func text(of command: OperatorCommand) -> String {
        switch command {
        case .drain(let zone): "\(zone) hands its characters to its neighbours, and ends"
        case .kick(let who): "\(who) is kicked: the next login is allowed"
        case .ban(let who): "\(who) is banned"
        case .pardon(let who): "\(who) may log in again"
        case .move(let who, let zone): "\(who) is on the way to \(zone), if that one takes it"
        case .release(let who): "\(who) is out of quarantine: the next login is allowed"
        case .backUp(let name): "the store is copied into \(name), beside it"
        case .status, .inspect: "done"
        }
    }

    /// The zones, with the players of all world servers together, and a line for each world server.
    static func lines(of statuses: [WorldServerStatus]) -> [String] {
        var zones: [String: RealmStatus.Zone] = [:]
        for zone in statuses.flatMap({ $0.status?.zones ?? [] }) {
            guard var known = zones[zone.name] else {
                zones[zone.name] = zone
                continue
            }
            let players = known.players + zone.players
            // One that has just started may not have seen the newest process yet.
            if zone.incarnation > known.incarnation { known = zone }
            known.players = players
            zones[zone.name] = known
        }
        return zones.values.sorted { $0.name < $1.name }.map { zone in
            "\(zone.name), incarnation \(zone.incarnation): \(zone.state), \(zone.players) players"
        } + statuses.map(line(of:)) + missing(from: statuses)
    }

    /// Says that the realm has more world servers than were asked: the players of the others are not counted.
    private static func missing(from statuses: [WorldServerStatus]) -> [String] {
        let all = statuses.compactMap { $0.status?.worldServers }.max() ?? 0
        if all <= statuses.count { return [] }
        return ["the realm has \(all) world servers, each with players of its own: --worlds \(all)"]
    }

    private static func line(of server: WorldServerStatus) -> String {
        guard let status = server.status else {
            return "\(RealmMap.name(ofWorld: server.number)): does not answer"
        }
        return WorldReport(
            number: server.number, clients: status.clients,
            zones: status.zones.count { $0.state == "ready" }, logins: status.logins,
            waitingCalls: status.waitingCalls, unanswered: status.unanswered,
            droppedCalls: status.droppedCalls
        ).text
    }

    private static func lines(of status: CharacterStatus) -> [String] {
        [
            "character \(status.character): " + (status.place.map { "in \($0)" } ?? "out"),
            "\(status.epoch), login \(status.login), \(status.access), \(status.failures) failures"
                + (status.isTaken ? "" : "; its zone has not written its state yet"),
        ] + status.possessions
    }
}
