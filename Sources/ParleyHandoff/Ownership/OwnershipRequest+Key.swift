extension OwnershipRequest {
    /// What an answer says of a request about a character; nil for the others.
    package var characterKey: (kind: CharacterAnswer.Kind, character: CharacterID, mark: UInt64)? {
        switch self {
        case .enter(let character, _, _, let mark): (.enter, character, mark)
        case .commit(let attempt, _, _, _): (.commit, attempt.character, attempt.mark)
        case .stay(let character, _, let mark): (.stay, character, mark)
        case .leave(let character, _, let mark, _): (.leave, character, mark)
        case .fail(let character, _, let mark): (.fail, character, mark)
        case .recover(let character, _, _, let mark): (.recover, character, mark)
        case .fence(let character, _): (.fence, character, 0)
        case .checkpoint(let character, _, _): (.checkpoint, character, 0)
        case .perform(let operation, let character, _): (.perform, character, operation.shortMark)
        case .login(let character): (.login, character, 0)
        case .kick(let character): (.kick, character, 0)
        case .ban(let character): (.ban, character, 0)
        case .pardon(let character): (.pardon, character, 0)
        case .look(let character): (.look, character, 0)
        case .register, .beat, .drain, .retire, .survey, .raiseGeneration: nil
        }
    }

    /// Who the request says it acts for; nil if it names no owner or process.
    package var process: ZoneProcess? {
        switch self {
        case .beat(let process, _), .drain(let process): process
        case .commit(_, let owner, _, _), .stay(_, let owner, _), .leave(_, let owner, _, _),
            .fail(_, let owner, _), .fence(_, let owner), .checkpoint(_, let owner, _),
            .perform(_, _, let owner):
            owner.process
        case .register, .retire, .enter, .recover, .login, .kick, .ban, .pardon, .look, .survey,
            .raiseGeneration:
            nil
        }
    }
}

extension OperationID {
    /// The number by which an answer names an operation: the request's, or the zone's counter.
    package var shortMark: UInt64 {
        switch self {
        case .request(_, _, let request, _): request
        case .zone(_, _, let counter): counter
        }
    }

    /// Whether an owner may give an effect this name: a request of its character, or an effect of its process.
    func isNamed(after character: CharacterID, _ owner: Owner) -> Bool {
        switch self {
        case .request(let asker, _, _, _): asker == character
        case .zone(let zone, let incarnation, _): owner.process == ZoneProcess(zone, incarnation)
        }
    }
}
