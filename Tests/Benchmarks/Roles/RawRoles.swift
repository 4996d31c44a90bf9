import CBenchmarkBaseline

extension Role {
    /// The sides written in C: baselines, loads and sinks.
    static var raw: [String: Play] {
        [
            "c-udp-receive": { _ in bench_udp_receive(udp()) },
            "c-udp-receive-joined": { _ in bench_udp_receive_joined(udp()) },
            "c-udp-fan-out": { arguments in
                RoleProcess.ready()
                bench_udp_fan_out(
                    arguments.c("port"), arguments.c("addresses"), arguments.c("each"),
                    arguments.c("size"),
                    Int64(arguments["interval"]))
            },
            "c-udp-echo": { bench_udp_echo(udp(), $0.c("spins")) },
            "c-tcp-receive": { _ in bench_tcp_receive(listener()) },
            "c-tcp-send": { arguments in
                RoleProcess.ready()
                // As much a write as Parley's `send` gathers: its watermark.
                bench_tcp_send(arguments.c("port"), arguments.c("size"), 256 << 10)
            },
            "c-tcp-echo": { bench_tcp_echo(listener(), $0.c("spins")) },
            "c-accept-close": { _ in bench_accept_close(listener()) },
            "c-one-to-all": { arguments in
                bench_one_to_all(
                    listener(), arguments.c("clients"), arguments.c("size"),
                    Int64(arguments["interval"]))
            },
            "c-ping": { ping($0) },
            "c-codec": { arguments in
                let count = Int64(arguments["iterations"])
                RoleProcess.say(["nanoseconds": bench_codec(count), "count": count])
            },
            "c-replication": { arguments in
                // As many bytes as the words of a walker.
                let pair = bench_replication(
                    Int32(CrowdScene.walkerCount), 24, 100, arguments.c("rounds"))
                RoleProcess.say(["pair": Int64(pair * Replication.parts)])
            },
            "c-rays": { arguments in
                let count = Int64(arguments["iterations"])
                RoleProcess.say(["nanoseconds": bench_rays(count), "count": count])
            },
            "c-moves": { arguments in
                let count = Int64(arguments["iterations"])
                RoleProcess.say(["nanoseconds": bench_moves(count), "count": count])
            },
            "c-ticks": { ticks($0) },
            "c-play": { arguments in
                bench_play(
                    udp(), arguments.c("clients"), arguments.c("size"),
                    Int64(arguments["interval"]), Int64(arguments["pause"]))
            },
            "c-udp-load": { arguments in
                RoleProcess.ready()
                bench_udp_load(
                    arguments.c("port"), arguments.c("size"), arguments.c("senders"),
                    arguments.c("group"), arguments.c("joined"), Int64(arguments["interval"]))
            },
            "c-udp-sink": { _ in bench_udp_sink(udp()) },
            "c-tcp-window": { arguments in
                RoleProcess.ready()
                bench_tcp_window(arguments.c("port"), arguments.c("size"), arguments.c("window"))
            },
            "c-connect-load": { arguments in
                RoleProcess.ready()
                bench_connect_load(arguments.c("port"), arguments.c("inFlight"))
            },
            "c-tcp-sink": { arguments in
                let clients = bench_connect_many(arguments.c("port"), arguments.c("clients"))
                RoleProcess.ready()
                bench_tcp_sink(clients, arguments.c("clients"))
            },
        ]
    }

    private static func udp() -> Int32 {
        let descriptor = bench_udp_open()
        RoleProcess.ready(port: UInt16(bench_port(descriptor)))
        return descriptor
    }

    private static func listener() -> Int32 {
        let descriptor = bench_tcp_listen()
        RoleProcess.ready(port: UInt16(bench_port(descriptor)))
        return descriptor
    }

    private static func ping(_ arguments: RoleArguments) {
        var times = [Int64](repeating: 0, count: Latencies.capacity)
        let count = bench_ping(
            arguments.c("port"), arguments.c("tcp"), arguments.c("spins"), arguments.c("size"),
            Int64(arguments["duration"]), &times, Int32(times.count))
        Latencies.say(times.prefix(Int(count)))
    }

    private static func ticks(_ arguments: RoleArguments) {
        var lateness = [Int64](repeating: 0, count: Latencies.capacity)
        let count = bench_ticks(
            Int64(arguments["interval"]), Int64(arguments["duration"]), &lateness,
            Int32(lateness.count))
        Latencies.say(lateness.prefix(Int(count)))
    }
}

/// Times of single operations, reported as their median and 99th percentile.
enum Latencies {
    static let capacity = 1_000_000

    /// Prints them, in nanoseconds.
    static func say(_ times: ArraySlice<Int64>) {
        let times = times.map(Double.init)
        guard !times.isEmpty else { return RoleProcess.say([:]) }
        RoleProcess.say([
            "median": Int64(times.median), "p99": Int64(times.quantile(0.99)),
            "p999": Int64(times.quantile(0.999)), "count": Int64(times.count),
        ])
    }
}
