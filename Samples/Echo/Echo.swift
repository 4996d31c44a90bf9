import Parley
import SampleSupport

/// The smallest server and client.
@main
enum Echo {
    static func main() async {
        let signals = Signals()
        await Command(
            "echo", "Sends every datagram back to its sender, over the transport it came by.",
            subcommands: [
                serveCommand(signals), sendCommand(signals),
            ]
        ).main()
    }

    static let spin = Option(
        "spin", "MICROSECONDS", "how long to look for datagrams before sleeping; costs a core",
        default: 0, in: 0...1_000_000)

    static func serveCommand(_ signals: Signals) -> Command {
        let port = Option<UInt16>("port", "N", "the TCP port to listen at", default: 9098)
        let udpPort = Option<UInt16?>(
            "udp-port", "N", "a UDP port to listen at as well", expects: "a port from 0 to 65535")
        let tls = Option<Bool>.flag("tls", "encrypt TCP, and print an invite")
        let framing = FramingOptions()
        return Command(
            "serve", "Listens, and sends every datagram back.",
            options: [port, udpPort, tls, spin] + framing.all
        ) { arguments in
            let server = EchoServer(
                port: arguments[port], udpPort: arguments[udpPort],
                stream: try framing.stream(arguments), packets: framing.packets(arguments),
                security: arguments[tls] ? .tls(try TLSIdentity()) : .none)
            let network = SystemNetwork(spinning: .microseconds(arguments[spin]))
            try await signals.untilAskedToEnd { try await server.run(on: network) }
        }
    }

    static func sendCommand(_ signals: Signals) -> Command {
        let to = Option<Endpoint>(
            "to", "the server to send to", default: Endpoint(port: 9098))
        let invite = Option<Invite?>("invite", "the invite of “serve --tls”, instead of --to")
        let udp = Option<Bool>.flag("udp", "send by UDP instead of TCP")
        let count = Option(
            "count", "N", "how many datagrams to send", default: 1000, in: 1...10_000_000)
        let size = Option("size", "BYTES", "how large each is", default: 32, in: 0...65_504)
        let framing = FramingOptions()
        return Command(
            "send", "Sends datagrams one after another and measures the time until each is back.",
            options: [to, invite, udp, count, size, spin] + framing.all
        ) { arguments in
            let invite = arguments[invite]
            guard invite == nil || !arguments[udp] else {
                throw UsageError("an invite is for TCP: --udp is not encrypted")
            }
            let client = EchoClient(
                server: invite.map { Endpoint(host: $0.host, port: $0.port) } ?? arguments[to],
                usesUDP: arguments[udp], count: arguments[count], size: arguments[size],
                stream: try framing.stream(arguments), packets: framing.packets(arguments),
                security: invite.map { .invite($0) } ?? .none)
            let network = SystemNetwork(spinning: .microseconds(arguments[spin]))
            try await signals.untilAskedToEnd { try await client.run(on: network) }
        }
    }
}

/// The options for the framing of datagrams, which Panda3D calls `tcp-header-size` and raw mode.
struct FramingOptions {
    let headerSize = Option(
        "header-size", "2|4", "bytes of the length before each TCP datagram", default: 2, in: 2...4)
    let raw = Option<Bool>.flag("raw", "no lengths on TCP, no checksums on UDP")

    var all: [any CommandOption] { [headerSize, raw] }

    func stream(_ arguments: Arguments) throws -> StreamFraming {
        if arguments[raw] { return .raw }
        switch arguments[headerSize] {
        case 2: return .lengthPrefixed(.uint16)
        case 4: return .lengthPrefixed(.uint32)
        default: throw UsageError("--header-size is 2 or 4")
        }
    }

    func packets(_ arguments: Arguments) -> DatagramFraming {
        arguments[raw] ? .raw : .checksummed
    }
}
