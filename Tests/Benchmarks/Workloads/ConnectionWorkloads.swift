import Foundation

extension Workload {
    static var acceptAndClose: Workload {
        func side(_ server: @escaping () throws -> Child) -> (Pace) throws -> Figures {
            { pace in
                let server = try server()
                defer { server.end() }
                let clients = try Child(
                    "c-connect-load", processor: 1,
                    ["port": try server.port(), "inFlight": 64])
                defer { clients.end() }
                _ = try clients.port()
                return try server.measure(pace)
            }
        }
        func row(_ baseline: String, _ target: Double) -> Row {
            Row(
                name: "accept-close", figure: "rate", unit: "connections/s",
                isBetterWhen: .higher, baseline: baseline, target: target)
        }
        return Workload(
            "accept-close", parley: side { try Child("parley-accept-close", processor: 0) },
            baselines: [.c(side { try Child("c-accept-close", processor: 0) })]
                + Panda.side(side { try Panda.child("accept.py", processor: 0) }),
            rows: [
                row("raw C", 0.7), row(Panda.name, 2),
                Row(name: "accept-close CPU", figure: "cpu", unit: "µs CPU/connection"),
                Row(
                    name: "accept-close CPU", figure: "cpu", unit: "µs CPU/connection",
                    baseline: Panda.name),
            ])
    }

    /// 10,000 connections on which nothing happens.
    static var idle: Workload {
        Workload(
            "idle",
            parley: { pace in
                let clients = 10_000 / pace.reduction
                let server = try Child("parley-hold", processor: 0)
                defer { server.end() }
                let port = try server.port()
                let before = try server.sample()
                let sink = try Child(
                    "c-tcp-sink", processor: 1, ["port": port, "clients": clients])
                defer { sink.end() }
                _ = try sink.port()
                let connected = try waitUntilCounted(clients, by: server)
                Thread.sleep(forTimeInterval: pace.duration)
                let after = try server.sample()
                return [
                    "memory": (after.memory - before.memory) / Double(clients) / 1024,
                    "load": (after.cpu - connected.cpu) / (after.wall - connected.wall) * 100,
                ]
            },
            rows: [
                Row(
                    name: "idle-10000 memory", figure: "memory", unit: "KiB/connection",
                    baseline: nil, target: 2.5),
                Row(
                    name: "idle-10000 load", figure: "load", unit: "% of a core", baseline: nil,
                    target: 1),
            ])
    }

    private static func waitUntilCounted(_ count: Int, by server: Child) throws -> Sample {
        for _ in 0..<2_400 {
            let sample = try server.sample()
            if sample.count >= Double(count) { return sample }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw ChildFailure("not all clients were accepted")
    }

    /// 20 times a second, 200 bytes to each of 1,000 clients.
    static var oneToAll: Workload {
        func side(
            _ server: @escaping (_ arguments: [String: Int]) throws -> Child
        ) -> (Pace) throws -> Figures {
            { pace in
                let server = try server(["clients": 1_000, "size": 200, "interval": 50_000_000])
                let sink = try Child(
                    "c-tcp-sink", processor: 1, ["port": try server.port(), "clients": 1_000])
                defer {
                    // The side first that would find the other gone.
                    server.end()
                    sink.end()
                }
                _ = try sink.port()
                return try server.measure(pace)
            }
        }
        func row(_ baseline: String, _ target: Double) -> Row {
            Row(
                name: "one-to-all", figure: "cpu", unit: "µs CPU/datagram", baseline: baseline,
                target: target)
        }
        return Workload(
            "one-to-all", parley: side { try Child("parley-one-to-all", processor: 0, $0) },
            baselines: [.c(side { try Child("c-one-to-all", processor: 0, $0) })]
                + Panda.side(side { _ in try Panda.child("one_to_all.py", processor: 0) }),
            rows: [row("raw C", 1.3), row(Panda.name, 1)])
    }
}
