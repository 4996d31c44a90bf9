import ParleyHandoff
import ParleyStore

/// What operators do with one character, and with the store.
extension WorldServer {
    /// Sends a character to another zone. Its own zone tries for as long as any wish of its world; the player may come
    /// back on foot.
    func move(_ who: CharacterReference, to zone: ZoneName) async -> OperatorReply {
        guard directory.readyProcess(of: zone) != nil else {
            return .refused("\(OperatorRefusal.notReady(zone))")
        }
        switch await row(of: who) {
        case .failure(let refusal): return .refused("\(refusal)")
        case .success(let row):
            guard let owner = row.owner else { return .refused("\(OperatorRefusal.isOut(who))") }
            node.send(.guide(row.character, owner, to: zone), to: .zone(owner.zone))
            return .done
        }
    }

    /// Takes a quarantine back. A ban stays.
    func release(_ who: CharacterReference) async -> OperatorReply {
        switch await row(of: who) {
        case .failure(let refusal): return .refused("\(refusal)")
        case .success(let row):
            guard row.access == .quarantined else {
                return .refused("\(OperatorRefusal.notQuarantined(who))")
            }
            return await end(.number(row.character)) { .pardon($0) }
        }
    }

    /// Copies the store into a file beside it.
    func backUp(to name: BackupName) async -> OperatorReply {
        guard let store = gate.store as? any CopiedStore else {
            return .refused(
                "\(OperatorRefusal.noBackup("this store has tools of its own for that"))")
        }
        do throws(StoreBackupError) {
            try await store.backUp(named: name.text)
            return .done
        } catch {
            return .refused("\(OperatorRefusal.noBackup("\(error)"))")
        }
    }

    private func row(
        of who: CharacterReference
    ) async -> Result<CharacterRecord, OperatorRefusal> {
        switch await who.character(in: gate.store) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let character):
            switch await gate.store.perform(Locate(character)) {
            case .done(let row): return .success(row)
            case .refused(.noSuchCharacter): return .failure(.unknownCharacter(who))
            case .refused, .unknown: return .failure(.noStore)
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
