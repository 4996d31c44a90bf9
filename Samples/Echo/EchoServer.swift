import Parley

/// Sends every datagram back to its sender.
struct EchoServer {
    let port: UInt16
    let udpPort: UInt16?
    let stream: StreamFraming
    let packets: DatagramFraming
    var spinning = Duration.zero

    func run() async throws {
        let network = SystemNetwork(spinning: spinning)
        try await ConnectionManager.run(network: network) { manager in
            let listener = try await manager.listen(
                port: port, options: ConnectionOptions(framing: stream))
            print("echo: listening at \(listener.localAddress) by TCP")
            var socket: DatagramSocket?
            if let udpPort {
                let opened = try await manager.openUDP(
                    port: udpPort, options: DatagramSocketOptions(framing: packets))
                print("echo: listening at \(opened.localAddress) by UDP")
                socket = opened
            }
            await withDiscardingTaskGroup { [socket] group in
                group.addTask { await echo(listener) }
                if let socket { group.addTask { await echo(socket) } }
            }
        }
    }

    /// One child task for each connection; an error of one ends that one only.
    private func echo(_ listener: ConnectionListener) async {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask {
                    for await datagram in connection.datagrams {
                        guard (try? await connection.send(datagram)) != nil else { break }
                    }
                }
            }
        }
    }

    private func echo(_ socket: DatagramSocket) async {
        for await packet in socket.datagrams {
            try? await socket.send(packet.datagram, to: packet.address)
        }
    }
}
