import Parley

extension Role {
    /// Parley's sides, written as the README tells its users to write a program.
    static var parley: [String: Play] {
        [
            "parley-udp-receive": { try await ParleyUDP.receive($0) },
            "parley-udp-receive-shared": { try await ParleyUDP.receiveShared($0) },
            "parley-udp-fan-out": { try await ParleyUDP.fanOut($0) },
            "parley-udp-echo": { try await ParleyUDP.echo($0) },
            "parley-udp-ping": { try await ParleyUDP.ping($0) },
            "parley-tcp-receive": { try await ParleyTCP.receive($0) },
            "parley-tcp-send": { try await ParleyTCP.send($0) },
            "parley-tcp-echo": { try await ParleyTCP.echo($0) },
            "parley-tcp-ping": { try await ParleyTCP.ping($0) },
            "parley-accept-close": { try await ParleyConnections.acceptAndClose($0) },
            "parley-hold": { try await ParleyConnections.hold($0) },
            "parley-hold-sessions": { try await IdleSessions.serve($0) },
            "parley-stay": { try await IdleSessions.play($0) },
            "parley-one-to-all": { try await ParleyConnections.oneToAll($0) },
            "parley-codec": { try Codec.run($0) },
            "parley-rays": { Collisions.rays($0) },
            "parley-moves": { Collisions.moves($0) },
            "parley-replication": { Replication.crowd($0) },
            "parley-cubes": { try Replication.cubes($0) },
            "parley-late-join": { try Replication.lateJoin($0) },
            "parley-ticks": { try await TickServer.serve($0) },
            "parley-players": { try await TickServer.play($0) },
            "parley-play": { try await PlayServer.serve($0) },
            "parley-play-load": { try await PlayLoad.play($0) },
        ]
    }
}

/// Runs `body` in a child task, where the README has its users' loops. In an actor's method, or in
/// the closure of `run`, each `for await` asks the runtime twice where it is.
func inChildTask(_ body: @escaping @concurrent @Sendable () async throws -> Void) async throws {
    try await withThrowingDiscardingTaskGroup { group in
        group.addTask { try await body() }
    }
}

extension RoleArguments {
    /// One loop, which spins for a millisecond before it sleeps where that is asked for.
    var network: SystemNetwork {
        SystemNetwork(spinning: self["spins"] != 0 ? .milliseconds(1) : .zero)
    }

    var port: UInt16 { UInt16(self["port"]) }
    var interval: Duration { .nanoseconds(self["interval"]) }
    var duration: Duration { .nanoseconds(self["duration"]) }
}
