import ParleyProtocol
import ParleySecurity
import ParleySockets

/// Logins: the authenticator between a hello and a seat.
extension SessionListener {
    /// Lets a player in whose hello fits this server, after the join secret and the authenticator, if
    /// there are such.
    func join(_ hello: ClientHello, over link: PlayerLink) async {
        if let complaint = complaint(aboutSecretOf: hello) {
            return link.end(.refused(complaint))
        }
        guard let authenticator else { return admit(hello, over: link, as: nil) }
        if let complaint = complaint(about: hello) {
            return link.end(.refused(complaint))
        }
        let address = link.connection.remoteAddress
        let deadline = network.clock.now.advanced(by: configuration.loginTimeout)
        logins.append(link, from: link.network, until: deadline)?
            .end(.refused("too many players log in: try again"))
        let login = Login(
            name: hello.name, ticket: hello.ticket, address: address,
            isEncrypted: link.connection.security.isEncrypted)
        let result = await authenticate(login, with: authenticator)
        logins.remove(link)
        // Whoever was cancelled may have failed for that reason alone: the player is told the other one.
        if link.isEnding || Task.isCancelled { return }
        switch result {
        case .success(let account): await replaceEarlier(hello, over: link, as: account)
        case .failure(let refusal): link.end(.refused(refusal.description))
        }
    }

    /// Why a hello is refused by the join secret that it presents; nil if it may come in. The time that
    /// this takes says nothing about the server's secret.
    private func complaint(aboutSecretOf hello: ClientHello) -> String? {
        guard let expected = configuration.joinSecret else { return nil }
        guard let presented = hello.secret.flatMap({ JoinSecret(bytes: $0.bytes) }) else {
            return "this server is for invited players: the invite's secret is missing"
        }
        guard presented == expected else {
            return "this server is for invited players: the invite's secret is not the right one"
        }
        return nil
    }

    /// Why a hello is refused before anybody is asked; nil if it fits.
    private func complaint(about hello: ClientHello) -> String? {
        hello.mismatch(with: configuration.game, schema: configuration.schema)
            ?? PlayerName.complaint(about: hello.name)
    }

    private nonisolated func authenticate(
        _ login: Login, with authenticator: any Authenticator
    ) async -> Result<Account?, JoinRefusal> {
        do {
            return .success(try await authenticator.authenticate(login))
        } catch let refusal as JoinRefusal {
            return .failure(refusal)
        } catch {
            return .failure(JoinRefusal("the login could not be checked"))
        }
    }

    /// Gives a seat to an account. An earlier session of it ends before.
    private func replaceEarlier(
        _ hello: ClientHello, over link: PlayerLink, as account: Account?
    ) async {
        while let account, let earlier = accounts[account] {
            guard let old = sessions[earlier]?.link else {
                removeDisconnected(of: earlier, because: SessionEnding.loggedInElsewhere.reason)
                continue
            }
            old.end(.loggedInElsewhere)
            try? await old.departed.value()
            if link.isEnding || Task.isCancelled { return }
        }
        admit(hello, over: link, as: account)
        if let account, let player = link.player { accounts[account] = player }
    }
}
