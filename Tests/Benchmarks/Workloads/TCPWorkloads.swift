import Foundation

extension Workload {
    /// One way, as fast as both ends go.
    static var tcpOneWay: [Workload] {
        [32, 256].map { size in
            func side(
                _ receiver: @escaping () throws -> Child,
                _ sender: @escaping (_ port: Int) throws -> Child
            ) -> (Pace) throws -> Figures {
                { pace in
                    let receiver = try receiver()
                    defer { receiver.end() }
                    let sender = try sender(try receiver.port())
                    defer { sender.end() }
                    _ = try sender.port()
                    return try receiver.measure(pace)
                }
            }
            func side(_ way: String) -> (Pace) throws -> Figures {
                side({ try Child("\(way)-tcp-receive", processor: 0) }) { port in
                    try Child("\(way)-tcp-send", processor: 1, ["port": port, "size": size])
                }
            }
            // Into raw C: Panda3D's own reader drops datagrams beyond its queue of 100,000.
            let panda = side({ try Child("c-tcp-receive", processor: 0) }) { port in
                try Panda.child("tcp_send.py", processor: 1, [port, size])
            }
            let name = "tcp-one-way-\(size)"
            return Workload(
                name, parley: side("parley"), baselines: [.c(side("c"))] + Panda.side(panda),
                rows: [
                    Row(
                        name: name, figure: "rate", unit: "datagrams/s", isBetterWhen: .higher,
                        target: 0.5),
                    Row(
                        name: name, figure: "rate", unit: "datagrams/s", isBetterWhen: .higher,
                        baseline: Panda.name, target: size == 32 ? 10 : nil),
                ])
        }
    }

    /// One way over an encrypted connection, beside a plain one of Parley's.
    static var tlsOneWay: Workload {
        func side(isSealed: Bool) -> (Pace) throws -> Figures {
            { pace in
                let isSealed = isSealed ? 1 : 0
                let receiver = try Child(
                    "parley-tcp-receive", processor: 0, ["sealed": isSealed])
                defer { receiver.end() }
                let sender = try Child(
                    "parley-tcp-send", processor: 1,
                    ["port": try receiver.port(), "size": 32, "sealed": isSealed])
                defer { sender.end() }
                _ = try sender.port()
                return try receiver.measure(pace)
            }
        }
        return Workload(
            "tls-one-way-32", parley: side(isSealed: true),
            baselines: [Side(name: "plain", run: side(isSealed: false))],
            rows: [
                Row(
                    name: "tls-one-way-32", figure: "rate", unit: "datagrams/s",
                    isBetterWhen: .higher, baseline: "plain", target: 0.6)
            ])
    }

    /// One in flight between two processes that both sleep in between, or both spin.
    static var pingPong: [Workload] {
        ["udp", "tcp"].map { pingPong($0, spins: false) }
            + ["udp", "tcp"].map { pingPong($0, spins: true) }
    }

    private static func pingPong(_ kind: String, spins: Bool) -> Workload {
        let spinning = ["spins": spins ? 1 : 0]
        func side(
            _ server: @escaping (_ arguments: [String: Int]) throws -> Child,
            _ client: @escaping (_ arguments: [String: Int]) throws -> Child
        ) -> (Pace) throws -> Figures {
            { pace in
                let server = try server(spinning)
                defer { server.end() }
                let arguments = [
                    "port": try server.port(), "tcp": kind == "tcp" ? 1 : 0, "size": 32,
                    "duration": pace.nanoseconds,
                ]
                let client = try client(arguments.merging(spinning) { first, _ in first })
                defer { client.end() }
                return try client.answer().mapValues { $0 / 1000 }
            }
        }
        let parley = side({ try Child("parley-\(kind)-echo", processor: 0, $0) }) {
            try Child("parley-\(kind)-ping", processor: 1, $0)
        }
        let c = side({ try Child("c-\(kind)-echo", processor: 0, $0) }) {
            try Child("c-ping", processor: 1, $0)
        }
        let panda = side({ _ in try Panda.child("tcp_echo.py", processor: 0) }) { arguments in
            try Panda.child(
                "tcp_ping.py", processor: 1,
                [arguments["port"] ?? 0, arguments["size"] ?? 0, arguments["duration"] ?? 0])
        }
        let name = "ping-pong-\(kind)" + (spins ? "-spinning" : "")
        func row(_ figure: String, _ baseline: String, _ target: Double?) -> Row {
            Row(
                name: "\(name) \(figure)", figure: figure, unit: "µs", baseline: baseline,
                target: target)
        }
        let target = spins ? 1.6 : 1.15
        return Workload(
            name, parley: parley,
            baselines: [.c(c)] + (kind == "tcp" && !spins ? Panda.side(panda) : []),
            rows: [
                row("median", "raw C", target), row("p99", "raw C", target),
                row("median", Panda.name, nil), row("p99", Panda.name, nil),
            ])
    }
}
