import ParleyDatagrams
import ParleyHandoff
import ParleySecurity
import ParleySessions
import ParleySockets

/// Links, from the first message to the end.
extension PeerNode {
    /// Serves each accepted connection in a child task of its own.
    func accept(from listener: ConnectionListener) async throws {
        let end = await withDiscardingTaskGroup(returning: CloseReason?.self) { group in
            for await connection in listener.connections {
                group.addTask {
                    await self.serve(PeerLink(connection, isDialled: false), dialled: nil)
                }
            }
            let reason = listener.closeReason
            // At once, and not after the last link: who dials now would find nobody.
            await listener.close()
            return reason
        }
        try Task.checkCancellation()
        if let end { throw end }
    }

    /// Dials a server whenever a link with it is needed, and serves that link.
    func dial(_ place: PeerPlace, with ports: PeerPorts) async throws {
        let limits = configuration.limits
        var pause = limits.firstPause
        while true {
            try await table.need(of: place.name)
            let start = network.clock.now
            do throws(ConnectError) {
                let connection = try await ports.connect(to: place)
                await serve(PeerLink(connection, isDialled: true), dialled: place.name)
            } catch {
                try Task.checkCancellation()
                table.report(.unreachable(place.name, error))
            }
            // A link that lasts as long as the longest pause was a good one.
            if start.duration(to: network.clock.now) > limits.longestPause + limits.connectTimeout {
                pause = limits.firstPause
            }
            try await network.clock.sleep(for: pause)
            pause = min(pause * 2, limits.longestPause)
        }
    }

    /// One link from its first message to its end.
    private func serve(_ link: PeerLink, dialled: PeerName?) async {
        if dialled != nil { try? link.offer(hello) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.endIfUnnamed(link) }
            await read(link, dialled: dialled)
            group.cancelAll()
        }
        let peer = link.peer.current?.name
        if let peer { table.remove(link, with: peer) }
        table.noteEnd(of: peer ?? dialled, await close(link))
    }

    /// Ends a link whose peer does not say who it is.
    private func endIfUnnamed(_ link: PeerLink) async {
        do { try await network.clock.sleep(for: configuration.limits.helloTimeout) } catch {
            return
        }
        if link.peer.current == nil { link.end(.noHello) }
    }

    /// Reads until the link or its connection ends, or the task is cancelled.
    private func read(_ link: PeerLink, dialled: PeerName?) async {
        for await datagram in link.connection.datagrams {
            do throws(PeerLinkEnding) {
                if let hello = link.peer.current, let version = link.version.current {
                    try await receive(datagram, from: hello, in: version)
                } else {
                    try receiveHello(datagram, over: link, dialled: dialled)
                }
            } catch {
                link.end(error)
            }
            if link.ending != nil || Task.isCancelled { return }
        }
    }

    /// Takes the first message of a link: from now on it counts.
    private func receiveHello(
        _ datagram: Datagram, over link: PeerLink, dialled: PeerName?
    ) throws(PeerLinkEnding) {
        let received: PeerHello
        do throws(DatagramError) {
            received = try PeerHello(first: datagram)
        } catch {
            throw .violation(error)
        }
        try check(link.connection.security, says: received.name)
        guard table.contains(received.name) else { throw .unknown(received.name) }
        guard received.name == dialled ?? received.name else { throw .unexpected(received.name) }
        // Also before a refusal, so that both ends can name both versions.
        if dialled == nil { try? link.offer(hello) }
        let version: UInt16
        do throws(PeerVersionError) {
            version = try configuration.versions.version(with: received)
        } catch {
            throw .otherVersion(error)
        }
        link.version.fulfil(version)
        link.peer.fulfil(received)
        offerTerms(over: link, in: version)
        table.add(link, with: received.name)
    }

    /// Says what this server believes that all have in common, where the peer knows such a message.
    private func offerTerms(over link: PeerLink, in version: UInt16) {
        guard let message = configuration.terms?.peerTerms.map(PeerMessage.terms),
            configuration.versions.has(message, in: version), let bytes = try? message.encoded()
        else { return }
        try? link.offer(bytes)
    }

    /// Compares what a peer believes that all have in common.
    private func check(_ terms: PeerTerms, of peer: PeerName) throws(PeerLinkEnding) {
        let roles = (configuration.name.role, peer.role)
        guard let own = configuration.terms else { return }
        let isOperator = roles.0 == .supervisor || roles.1 == .supervisor
        let differences = own.differences(from: terms, of: isOperator ? .supervisor : roles.1)
        table.note(differences, of: peer)
        let dangerous = differences.first { $0.isDangerous(between: roles.0, and: roles.1) }
        if let dangerous { throw .otherLease(dangerous) }
    }

    /// Compares a peer's name with its certificate.
    private func check(
        _ security: ConnectionSecurity, says name: PeerName
    ) throws(PeerLinkEnding) {
        switch (configuration.security, security) {
        case (.none, _): return
        case (.realm, .tls(let peer)) where peer.name == "\(name)": return
        case (.realm, .tls(let peer)): throw .otherCertificate(peer.name)
        case (.realm, .none): throw .otherCertificate(nil)
        }
    }

    /// Takes any later message.
    private func receive(
        _ datagram: Datagram, from peer: PeerHello, in version: UInt16
    ) async throws(PeerLinkEnding) {
        let message: PeerMessage
        do throws(DatagramError) {
            message = try PeerMessage(
                decoding: datagram, from: peer.name.role, to: configuration.name.role)
            guard configuration.versions.has(message, in: version) else {
                throw .invalidValue(
                    expected: "a message of version \(version)",
                    found: message.kind.map { "\($0)" } ?? "", offset: 0)
            }
            if case .hello(let hello) = message {
                guard hello != peer else { return }
                throw .invalidValue(
                    expected: "the hello of \(peer.name) again", found: "\(hello.name)", offset: 0)
            }
        } catch {
            throw .violation(error)
        }
        if case .terms(let terms) = message { return try check(terms, of: peer.name) }
        table.countReceived()
        await inbox.deliver(
            ReceivedPeerMessage(sender: peer.name, message: message), byteCount: datagram.count)
    }

    /// Closes the connection of a link that is read no more; returns why it ended.
    private func close(_ link: PeerLink) async -> PeerLinkEnding {
        if let ending = link.ending {
            switch ending {
            // A server of another version, or with another lease, gets the message that says so.
            case .otherVersion, .otherLease: await link.connection.close(within: Self.farewell)
            default: await link.connection.abort()
            }
            return ending
        }
        if !Task.isCancelled, let reason = await link.connection.terminated() {
            return .closed(reason)
        }
        await link.connection.close(within: Self.farewell)
        return .stopped
    }
}
