import CBenchmarkBaseline
import Parley

enum ParleyUDP {
    /// Raw framing, as the baselines have it: no side computes checksums.
    private static func open(
        _ manager: ConnectionManager, port: UInt16 = 0, sharesPort: Bool = false
    ) async throws -> DatagramSocket {
        var options = DatagramSocketOptions(framing: .raw)
        options.socket = [.receiveBuffer(4 << 20), .sendBuffer(4 << 20), .reusePort(sharesPort)]
        return try await manager.openUDP(host: "0.0.0.0", port: port, options: options)
    }

    static func receive(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run { manager in
            let socket = try await open(manager)
            RoleProcess.ready(port: socket.localAddress.port)
            try await inChildTask {
                var seen: UInt32 = 0
                for await packet in socket.datagrams {
                    var fields = packet.datagram.reader
                    seen &+= try fields.read(UInt32.self)
                    bench_count(1)
                }
                print(seen)
            }
        }
    }

    /// Several loops, each with a socket of its own, all at one port: the system spreads the peers.
    static func receiveShared(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run { manager in
            let first = try await open(manager, sharesPort: true)
            let port = first.localAddress.port
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await count(first) }
                for _ in 1..<arguments["loops"] {
                    group.addTask {
                        try await ConnectionManager.run { manager in
                            await count(try await open(manager, port: port, sharesPort: true))
                        }
                    }
                }
                RoleProcess.ready(port: port)
            }
        }
    }

    @concurrent
    private static func count(_ socket: DatagramSocket) async {
        for await _ in socket.datagrams { bench_count_from_anywhere(1) }
    }

    static func fanOut(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run { manager in
            let socket = try await open(manager)
            let count = arguments["addresses"]
            let each = arguments["each"]
            let addresses = (1...count).map { number in
                SocketAddress(
                    ipv4: (127, 0, UInt8(number >> 8), UInt8(number & 0xff)), port: arguments.port)
            }
            let body = [UInt8](repeating: 0, count: arguments["size"] - 4)
            var datagram = Datagram()
            let clock = manager.network.clock
            var next = clock.now
            RoleProcess.ready()
            while true {
                try await clock.sleep(until: next, tolerance: nil)
                next = next.advanced(by: arguments.interval)
                bench_count(Int64(count * each))
                for (number, address) in addresses.enumerated() {
                    for copy in 0..<each {
                        datagram.removeAll(keepingCapacity: true)
                        datagram.append(UInt32(number * each + copy))
                        datagram.append(bytes: body)
                        try await socket.send(datagram, to: address)
                    }
                }
            }
        }
    }

    static func echo(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run(network: arguments.network) { manager in
            let socket = try await open(manager)
            RoleProcess.ready(port: socket.localAddress.port)
            try await inChildTask {
                var reply = Datagram()
                for await packet in socket.datagrams {
                    reply.removeAll(keepingCapacity: true)
                    reply.append(contentsOf: packet.datagram)
                    try await socket.send(reply, to: packet.address)
                    bench_count(1)
                }
            }
        }
    }

    static func ping(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run(network: arguments.network) { manager in
            let socket = try await open(manager)
            let server = SocketAddress.loopback(port: arguments.port)
            let datagram = Datagram(bytes: [UInt8](repeating: 0, count: arguments["size"]))
            try await inChildTask {
                var answers = socket.datagrams.makeAsyncIterator()
                var times: [Int64] = []
                times.reserveCapacity(Latencies.capacity)
                let end = bench_now() + Int64(arguments["duration"])
                while bench_now() < end {
                    let began = bench_now()
                    try await socket.send(datagram, to: server)
                    _ = await answers.next()
                    times.append(bench_now() - began)
                }
                Latencies.say(times[...])
            }
        }
    }
}
