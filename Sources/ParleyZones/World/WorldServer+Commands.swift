import ParleyHandoff
import ParleyStore

extension OperatorAnswer.Content {
    /// The command was refused.
    static func refused(_ refusal: OperatorRefusal) -> Self { .reply(.refused("\(refusal)")) }
}

/// What operators do with one character, and with the store.
///
/// Each command names the login or the epoch that its program saw, so one that another world server has carried out takes
/// no effect here: a kick and a ban raise the login, and a move the epoch.
extension WorldServer {
    /// Ends the session of a login. A later one is another session, and is left alone.
    func kick(_ who: CharacterReference, _ login: LoginNumber) async -> OperatorAnswer.Content {
        await withCharacter(who) { await change($0, who, .kick, by: Kick($0, login: login)) }
    }

    /// Forbids logins, if the character has not logged in meanwhile.
    func ban(_ who: CharacterReference, _ login: LoginNumber) async -> OperatorAnswer.Content {
        await withCharacter(who) { await change($0, who, .ban, by: Ban($0, login: login)) }
    }

    /// Takes a ban or a quarantine back, and none that is newer than the login.
    func pardon(_ who: CharacterReference, _ login: LoginNumber) async -> OperatorAnswer.Content {
        await withCharacter(who) { await change($0, who, .pardon, by: Pardon($0, login: login)) }
    }

    /// Takes a quarantine back. A ban stays.
    func release(_ who: CharacterReference, _ login: LoginNumber) async -> OperatorAnswer.Content {
        await withCharacter(who) {
            let pardon = Pardon($0, login: login, onlyQuarantine: true)
            return await change($0, who, .pardon, by: pardon)
        }
    }

    /// Sends a character to another zone. Its own zone tries for as long as any wish of its world; the player may come
    /// back on foot.
    func move(
        _ who: CharacterReference, to zone: ZoneName, _ epoch: String
    ) async -> OperatorAnswer.Content {
        guard directory.readyProcess(of: zone) != nil else { return .refused(.notReady(zone)) }
        return await withRow(of: who) { row in
            guard let owner = row.owner else { return .refused(.isOut(who)) }
            if owner.zone == zone { return .reply(.done) }
            guard "\(row.epoch)" == epoch else { return .changed }
            node.send(.guide(row.character, owner, to: zone), to: .zone(owner.zone))
            return .reply(.done)
        }
    }

    /// Has the store change who may play. What the command was based on is compared in the same transaction.
    private func change(
        _ character: CharacterID, _ who: CharacterReference, _ kind: CharacterAnswer.Kind,
        by operation: some StoreOperation
    ) async -> OperatorAnswer.Content {
        guard let answer = await gate.answer(to: operation, as: kind, of: character) else {
            return .refused(.noStore)
        }
        guard let now = answer.now else { return .refused(.unknownCharacter(who)) }
        guard answer.isDone else { return .changed }
        // The zones need no word about a session that stands.
        if now.access != .allowed { take(.character(answer), for: .own) }
        return .reply(.done)
    }

    /// Copies the store into a file beside it.
    func backUp(to name: BackupName) async -> OperatorReply {
        guard let store = gate.store as? any CopiedStore else {
            return .refused(
                "\(OperatorRefusal.noBackup("this store has tools of its own for that, such as pg_dump of PostgreSQL"))"
            )
        }
        do throws(StoreBackupError) {
            try await store.backUp(named: name.text)
            return .done
        } catch {
            return .refused("\(OperatorRefusal.noBackup("\(error)"))")
        }
    }

    private func withCharacter(
        _ who: CharacterReference, _ body: (CharacterID) async -> OperatorAnswer.Content
    ) async -> OperatorAnswer.Content {
        switch await who.character(in: gate.store) {
        case .failure(let refusal): .refused(refusal)
        case .success(let character): await body(character)
        }
    }

    private func withRow(
        of who: CharacterReference, _ body: (CharacterRecord) async -> OperatorAnswer.Content
    ) async -> OperatorAnswer.Content {
        await withCharacter(who) { character in
            switch await gate.store.perform(Locate(character)) {
            case .done(let row): await body(row)
            case .refused(.noSuchCharacter): .refused(.unknownCharacter(who))
            case .refused, .unknown: .refused(.noStore)
            }
        }
    }
}

extension OperatorCommand {
    /// The command as a log tells it; nil for one that changes nothing.
    var words: String? {
        switch self {
        case .status, .inspect: nil
        case .kick(let who): "kick \(who)"
        case .ban(let who): "ban \(who)"
        case .pardon(let who): "pardon \(who)"
        case .drain(let zone): "drain \(zone)"
        case .move(let who, let zone): "move \(who) to \(zone)"
        case .release(let who): "release \(who)"
        case .backUp(let name): "back up to \(name)"
        }
    }
}
