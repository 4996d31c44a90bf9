public import ParleyHandoff
public import ParleyStore

extension CharacterStatus {
    /// Reads what a store knows of a character.
    ///
    /// - Returns: Why it cannot be told, in a sentence, where it cannot.
    public static func read(
        _ reference: CharacterReference, from store: any Store
    ) async -> Result<CharacterStatus, OperatorRefusal> {
        switch await reference.character(in: store) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let character):
            let row: CharacterRecord
            switch await store.perform(Locate(character)) {
            case .done(let found): row = found
            case .refused(.noSuchCharacter): return .failure(.unknownCharacter(reference))
            case .refused, .unknown: return .failure(.noStore)
            }
            guard
                case .done(let owned) = await store.perform(
                    ReadPossessions(of: .character(character)))
            else { return .failure(.noStore) }
            return .success(CharacterStatus(row, owned))
        }
    }

    init(_ row: CharacterRecord, _ owned: Possessions) {
        self.init(
            character: row.character.rawValue, place: row.place.map { "\($0)" },
            epoch: "\(row.epoch)", login: row.login.rawValue, access: "\(row.access)",
            isTaken: row.isTaken, failures: Int(row.failures),
            possessions: owned.items.prefix(Self.mostPossessions).map {
                "\($0.id) of kind \($0.kind)"
            } + owned.balances.prefix(Self.mostPossessions).map { "\($0.amount) of \($0.currency)" }
        )
    }

    /// How many items are told, and how many balances.
    private static let mostPossessions = 200
}

/// Why a command of an operator was not carried out.
public enum OperatorRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such character.
    case unknownCharacter(CharacterReference)
    /// The store did not answer. The same command settles it.
    case noStore
    /// The zone has no process that takes players.
    case notReady(ZoneName)
    /// The character is in no zone.
    case isOut(CharacterReference)
    /// The character is not in quarantine.
    case notQuarantined(CharacterReference)
    /// The store could not be copied: its words.
    case noBackup(String)
    /// What the command is about has changed each time between a look at it and the command.
    case changed

    /// The reason in words.
    public var description: String {
        switch self {
        case .unknownCharacter(.number(let character)): "there is no \(character)"
        case .unknownCharacter(.name(let name)): "there is no account \(name)"
        case .noStore: "the store did not answer; ask again"
        case .notReady(let zone): "zone \(zone) has no process that takes players"
        case .isOut(let who): "\(who) is in no zone"
        case .notQuarantined(let who): "\(who) is not in quarantine"
        case .noBackup(let text): text
        case .changed: "it has changed meanwhile; look at it, and ask again"
        }
    }
}

extension CharacterReference {
    /// The character's number.
    func character(in store: any Store) async -> Result<CharacterID, OperatorRefusal> {
        guard case .name(let name) = self else {
            guard case .number(let number) = self else { return .failure(.unknownCharacter(self)) }
            return .success(number)
        }
        switch await store.perform(FindCharacter(of: name)) {
        case .done(let character): return .success(character)
        case .refused(.notAuthenticated): return .failure(.unknownCharacter(self))
        case .refused, .unknown: return .failure(.noStore)
        }
    }
}
