import ParleyHandoff

extension HandoffWorld {
    /// A client takes a message.
    mutating func deliver(_ envelope: Envelope, toClient index: Int) {
        guard !clients[index].isGone else { return }
        let at = clock(.client(index))
        var effects = clientEffects
        switch envelope.payload {
        case .reply(let reply):
            if case .admit(let owner, _) = reply { clients[index].ticket = owner }
            clients[index].follower.receive(reply, at: at, into: &effects)
        case .admission(let admission, let process):
            clients[index].follower.receive(admission, from: process, at: at, into: &effects)
        case .travel(let notice, let process):
            clients[index].follower.receive(notice, from: process, at: at, into: &effects)
        case .goodbye(let end, let login):
            if clients[index].follower.login == login {
                clients[index].follower.finish(end, into: &effects)
            }
        case .notice(let number, let source):
            if clients[index].follower.counts(notice: number, from: source, at: at) {
                checkNotice(number, index)
            }
        case .snapshot(let source, let hasBody):
            let heard =
                mutant == .unlabelledSnapshot ? clients[index].follower.current ?? source : source
            if clients[index].follower.hears(heard, at: at) { checkFrame(source, hasBody, index) }
        default: break
        }
        perform(&effects, ofClient: index)
    }

    mutating func perform(_ effects: inout [ZoneFollower.Effect], ofClient index: Int) {
        for effect in effects { perform(effect, ofClient: index) }
        effects.removeAll(keepingCapacity: true)
        clientEffects = effects
    }

    private mutating func perform(_ effect: ZoneFollower.Effect, ofClient index: Int) {
        let me = Party.client(index)
        let follower = clients[index].follower
        switch effect {
        case .login: send(.login, from: me, to: anyWorld())
        case .locate(let login): send(.locate(login), from: me, to: anyWorld())
        case .connect(let process, let credential, let notices):
            guard let zone = self.index(of: process.zone), let login = follower.login else {
                return
            }
            let proof: ZoneHandoffs.Credential
            switch credential {
            case .token(let token): proof = .token(token)
            case .session: proof = .session(follower.character)
            case .ticket:
                guard let owner = clients[index].ticket else { return }
                clients[index].tickets += 1
                let id = TicketID(high: UInt64(index), low: clients[index].tickets)
                proof = .ticket(
                    Ticket(
                        follower.character, account: 0, owner: owner, login: login, second: second,
                        id: id))
            }
            send(.connect(process, proof, login, notices: notices), from: me, to: .zone(zone))
        case .resendRequests(let applied):
            beginSession(index)
            if applied > clients[index].sent {
                fail(5, "\(me) sent \(clients[index].sent) requests, and \(applied) are applied")
            }
            for number in stride(from: applied + 1, through: clients[index].sent, by: 1) {
                play(number, index)
            }
        case .listen, .sessionLost, .end: break
        }
    }

    /// A session's counts begin anew with its login.
    private mutating func beginSession(_ index: Int) {
        let login = clients[index].follower.login
        guard clients[index].lastLogin != login else { return }
        clients[index].lastLogin = login
        clients[index].sent = 0
        clients[index].lastNotice = 0
    }

    /// The player asks for something.
    mutating func play(_ number: UInt64, _ index: Int) {
        guard let login = clients[index].follower.login,
            let current = clients[index].follower.current,
            let zone = self.index(of: current.process.zone)
        else { return }
        send(.play(login, number), from: .client(index), to: .zone(zone))
    }

    mutating func anyWorld() -> Party {
        .world(worlds.count == 1 ? 0 : Int(random.next() % UInt64(worlds.count)))
    }

    /// Another device of the character logs in; the older ones only wait to be told.
    mutating func addDevice(_ character: CharacterID) {
        for index in clients.indices where clients[index].follower.character == character {
            clients[index].isNewest = false
        }
        let follower = ZoneFollower(character, timings: timings, at: clock(.client(0)))
        clients.append(ClientHost(follower: follower))
    }
}
