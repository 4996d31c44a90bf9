import Foundation

extension Workload {
    // MARK: Receiving

    static var udpReceive: [Workload] {
        [32, 200, 1200].flatMap { size in
            [
                // 16 senders with 16 datagrams each, 400 times a second: wake-ups find many.
                udpReceive(
                    "udp-receive-\(size)-burst", target: 1.2,
                    load: ["size": size, "senders": 16, "group": 16, "interval": 2_500_000]),
                // 3 senders with one each, 10,000 times a second: wake-ups find a few.
                udpReceive(
                    "udp-receive-\(size)-trickle", target: 1.5,
                    load: ["size": size, "senders": 3, "group": 1, "interval": 100_000]),
            ]
        }
    }

    private static func udpReceive(_ name: String, target: Double, load: [String: Int]) -> Workload
    {
        func side(_ role: String) -> (Pace) throws -> Figures {
            { pace in
                let receiver = try Child(role, processor: 0)
                defer { receiver.end() }
                let load = load.merging(["port": try receiver.port()]) { $1 }
                let sender = try Child("c-udp-load", processor: 1, load)
                defer { sender.end() }
                _ = try sender.port()
                return try receiver.measure(pace)
            }
        }
        return Workload(
            name, parley: side("parley-udp-receive"), baselines: [.c(side("c-udp-receive"))],
            rows: [Row(name: name, figure: "cpu", unit: "µs CPU/datagram", target: target)])
    }

    // MARK: Sending

    static var udpFanOut: [Workload] {
        [200, 1_000, 5_000].map { count in
            func side(_ role: String) -> (Pace) throws -> Figures {
                { pace in
                    let sink = try Child("c-udp-sink", processor: 1)
                    defer { sink.end() }
                    let sender = try Child(
                        role, processor: 0,
                        [
                            "port": try sink.port(), "addresses": count, "size": 200,
                            "interval": 2_000_000 + count * 6_000,
                        ])
                    defer { sender.end() }
                    _ = try sender.port()
                    return try sender.measure(pace)
                }
            }
            let name = "udp-fan-out-\(count)"
            return Workload(
                name, parley: side("parley-udp-fan-out"), baselines: [.c(side("c-udp-fan-out"))],
                rows: [Row(name: name, figure: "cpu", unit: "µs CPU/datagram", target: 1.15)])
        }
    }
}
