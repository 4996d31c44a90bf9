import ParleyDatagrams
import ParleyHandoff
import ParleySessions
import ParleySockets
import ParleyWorld

/// Lets in who has a ticket of this realm, or the token of a seat.
struct ZoneAuthenticator: Authenticator {
    let core: ZoneCore
    let keys: RealmKeys
    /// The machine whose date tickets are judged by.
    let machine: any Machine

    func authenticate(_ login: Login) async throws -> Account? {
        guard let credential: ZoneCredential = try? login.ticket.decoded() else {
            throw JoinRefusal("this server takes players by ticket: log in at the world server")
        }
        let second = UInt64(max(0, machine.date))
        let (character, proof): (CharacterID, ZoneHandoffs.Credential)
        switch credential {
        case .token(let named, let token): (character, proof) = (named, .token(token))
        case .ticket(let sealed):
            guard let ticket = keys.open(ticket: sealed) else { throw Self.askWorld }
            (character, proof) = (ticket.character, .ticket(ticket))
        }
        // A player who has to wait, or who was moved, is let in and told so.
        guard core.connect(character, proof, second: second) != .askWorld else {
            throw Self.askWorld
        }
        return character.account
    }

    /// The answer to a credential that is not good here, or not any more.
    private static let askWorld = JoinRefusal("the ticket is not good here: ask a world server")
}
