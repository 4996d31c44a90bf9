import CBenchmarkBaseline
import ParleyDatagrams
import ParleyProtocol
import ParleySecurity
import TestSupport

/// Loads that would rather stop a game than play it.
enum Attacks {
    /// Forged packets of sessions that there are, with numbers that are due and wrong tags: all that
    /// somebody can send who reads players' packets.
    ///
    /// The sessions come as `session0`, `session1`…
    static func forge(_ arguments: RoleArguments) {
        let sessions = (0..<arguments["clients"]).map {
            SessionNumber(rawValue: UInt32(arguments["session\($0)"]))
        }
        let packets = (0..<4_096).map { index in
            let packet = ForgedPackets.packet(
                Datagram { $0.appendPadding(24) }, of: sessions[index % sessions.count],
                // Ahead of what the player has sent, so that the server has to open it.
                number: UInt64(20_000 + index))
            return DatagramFraming.checksummed.seal(packet).bytes
        }
        let size = packets[0].count
        RoleProcess.ready()
        bench_forge(
            arguments.c("port"), packets.flatMap { $0 }, Int32(packets.count), Int32(size),
            arguments.c("rate"), arguments.c("sockets"))
    }

    /// Connections that say a real ClientHello and then nothing, or with `silent` nothing at all.
    static func strangers(_ arguments: RoleArguments) throws {
        let hello = arguments["silent"] == 1 ? [] : try clientHello()
        RoleProcess.ready()
        bench_strangers(
            arguments.c("port"), arguments.c("networks"), arguments.c("rate"), hello,
            Int32(hello.count))
    }

    /// Many ClientHellos at one moment.
    static func hellosAtOnce(_ arguments: RoleArguments) throws {
        let hello = try clientHello()
        RoleProcess.ready()
        bench_hellos_at_once(
            arguments.c("port"), arguments.c("count"), Int64(arguments["interval"]), hello,
            Int32(hello.count))
    }

    /// The first bytes of a client.
    private static func clientHello() throws -> [UInt8] {
        let identity = try TLSIdentity()
        let engine = try TLSEngine(
            connecting: TLSClientContext(trust: .pin(identity.pin)), host: "localhost", port: 1,
            time: 1_900_000_000)
        var hello: [UInt8] = []
        engine.withOutput { bytes in
            for index in bytes.indices { hello.append(bytes[index]) }
        }
        return hello
    }
}

extension Role {
    /// Those who attack, and those who measure what is left of the game.
    static var attacks: [String: Play] {
        [
            "forge": { Attacks.forge($0) },
            "strangers": { try Attacks.strangers($0) },
            "hellos-at-once": { try Attacks.hellosAtOnce($0) },
            "relay": { Relay.run($0) },
            "parley-newcomers": { try await Newcomers.join($0) },
            "parley-watchers": { try await Watchers.watch($0) },
        ]
    }
}
