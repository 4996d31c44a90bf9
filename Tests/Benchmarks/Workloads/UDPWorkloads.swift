import Foundation

extension Workload {
    // MARK: Receiving

    static var udpReceive: [Workload] {
        [32, 200, 1200].flatMap { [receiveBursts(size: $0), receiveTrickle(size: $0)] }
            + [receiveJoined, receiveShared]
    }

    /// 48 datagrams, 3 from each of 16 senders, a thousand times a second. Sender and receiver share
    /// a processor, so that each wake-up finds all of them and neither side can race the other.
    private static func receiveBursts(size: Int) -> Workload {
        udpReceive(
            "udp-receive-\(size)-burst", target: 1.2, sharesProcessor: true,
            load: ["size": size, "senders": 16, "group": 3, "interval": 1_000_000])
    }

    /// One from each of 3 senders, 10,000 times a second: each wake-up finds a few.
    private static func receiveTrickle(size: Int) -> Workload {
        udpReceive(
            "udp-receive-\(size)-trickle", target: 1.5,
            load: ["size": size, "senders": 3, "group": 1, "interval": 100_000])
    }

    /// 48 from one sender that uses UDP_SEGMENT, 4,000 times a second.
    private static var receiveJoined: Workload {
        udpReceive(
            "udp-receive-200-joined", target: 1.5, baseline: "c-udp-receive-joined",
            sharesProcessor: true,
            load: ["size": 200, "senders": 1, "group": 48, "joined": 1, "interval": 250_000])
    }

    /// Two loops that share a port, beside one loop, under the same load from 16 peers.
    private static var receiveShared: Workload {
        func side(loops: Int) -> (Pace) throws -> Figures {
            { pace in
                let receiver = try Child(
                    "parley-udp-receive-shared", processor: -1, ["loops": loops])
                defer { receiver.end() }
                let sender = try Child(
                    "c-udp-load", processor: 1,
                    [
                        "port": try receiver.port(), "size": 200, "senders": 16, "group": 1,
                        "interval": 250_000,
                    ])
                defer { sender.end() }
                _ = try sender.port()
                return try receiver.measure(pace)
            }
        }
        let one = Side(name: "one loop", run: side(loops: 1))
        return Workload(
            "udp-receive-200-two-loops", parley: side(loops: 2), baselines: [one],
            rows: [
                Row(
                    name: "udp-receive-200-two-loops", figure: "cpu", unit: "µs CPU/datagram",
                    baseline: one.name),
                Row(
                    name: "udp-receive-200-two-loops", figure: "rate", unit: "datagrams/s",
                    isBetterWhen: .higher, baseline: one.name),
            ])
    }

    private static func udpReceive(
        _ name: String, target: Double, baseline: String = "c-udp-receive",
        sharesProcessor: Bool = false, load: [String: Int]
    ) -> Workload {
        func side(_ role: String) -> (Pace) throws -> Figures {
            { pace in
                let receiver = try Child(
                    role, processor: 0, ["yields": sharesProcessor ? 1 : 0])
                defer { receiver.end() }
                let load = load.merging(["port": try receiver.port()]) { $1 }
                let sender = try Child("c-udp-load", processor: sharesProcessor ? 0 : 1, load)
                defer { sender.end() }
                _ = try sender.port()
                return try receiver.measure(pace)
            }
        }
        return Workload(
            name, parley: side("parley-udp-receive"), baselines: [.c(side(baseline))],
            rows: [Row(name: name, figure: "cpu", unit: "µs CPU/datagram", target: target)])
    }

    // MARK: Sending

    static var udpFanOut: [Workload] {
        [200, 1_000, 5_000].map {
            fanOut("udp-fan-out-\($0)", addresses: $0, each: 1, target: 1.15)
        } + [fanOut("udp-fan-out-100-by-8", addresses: 100, each: 8, target: 1 / 3)]
    }

    /// 200 bytes, different each time, `each` in a row to each address. The baseline never joins
    /// them.
    private static func fanOut(
        _ name: String, addresses: Int, each: Int, target: Double
    ) -> Workload {
        func side(_ role: String) -> (Pace) throws -> Figures {
            { pace in
                let sink = try Child("c-udp-sink", processor: 1)
                defer { sink.end() }
                let sender = try Child(
                    role, processor: 0,
                    [
                        "port": try sink.port(), "addresses": addresses, "each": each,
                        "size": 200, "interval": 2_000_000 + addresses * each * 6_000,
                    ])
                defer { sender.end() }
                _ = try sender.port()
                return try sender.measure(pace)
            }
        }
        return Workload(
            name, parley: side("parley-udp-fan-out"), baselines: [.c(side("c-udp-fan-out"))],
            rows: [Row(name: name, figure: "cpu", unit: "µs CPU/datagram", target: target)])
    }
}
