import ParleyProtocol
import ParleySockets
import Synchronization

/// Letting players in.
extension SessionListener {
    /// Gives a seat to a player whose hello fits this server. The world is asked at the next tick.
    ///
    /// - Parameter account: Whom the authenticator knows the player as; nil for a guest.
    func admit(
        _ hello: ClientHello, over link: PlayerLink, as account: Account?
    ) {
        let mismatch = hello.mismatch(with: configuration.game, schema: configuration.schema)
        if let complaint = mismatch ?? complaint(aboutPlayersOf: link.network) {
            return link.end(.refused(complaint))
        }
        if PlayerName.complaint(about: hello.name) == nil { makeRoom() }
        do {
            let now = network.clock.now
            let tickRate = Int(configuration.cadence.tickRate)
            let serverRandom = SessionRandom(using: &random)
            let isEncrypted = link.connection.security.isEncrypted
            let player = try reception.withLock { (reception) throws(JoinRefusal) in
                let player = try reception.table.admit(name: hello.name, at: now) { session in
                    PacketLink(
                        server: session,
                        protection: PacketProtection(
                            isEncrypted: isEncrypted, session: session,
                            clientRandom: hello.random, serverRandom: serverRandom),
                        maximumFailures: configuration.playerLimits.failedOpenings,
                        at: now)
                }
                if hello.schema != nil {
                    reception.table.predict(
                        player.id, tickRate: tickRate, after: reception.tick, at: now)
                }
                return player
            }
            guard let packets = reception.withLock({ $0.table.link(of: player.id) }) else { return }
            packets.useTunnel(link.connection)
            sessions[player.id] = PlayerSession(
                player: player, packets: packets, random: serverRandom,
                secret: ResumeSecret(using: &random), network: link.network, link: link,
                sent: ResendTail(maximumBytes: configuration.resendBytes))
            sessions[player.id]?.account = account
            joining.append(
                SessionJoin(
                    player: player, payload: hello.join, account: account,
                    address: link.connection.remoteAddress, isEncrypted: isEncrypted))
            link.player = player.id
        } catch {
            link.end(.refused(error.description))
        }
    }

    /// Why another player of a network is refused; nil if the network has fewer than it may.
    private func complaint(aboutPlayersOf network: SocketAddress?) -> String? {
        guard let network, let limit = configuration.maximumPlayersPerNetwork,
            sessions.values.count(where: { $0.network == network }) >= limit
        else { return nil }
        return "this network has \(limit) players, which is the limit"
    }

    /// Welcomes a player whom the world let in, unless the player has left meanwhile.
    func welcome(_ id: PlayerID) {
        let reason = entering.removeValue(forKey: id) ?? nil
        guard var session = sessions[id] else {
            leaving.append(Departure(player: id, reason: reason ?? .connectionLost))
            return
        }
        let welcome = ServerWelcome(
            player: id, session: session.packets.session, random: session.random,
            cipher: PacketProtection.number(isEncrypted: session.isEncrypted),
            secret: session.secret, udpPort: udpPort,
            tickRate: UInt16(configuration.cadence.tickRate),
            snapshotRate: UInt16(configuration.cadence.snapshotRate), name: session.player.name)
        session.joined = network.clock.now
        hasRequests = true
        sessions[id] = session
        report(.joined(session.player))
        // A name is 32 bytes at most, so encoding a welcome does not fail.
        if let message = try? ServerMessage.welcome(encoding: welcome) {
            session.packets.sendWelcome(at: network.clock.now)
            session.link?.post(message)
        }
    }

    /// Tells a player that the world has refused.
    func refuse(_ id: PlayerID, because text: String) {
        entering[id] = nil
        sessions[id]?.link?.end(.refused(text))
    }

    /// Counts and reports a connection that is not let in.
    func noteRefusal(of link: PlayerLink, _ goodbye: Goodbye) {
        counters.refusals += 1
        report(.refused(link.connection.remoteAddress, goodbye))
    }
}
