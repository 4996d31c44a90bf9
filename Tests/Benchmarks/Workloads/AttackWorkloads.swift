import CBenchmarkBaseline

extension Workload {
    /// Begins an attack on a port, by somebody who knows the numbers of the sessions there.
    private typealias Attack = (_ port: Int, _ sessions: [String: Double]) throws -> Child

    /// What others notice of an attack.
    static var attacks: [Workload] {
        [
            attackedTicks(
                "forged", "forged from one socket", target: 2
            ) { port, sessions in
                try forge(port, sessions, sockets: 1)
            },
            attackedTicks(
                "forged-addresses", "forged from 64 addresses", target: 2
            ) { port, sessions in
                try forge(port, sessions, sockets: 64)
            },
            attackedTicks(
                "stalled-hellos", "500 stalled ClientHellos/s", target: 2
            ) { port, _ in
                try Child(
                    "strangers", processor: 1, ["port": port, "rate": 500, "networks": 250])
            },
            attackedTicks(
                "hellos-at-once", "256 ClientHellos at once", worstTarget: 4
            ) { port, _ in
                try Child(
                    "hellos-at-once", processor: 1,
                    ["port": port, "count": 256, "interval": 500_000_000])
            },
            gettingIn("strangers", isSealed: true), gettingIn("plain-strangers", isSealed: false),
        ]
    }

    private static func forge(
        _ port: Int, _ sessions: [String: Double], sockets: Int
    ) throws -> Child {
        var arguments = sessions.mapValues { Int($0) }
        // Beside the sessions there is the load's own port.
        arguments["clients"] = sessions.count - 1
        arguments["port"] = port
        arguments["rate"] = 50_000
        arguments["sockets"] = sockets
        return try Child("forge", processor: 1, arguments)
    }

    /// How late the ticks of a server with 100 players are, in calm and under an attack.
    private static func attackedTicks(
        _ name: String, _ title: String, target: Double? = nil, worstTarget: Double? = nil,
        _ attack: @escaping Attack
    ) -> Workload {
        func own(_ name: String, _ figure: String, _ unit: String, _ target: Double?) -> Row {
            Row(
                name: "\(title), \(name)", figure: figure, unit: unit, baseline: nil,
                target: target)
        }
        return Workload(
            name, parley: { try ticks($0, under: attack) },
            baselines: [Side(name: "calm") { try ticks($0, under: nil) }],
            rows: [
                own("ticks p90", "late90", "ms late", nil),
                own("ticks p99", "late99", "ms late", target),
                own("worst tick", "worst", "ms late", worstTarget),
                Row(
                    name: "\(title), ticks p99", figure: "late99", unit: "ms late",
                    baseline: "calm"),
                Row(
                    name: "\(title), worst tick", figure: "worst", unit: "ms late",
                    baseline: "calm"),
                own("load", "load", "% of a core", nil),
                own("sent", "attacks", "/s", nil),
                own("stolen by the host", "stolen", "% of a core", nil),
            ])
    }

    private static func ticks(
        _ pace: Pace, under attack: Attack?
    ) throws -> Figures {
        let players = pace.reduction == 1 ? 100 : 20
        let server = try Child(
            "parley-play", processor: -1,
            [
                "clients": players, "sealed": 1, "strict": 1,
                "warmUp": Int((pace.warmUp + 0.3) * 1e9), "duration": 5 * pace.nanoseconds,
            ])
        defer { server.end() }
        let port = try server.port()
        let load = try Child(
            "parley-play-load", processor: 1, ["port": port, "clients": players, "sealed": 1])
        defer { load.end() }
        let attacker = try attack?(port, try load.answer())
        defer { attacker?.end() }
        _ = try attacker?.port()
        let before = (try server.sample(), try attacker?.sample(), bench_stolen())
        let steps = try server.answer()
        let after = (try server.sample(), try attacker?.sample(), bench_stolen())
        let span = after.0.wall - before.0.wall
        return [
            "late90": (steps["late90"] ?? .nan) / 1e6, "late99": (steps["late99"] ?? .nan) / 1e6,
            "worst": (steps["worst"] ?? .nan) / 1e6,
            "stolen": Double(after.2 - before.2) / 1e9 / span * 100,
            "load": (after.0.cpu - before.0.cpu) / span * 100,
            "attacks": ((after.1?.count ?? 0) - (before.1?.count ?? 0)) / span,
        ]
    }

    /// Who gets in while 3,000 strangers a second connect from another network and say nothing.
    private static func gettingIn(_ name: String, isSealed: Bool) -> Workload {
        let title = isSealed ? "3,000 strangers/s" : "3,000 strangers/s, plain"
        return Workload(
            name,
            parley: { pace in
                let players = pace.reduction == 1 ? 20 : 5
                let sealed = isSealed ? 1 : 0
                let server = try Child(
                    "parley-play", processor: 0, ["clients": 100, "sealed": sealed, "strict": 1])
                defer { server.end() }
                let port = try server.port()
                let strangers = try Child(
                    "strangers", processor: 1,
                    ["port": port, "rate": 3_000, "networks": 1, "silent": 1])
                defer { strangers.end() }
                _ = try strangers.port()
                bench_sleep_until(bench_now() + Int64(pace.nanoseconds))
                let before = try strangers.sample()
                let newcomers = try Child(
                    "parley-newcomers", processor: 1,
                    ["port": port, "players": players, "sealed": sealed])
                defer { newcomers.end() }
                _ = try newcomers.port()
                let times = try newcomers.answer()
                let after = try strangers.sample()
                return [
                    "joined": (times["joined"] ?? .nan) / Double(players) * 20,
                    "median": (times["median"] ?? .nan) / 1e6,
                    "longest": (times["longest"] ?? .nan) / 1e6,
                    "strangers": (after.count - before.count) / (after.wall - before.wall),
                ]
            },
            rows: [
                Row(
                    name: "\(title), who gets in", figure: "joined", unit: "of 20",
                    isBetterWhen: .higher, baseline: nil, target: 20),
                Row(name: "\(title), median", figure: "median", unit: "ms", baseline: nil),
                Row(name: "\(title), longest", figure: "longest", unit: "ms", baseline: nil),
                Row(name: "\(title), came", figure: "strangers", unit: "/s", baseline: nil),
            ])
    }
}
