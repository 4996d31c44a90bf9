import Parley

/// Sends every datagram back to its sender.
struct EchoServer {
    let port: UInt16
    let udpPort: UInt16?
    let stream: StreamFraming
    let packets: DatagramFraming
    var security = StreamSecurity.Server.none

    /// Serves until cancelled.
    func run(on network: any Network) async throws {
        try await ConnectionManager.run(network: network) { manager in
            let listener = try await manager.listen(
                port: port, options: ConnectionOptions(framing: stream), security: security)
            print("echo: listening at \(listener.localAddress) by TCP")
            if let pin = listener.identity?.pin {
                let port = listener.localAddress.port
                let invite = try Invite(host: "localhost", port: port, pin: pin)
                print("echo: encrypted; echo send --invite \(invite)")
            } else {
                print("echo: not encrypted, for every machine that reaches this one; see --tls")
            }
            var socket: DatagramSocket?
            if let udpPort {
                let opened = try await manager.openUDP(
                    port: udpPort, options: DatagramSocketOptions(framing: packets))
                print("echo: listening at \(opened.localAddress) by UDP")
                socket = opened
            }
            try await withThrowingDiscardingTaskGroup { [socket] group in
                group.addTask {
                    try await listener.serve { connection in
                        for await datagram in connection.datagrams {
                            try await connection.send(datagram)
                        }
                    }
                }
                if let socket { group.addTask { await echo(socket) } }
            }
        }
    }

    private func echo(_ socket: DatagramSocket) async {
        for await packet in socket.datagrams {
            guard let answer = EchoPacket.answer(to: packet.datagram) else { continue }
            try? await socket.send(answer, to: packet.address, from: packet.localAddress)
        }
    }
}
