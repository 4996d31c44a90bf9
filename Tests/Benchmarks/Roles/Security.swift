import CBenchmarkBaseline
import ParleySecurity

/// What encryption costs, without a network.
enum Security {
    private static let header = 8
    private static let text = 200

    /// Seals the same packet so many times.
    static func seal(_ arguments: RoleArguments) throws {
        let count = UInt64(arguments["iterations"])
        let key = Secret(count: AEADCipher.aes128GCM.keyCount) { _ in }
        let iv = Secret(count: AEADCipher.ivCount) { _ in }
        var sealing = SealingKey(cipher: .aes128GCM, key: key, iv: iv)
        var opening = OpeningKey(cipher: .aes128GCM, key: key, iv: iv)
        var packet = [UInt8](repeating: 0, count: header + text + AEADCipher.tagCount)
        var span = packet.mutableSpan
        let isOpening = arguments["opens"] == 1
        try sealing.seal(&span, headerCount: header, number: 1)
        let sealed = span.span.indices.map { span[$0] }
        let began = bench_now()
        for number in 2..<count + 2 {
            if isOpening {
                for index in sealed.indices { span[index] = sealed[index] }
                guard opening.open(&span, headerCount: header, number: 1) else { return }
            } else {
                try sealing.seal(&span, headerCount: header, number: number)
            }
        }
        RoleProcess.say(["nanoseconds": bench_now() - began, "count": Int64(count)])
    }

    /// Whole handshakes, both ends of them.
    static func handshakes(_ arguments: RoleArguments) throws {
        let identity = try TLSIdentity()
        let server = try TLSServerContext(identity: identity)
        let client = try TLSClientContext(trust: .pin(identity.pin))
        let count = Int64(arguments["iterations"])
        let began = bench_now()
        for _ in 0..<count { try handshake(client, server) }
        RoleProcess.say(["nanoseconds": bench_now() - began, "count": count])
    }

    private static func handshake(_ client: TLSClientContext, _ server: TLSServerContext) throws {
        let accepting = TLSEngine(accepting: server)
        let connecting = try TLSEngine(
            connecting: client, host: "localhost", port: 1, time: 1_900_000_000)
        var scratch = [UInt8](repeating: 0, count: 64)
        var space = scratch.mutableSpan
        while connecting.outputCount + accepting.outputCount > 0 {
            for (from, to) in [(connecting, accepting), (accepting, connecting)] {
                try from.withOutput { bytes in
                    try to.receive(bytes, at: .zero, scratch: &space) { _ in }
                }
                from.consumeOutput(from.outputCount)
            }
        }
        guard connecting.state == .established, accepting.state == .established else {
            throw TLSError.endedInHandshake
        }
    }
}

extension Role {
    /// The sides of encryption.
    static var security: [String: Play] {
        [
            "parley-seal": { try Security.seal($0) },
            "parley-packet": { try PacketCodecs.run($0) },
            "c-packet": { arguments in
                let count = Int64(arguments["iterations"])
                RoleProcess.say([
                    "nanoseconds": bench_seal(count, arguments.c("opens")), "count": count,
                ])
            },
            "parley-handshakes": { try Security.handshakes($0) },
            "c-seal": { arguments in
                let count = Int64(arguments["iterations"])
                RoleProcess.say([
                    "nanoseconds": bench_seal(count, arguments.c("opens")), "count": count,
                ])
            },
            "c-handshakes": { arguments in
                let count = Int64(arguments["iterations"])
                RoleProcess.say(["nanoseconds": bench_handshakes(count), "count": count])
            },
        ]
    }
}
