import Foundation

/// A real NAT between two networks of this machine: a namespace for the server, one for its clients, and one
/// between them in which Linux masquerades.
///
/// UDP gets a random port in each new entry of the NAT's table; TCP keeps its own. What has no entry is dropped,
/// as at a home router.
struct MasqueradingNAT {
    static let server = "parley-server"
    static let clients = "parley-clients"
    private static let router = "parley-router"
    /// The server's address, on the outside of the NAT.
    static let serverAddress = "10.77.0.1"

    /// Whether this machine can have one: it needs root, iproute2, nftables and conntrack.
    static let isPossible: Bool = {
        guard geteuid() == 0, (try? MasqueradingNAT()) != nil else { return false }
        remove()
        return true
    }()

    private struct Failure: Error {}

    /// Makes the namespaces, in place of those of an earlier run.
    init() throws {
        Self.remove()
        do { try Self.make() } catch {
            Self.remove()
            throw error
        }
    }

    /// Removes the namespaces, and with them their networks.
    static func remove() {
        for name in [server, router, clients] { _ = try? run(["ip", "netns", "del", name]) }
    }

    /// Forgets all entries of the NAT's table.
    func forget() throws { _ = try Self.inside(Self.router, ["conntrack", "-F"]) }

    /// The outer UDP ports of the clients at this moment.
    func outerPorts() throws -> Set<String> {
        let table = try Self.inside(Self.router, ["conntrack", "-L", "-p", "udp"])
        let ports = table.split(separator: "\n").compactMap { entry in
            entry.split(separator: " ").last { $0.hasPrefix("dport=") }.map(String.init)
        }
        return Set(ports)
    }

    private static func make() throws {
        for name in [server, router, clients] {
            try run(["ip", "netns", "add", name])
            try run(["ip", "-n", name, "link", "set", "lo", "up"])
        }
        try connect(server, serverAddress, to: "10.77.0.254", as: "outside")
        try connect(clients, "192.168.77.2", to: "192.168.77.254", as: "inside")
        try run(["ip", "-n", clients, "route", "add", "default", "via", "192.168.77.254"])
        try inside(router, ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"])
        try inside(router, ["nft", "add table ip nat"])
        let chains = [
            "add chain ip nat out { type nat hook postrouting priority 100; }",
            "add rule ip nat out oifname outside ip protocol udp masquerade random",
            "add rule ip nat out oifname outside masquerade",
            "add chain ip nat in { type filter hook input priority 0; }",
            "add rule ip nat in iifname outside drop",
        ]
        for chain in chains { try inside(router, ["nft", chain]) }
    }

    /// A cable between a namespace and the router.
    private static func connect(
        _ name: String, _ address: String, to routerAddress: String, as interface: String
    ) throws {
        try run(["ip", "-n", name, "link", "add", "eth0", "type", "veth", "peer", interface])
        try run(["ip", "-n", name, "link", "set", interface, "netns", router])
        for (owner, device, address) in [
            (name, "eth0", address), (router, interface, routerAddress),
        ] {
            try run(["ip", "-n", owner, "addr", "add", address + "/24", "dev", device])
            try run(["ip", "-n", owner, "link", "set", device, "up"])
        }
    }

    @discardableResult
    private static func inside(_ name: String, _ command: [String]) throws -> String {
        try run(["ip", "netns", "exec", name] + command)
    }

    /// Runs a command to its end, and returns what it says.
    @discardableResult
    private static func run(_ command: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        return text
    }
}
