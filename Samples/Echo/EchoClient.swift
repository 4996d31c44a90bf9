import Parley
import SampleSupport
import Synchronization

/// Sends datagrams one after another and measures the time until each is back.
struct EchoClient {
    let server: Endpoint
    let usesUDP: Bool
    let count: Int
    let size: Int
    let stream: StreamFraming
    let packets: DatagramFraming
    var security = StreamSecurity.Client.none

    /// The longest time without an echo. A server with another framing never answers: by TCP it waits
    /// for the rest of a datagram.
    static let patience = Duration.seconds(5)

    /// Sends all datagrams and prints the times.
    func run(on network: any Network) async throws {
        let times = try await ConnectionManager.run(network: network) { manager in
            let path = try await open(manager)
            return try await withThrowingTaskGroup(of: [Duration]?.self) { group in
                let progress = Progress()
                group.addTask { try await measure(path, network.clock, progress) }
                group.addTask {
                    try await watch(progress, network.clock)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        }
        print(report(times ?? []))
    }

    /// The number of datagrams that are back, for the task that watches.
    private final class Progress: Sendable {
        let count = Atomic(0)
    }

    private func measure(
        _ path: any EchoPath, _ clock: any NetworkClock, _ progress: Progress
    ) async throws -> [Duration] {
        var times: [Duration] = []
        for number in 0..<count {
            let datagram = Datagram { fields in
                for place in 0..<size {
                    fields.append(UInt8(truncatingIfNeeded: number + place))
                }
            }
            let start = clock.now
            let isBack = try await path.roundTrip(datagram)
            guard isBack else { continue }
            times.append(start.duration(to: clock.now))
            progress.count.store(times.count, ordering: .relaxed)
        }
        return times
    }

    /// Fails when nothing comes back for too long. One timer for all datagrams costs a round trip
    /// nothing.
    private func watch(_ progress: Progress, _ clock: any NetworkClock) async throws {
        var seen = -1
        while true {
            let count = progress.count.load(ordering: .relaxed)
            guard count != seen else { throw EchoError.noAnswer(Self.patience) }
            seen = count
            try await clock.sleep(for: Self.patience)
        }
    }

    private func open(_ manager: ConnectionManager) async throws -> any EchoPath {
        guard usesUDP else {
            return StreamPath(
                connection: try await manager.connect(
                    to: server.host, port: server.port,
                    options: ConnectionOptions(framing: stream), security: security))
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

enum EchoError: Error, Hashable, CustomStringConvertible {
    case noAddress(String)
    case closed(CloseReason?)
    case noAnswer(Duration)
    case different

    var description: String {
        switch self {
        case .noAddress(let host): "\(host) has no address"
        case .closed(let reason?): "the connection has ended: \(reason)"
        case .closed(nil): "the connection has ended"
        case .noAnswer(let patience):
            "no answer within \(patience.components.seconds) seconds: is that an echo server, with "
                + "the same --header-size or --raw?"
        case .different:
            "the answer is not what was sent: is that an echo server, with the same "
                + "--header-size or --raw?"
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
