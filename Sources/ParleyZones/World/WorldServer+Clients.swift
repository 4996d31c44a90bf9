import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleySockets
import ParleyStore

/// Clients' connections and logins.
extension WorldServer {
    /// The acceptor: a child task for each connection. An error of one connection ends no other.
    func accept(from listener: ConnectionListener, _ manager: ConnectionManager) async {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                let number = add(connection)
                group.addTask { await self.serve(connection, number) }
            }
            // At once, and not after the last connection: who comes now is to go to another world server.
            await manager.shutdown(within: Self.closingTime)
        }
    }

    private func add(_ connection: Connection) -> UInt64 {
        defer { nextLink += 1 }
        clients[nextLink] = WorldClient(
            connection: connection, since: now, heard: now,
            chat: RateLimit(
                perSecond: realm.chat.messagesPerSecond, burst: realm.chat.messagesPerSecond * 4))
        return nextLink
    }

    private func serve(_ connection: Connection, _ number: UInt64) async {
        for await datagram in connection.datagrams {
            guard clients[number] != nil else { break }
            guard await receive(datagram, from: number) else { break }
        }
        forget(number)
        await connection.close(within: .seconds(1))
    }

    /// Forgets a client. Its character stays where it is.
    func forget(_ number: UInt64) {
        guard let client = clients.removeValue(forKey: number) else { return }
        guard let character = client.character, linkByCharacter[character] == number else { return }
        linkByCharacter[character] = nil
        linkByName[client.name] = nil
    }

    /// How long a connection may be silent, and how long it may take to log in.
    private static let silence = Duration.seconds(20)
    private static let loginTime = Duration.seconds(10)
    /// How often a client whose login takes its time hears that the server is there: what it asks meanwhile waits.
    private static let reassurance = Duration.milliseconds(500)

    /// Closes the connections of clients that say nothing.
    func closeSilentClients() {
        let now = now
        // In an order that no dictionary decides.
        for number in clients.keys.sorted() {
            guard let client = clients[number] else { continue }
            if client.isLoggingIn, now - client.reassured >= Self.reassurance {
                clients[number]?.reassured = now
                client.send(.pong)
            }
            let isLate =
                client.character == nil
                ? now - client.since >= Self.loginTime : now - client.heard >= Self.silence
            guard isLate, !client.isLoggingIn else { continue }
            disconnect(number)
        }
    }

    /// Takes a client's message.
    ///
    /// - Returns: False if the connection is to be closed.
    private func receive(_ datagram: Datagram, from number: UInt64) async -> Bool {
        guard datagram.count <= RealmRequest.byteLimit,
            let request: RealmRequest = try? datagram.decoded()
        else {
            clients[number]?.send(.refused("a message that this server does not know"))
            return false
        }
        clients[number]?.heard = now
        let instant = network.clock.now
        if clients[number]?.requests.take(at: instant) == false {
            clients[number]?.send(.refused("too many messages a second"))
            return true
        }
        switch request {
        case .logIn(let game, let name, let password):
            let address = clients[number]?.connection.remoteAddress
            return await logIn(number, game, as: name) {
                await self.accounts.logIn($0, password: password, from: address, at: $1)
            }
        case .reEnter(let game, let name, let token):
            return await logIn(number, game, as: name) {
                guard let token = ReEntryToken(bytes: token.bytes) else {
                    return .refused(.notAuthenticated)
                }
                return await self.accounts.reEnter($0, with: token, at: $1)
            }
        case .comeBack(let game, let proof): return comeBack(number, game, proof)
        case .locate: locate(number)
        case .chat(let range, let text): say(text, to: range, from: number)
        case .whisper(let name, let text): whisper(text, to: name, from: number)
        case .ping: clients[number]?.send(.pong)
        case .leave: return false
        }
        return true
    }

    // MARK: Sessions

    /// Begins a session.
    ///
    /// - Parameter check: Asks the store, by the account's name and the date.
    private func logIn(
        _ number: UInt64, _ game: String, as name: String,
        _ check: @Sendable (AccountName, Int64) async -> StoreOutcome<PlayerLogin>
    ) async -> Bool {
        guard clients[number]?.character == nil else { return false }
        if let complaint = complaint(about: game) { return refuse(number, complaint) }
        guard let name = AccountName(name) else {
            return refuse(
                number, "a name has 1 to \(AccountName.longest) letters a to z, digits, and . - _")
        }
        guard !hasStoodStill else { return sendAway(number, "the world server stood still") }
        clients[number]?.isLoggingIn = true
        clients[number]?.reassured = now
        let outcome = await check(name, Int64(clamping: date))
        clients[number]?.isLoggingIn = false
        switch outcome {
        case .done(let login):
            begin(number, login, name: name)
            return true
        case .refused(.overloaded), .refused(.unavailable), .refused(.storageFull), .unknown:
            return sendAway(number, "the realm cannot take logins now")
        case .refused(let refusal): return refuse(number, Self.text(of: refusal))
        }
    }

    private func begin(_ number: UInt64, _ login: PlayerLogin, name: AccountName) {
        let (character, session) = (login.record.character, login.record.login)
        guard clients[number] != nil,
            let proof = keys.seal(
                SessionProof(
                    character, account: character.rawValue, login: session, name: name,
                    second: date))
        else { return }
        identify(number, as: character, session, name: name)
        confirm(number)
        counts.logins += 1
        clients[number]?.send(
            .welcome(
                character, session, proof: proof, token: Datagram(bytes: login.token.bytes)))
        locate(number)
    }

    /// Goes on with a session that another connection has begun, at this server or another one.
    private func comeBack(_ number: UInt64, _ game: String, _ proof: Datagram) -> Bool {
        guard clients[number]?.character == nil else { return false }
        if let complaint = complaint(about: game) { return refuse(number, complaint) }
        guard let proof = keys.open(proof: proof, at: date) else {
            return sendAway(number, "the session is not known any more")
        }
        identify(number, as: proof.character, proof.login, name: proof.name)
        locate(number)
        return true
    }

    private func identify(
        _ number: UInt64, as character: CharacterID, _ login: LoginNumber, name: AccountName
    ) {
        clients[number]?.character = character
        clients[number]?.login = login
        clients[number]?.name = name.text
    }

    /// The store says that a client's session stands. From now on it speaks for its character, and the connection of an
    /// earlier one is closed.
    func confirm(_ number: UInt64) {
        guard let client = clients[number], !client.isConfirmed, let character = client.character,
            let login = client.login
        else { return }
        if let standing = linkByCharacter[character].flatMap({ clients[$0]?.login }),
            standing > login
        {
            // The store's word was late: a newer session has begun since then.
            return replace(number)
        }
        clients[number]?.isConfirmed = true
        end(character, before: login)
        linkByCharacter[character] = number
        linkByName[client.name] = number
        tellOthers(.session(character, login))
    }

    /// Closes the connection of a character's session, which goes on over another one, here or at another world server.
    ///
    /// - Parameter login: That session. An older one is told.
    func end(_ character: CharacterID, before login: LoginNumber) {
        guard let number = linkByCharacter[character], let own = clients[number]?.login else {
            return
        }
        if own < login {
            replace(number)
        } else if own == login {
            disconnect(number)
        } else {
            tellOthers(.session(character, own))
        }
    }

    /// Tells a client that a newer session of its character has begun.
    private func replace(_ number: UInt64) {
        clients[number]?.send(.ended(.replaced))
        disconnect(number)
    }

    /// Closes a client's connection, after what was sent.
    func disconnect(_ number: UInt64) {
        let connection = clients[number]?.connection
        forget(number)
        connection?.stopDelivering()
    }

    private func locate(_ number: UInt64) {
        guard let client = clients[number], let character = client.character,
            let login = client.login
        else {
            clients[number]?.send(.refused("log in first"))
            return
        }
        var effects: [WorldDirectory.Effect] = []
        directory.locate(character, login, link: number, into: &effects)
        perform(effects)
    }

    private func complaint(about game: String) -> String? {
        game == realm.game ? nil : "this realm plays \(realm.game), and not the client's game"
    }

    /// Ends a connection whose client may have more luck on another one.
    private func sendAway(_ number: UInt64, _ text: String) -> Bool {
        counts.refusals += 1
        clients[number]?.send(.tryAgain(text))
        return false
    }

    private func refuse(_ number: UInt64, _ text: String) -> Bool {
        counts.refusals += 1
        clients[number]?.send(.refused(text))
        return true
    }

    private static func text(of refusal: StoreRefusal) -> String {
        switch refusal {
        case .notAuthenticated: "the name or the password is wrong"
        case .nameTaken:
            "the name has a password, and this realm asks for none: choose another name"
        case .tooManyPasswords(let seconds): "too many wrong passwords: try again in \(seconds) s"
        case .replaced(let now) where now.access == .banned: "this account is banned"
        case .quarantined: "this character is in quarantine: ask who runs the realm"
        default: "the realm cannot take logins now"
        }
    }
}
