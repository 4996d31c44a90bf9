/// A server as one types it: "HOST", "HOST:PORT" or "[IPV6]:PORT".
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: UInt16

    package init(host: String = "localhost", port: UInt16) {
        self.host = host
        self.port = port
    }

    /// The server that the text names, at `defaultPort` where it names no port; `nil` when it names
    /// none.
    package init?(_ text: String, defaultPort: UInt16) {
        // More than one colon without brackets is an IPv6 address without a port.
        let hasPort = text.contains("]:") || text.count { $0 == ":" } == 1
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let digits = hasPort ? parts.last : nil
        let host = hasPort ? text.dropLast((digits?.count ?? 0) + 1) : text[...]
        let port = digits.map { UInt16($0) } ?? defaultPort
        guard let port, port > 0, !host.isEmpty else { return nil }
        self.init(host: host.withoutBrackets, port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Option<Endpoint> {
    /// A server; who types no port means that of the default.
    package init(_ name: String, _ help: String, default server: Endpoint) {
        self.init(
            name, "HOST[:PORT]", "\(help) (default \(server))", default: server,
            expects: "HOST or HOST:PORT"
        ) { text in Endpoint(text, defaultPort: server.port) }
    }
}

extension Substring {
    fileprivate var withoutBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self)
    }
}
