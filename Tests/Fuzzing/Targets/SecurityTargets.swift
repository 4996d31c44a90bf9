import ParleySecurity

extension FuzzTarget {
    /// Invites as players paste them.
    static let invites = FuzzTarget("invites", corpus: inviteCorpus) { input in
        let text = String(decoding: input, as: UTF8.self)
        guard let invite = try decoded({ () throws(InviteError) in try Invite(text) }) else {
            return
        }
        try expect(invite.port > 0 && !invite.host.isEmpty, "“\(text)” leads nowhere")
        let again = try decoded { () throws(InviteError) in try Invite(invite.text) }
        try expect(again == invite, "\(invite) is not itself again")
    }

    private static let inviteCorpus = [
        "parley:example.org:9099#abcdefghijklmnopqrstuvwxy4",
        "parley:10.0.0.7:1#ABCDEFGHIJKLMNOPQRSTUVWXY4.7777777777777777777777777q",
        "parley:[2001:db8::1]:65535#abcdefghijklmnopqrstuvwxy4",
    ].map { Array($0.utf8) }

    /// Files of known servers.
    static let knownServers = FuzzTarget("known-servers", corpus: knownServersCorpus) { input in
        guard let servers = KnownServers(text: String(decoding: input, as: UTF8.self)) else {
            return
        }
        try expect(KnownServers(text: servers.text) == servers, "its file is not itself again")
    }

    private static let knownServersCorpus = [
        "", "# mine\nlan:9099 abcdefghijklmnopqrstuvwxy4\n",
        "[::1]:1 abcdefghijklmnopqrstuvwxy4\n\nh:2 ABCDEFGHIJKLMNOPQRSTUVWXY4",
    ].map { Array($0.utf8) }

    /// Certificates and keys in PEM, in one file. OpenSSL decodes each of them several times over.
    static let identities = FuzzTarget(
        "identities", share: 2, workspace: 2 << 20, corpus: identityCorpus
    ) { input in
        let identity = try decoded { () throws(TLSIdentityError) in
            try TLSIdentity(certificates: input.span, key: input.span)
        }
        guard let identity else { return }
        let pem = Array(identity.certificatesPEM.utf8)
        try expect(pem.count > 100, "its certificate is lost")
    }

    private static let identityCorpus: [[UInt8]] = {
        let new = try? TLSIdentity()
        return [new?.withPEM { pem in pem.indices.map { pem[$0] } } ?? []]
    }()

    /// What a server gets before it knows anything of its peer.
    static let clientHellos = FuzzTarget(
        "client-hellos", share: 2, workspace: 1 << 20, corpus: helloCorpus
    ) { input in
        guard let context = serverContext else { throw Finding(description: "no identity") }
        let engine = TLSEngine(accepting: context)
        var scratch = [UInt8](repeating: 0, count: 1_024)
        var isRefused = false
        var space = scratch.mutableSpan
        _ = try decoded { () throws(TLSError) in
            do throws(TLSError) {
                try engine.receive(input.span, at: .zero, scratch: &space) { _ in }
            } catch {
                isRefused = true
                throw error
            }
        }
        try expect(engine.state != .established, "damaged input completed a handshake")
        try expect(
            isRefused || engine.state == .handshaking, "it is neither refused nor waited for")
    }

    private static let serverContext: TLSServerContext? =
        (try? TLSIdentity()).flatMap { try? TLSServerContext(identity: $0) }

    private static let helloCorpus: [[UInt8]] = {
        guard let pin = PublicKeyPin("abcdefghijklmnopqrstuvwxy4"),
            let context = try? TLSClientContext(trust: .pin(pin)),
            let engine = try? TLSEngine(
                connecting: context, host: "localhost", port: 1, time: 1_900_000_000)
        else { return [] }
        let hello = engine.withOutput { bytes in bytes.indices.map { bytes[$0] } }
        return [hello, Array(hello.dropLast(10)), Array("GET / HTTP/1.1\r\n\r\n".utf8)]
    }()
}
