import Parley
import SampleSupport

/// Sends datagrams one after another and measures how long each takes to come back.
struct EchoClient {
    let server: Endpoint
    let usesUDP: Bool
    let count: Int
    let size: Int
    let stream: StreamFraming
    let packets: DatagramFraming
    var spinning = Duration.zero

    func run() async throws {
        let network = SystemNetwork(spinning: spinning)
        let clock = network.clock
        var times: [Duration] = []
        try await ConnectionManager.run(network: network) { manager in
            var path = try await open(manager)
            for number in 0..<count {
                let datagram = Datagram { fields in
                    for place in 0..<size {
                        fields.append(UInt8(truncatingIfNeeded: number + place))
                    }
                }
                let start = clock.now
                guard try await path.roundTrip(datagram) else { continue }
                times.append(start.duration(to: clock.now))
            }
        }
        print(report(times))
    }

    private func open(_ manager: ConnectionManager) async throws -> any EchoPath {
        guard usesUDP else {
            let connection = try await manager.connect(
                to: server.host, port: server.port, options: ConnectionOptions(framing: stream))
            return StreamPath(connection)
        }
        guard let address = try await manager.network.resolve(server.host, port: server.port).first
        else { throw EchoError.noAddress(server.host) }
        let socket = try await manager.openUDP(options: DatagramSocketOptions(framing: packets))
        return PacketPath(socket: socket, server: address, clock: manager.network.clock)
    }

    private func report(_ times: [Duration]) -> String {
        let sorted = times.sorted()
        guard let least = sorted.first, let most = sorted.last else {
            return "echo: none of \(count) datagrams came back"
        }
        let lost = count - times.count
        return """
            echo: \(times.count) datagrams of \(size) bytes to \(server) and back by \
            \(usesUDP ? "UDP" : "TCP")\(lost > 0 ? ", \(lost) lost" : "")
                  least \(least.inMicroseconds), median \(sorted[sorted.count / 2].inMicroseconds), \
            99 % \(sorted[sorted.count * 99 / 100].inMicroseconds), most \(most.inMicroseconds)
            """
    }
}

enum EchoError: Error, CustomStringConvertible {
    case noAddress(String)
    case closed(CloseReason?)
    case different

    var description: String {
        switch self {
        case .noAddress(let host): "\(host) has no address"
        case .closed(let reason?): "the connection has ended: \(reason)"
        case .closed(nil): "the connection has ended"
        case .different: "what came back is not what was sent: is that an echo server?"
        }
    }
}

extension Duration {
    /// "12.3 µs".
    var inMicroseconds: String {
        let tenths = (self / .nanoseconds(100)).rounded()
        return "\(tenths / 10) µs"
    }
}
