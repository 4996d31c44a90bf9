/// A server on a command line: "HOST", "HOST:PORT" or "[IPV6]:PORT".
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: UInt16

    package init(host: String = "localhost", port: UInt16) {
        self.host = host
        self.port = port
    }

    /// The server that the text names, at `defaultPort` if it names no port; nil for another text.
    package init?(_ text: String, defaultPort: UInt16) {
        // Byte by byte, because a combining mark makes another character of a bracket or colon.
        let text = text.utf8
        // More than one colon without brackets is an IPv6 address without a port.
        let colons = text.indices.filter { text[$0] == UInt8(ascii: ":") }
        var (host, port) = (text[...], Swift::Optional(defaultPort))
        if let colon = colons.last,
            colons.count == 1 || text[..<colon].last == UInt8(ascii: "]")
        {
            host = text[..<colon]
            port = UInt16(Substring(text[text.index(after: colon)...]))
        }
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
            host = host.dropFirst().dropLast()
        }
        // No host has a "#", which an invite has before its key.
        guard let port, port > 0, !host.isEmpty, !host.contains(where: "[]#".utf8.contains) else {
            return nil
        }
        self.init(host: String(Substring(host)), port: port)
    }

    package var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension Option<Endpoint> {
    /// A server. The default's port stands in for a port that is not given.
    package init(_ name: String, _ help: String, default server: Endpoint) {
        self.init(
            name, "HOST[:PORT]", "\(help) (default \(server))", default: server,
            expects: "HOST or HOST:PORT"
        ) { text in Endpoint(text, defaultPort: server.port) }
    }
}
