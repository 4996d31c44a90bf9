import CBenchmarkBaseline
import Parley

enum ParleyTCP {
    /// The first connection of a listener of its own.
    private static func accept(
        _ manager: ConnectionManager, isSealed: Bool = false
    ) async throws -> Connection {
        let listener = try await manager.listen(
            host: isSealed ? "127.0.0.1" : "0.0.0.0", security: isSealed ? .automatic : .none)
        RoleProcess.ready(port: listener.localAddress.port)
        for await connection in listener.connections { return connection }
        throw CancellationError()
    }

    static func receive(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run { manager in
            let connection = try await accept(manager, isSealed: arguments["sealed"] == 1)
            try await inChildTask {
                var seen: UInt32 = 0
                for await datagram in connection.datagrams {
                    var fields = datagram.reader
                    seen &+= try fields.read(UInt32.self)
                    bench_count(1)
                }
                print(seen)
            }
        }
    }

    static func send(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run { manager in
            let connection = try await manager.connect(
                to: "127.0.0.1", port: arguments.port,
                security: arguments["sealed"] == 1 ? .automatic : .none)
            let body = [UInt8](repeating: 0, count: arguments["size"] - 4)
            var datagram = Datagram()
            RoleProcess.ready()
            for number in 0... {
                datagram.removeAll(keepingCapacity: true)
                datagram.append(UInt32(truncatingIfNeeded: number))
                datagram.append(bytes: body)
                try await connection.send(datagram)
                bench_count(1)
            }
        }
    }

    static func echo(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run(network: arguments.network) { manager in
            let connection = try await accept(manager)
            try await inChildTask {
                var reply = Datagram()
                for await datagram in connection.datagrams {
                    reply.removeAll(keepingCapacity: true)
                    reply.append(contentsOf: datagram)
                    try await connection.send(reply)
                    bench_count(1)
                }
            }
        }
    }

    static func ping(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run(network: arguments.network) { manager in
            let connection = try await manager.connect(to: .loopback(port: arguments.port))
            let datagram = Datagram(bytes: [UInt8](repeating: 0, count: arguments["size"]))
            try await inChildTask {
                var answers = connection.datagrams.makeAsyncIterator()
                var times: [Int64] = []
                times.reserveCapacity(Latencies.capacity)
                let end = bench_now() + Int64(arguments["duration"])
                while bench_now() < end {
                    let began = bench_now()
                    try await connection.send(datagram)
                    _ = await answers.next()
                    times.append(bench_now() - began)
                }
                Latencies.say(times[...])
            }
        }
    }
}
