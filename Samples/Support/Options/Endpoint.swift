import Parley

/// A server as one types it: "localhost:9099", "10.0.0.1:9099" or "[::1]:9099".
package struct Endpoint: Sendable, LosslessStringConvertible {
    package let host: String
    package let port: UInt16

    /// `nil` unless the text is a host and a port from 1 on.
    package init?(_ description: String) {
        if let address = SocketAddress(description), address.port > 0 {
            (host, port) = (address.host, address.port)
            return
        }
        let parts = description.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]), port > 0 else {
            return nil
        }
        self.host = String(parts[0])
        self.port = port
    }

    /// A server on this machine.
    package init(localPort port: UInt16) {
        host = "localhost"
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
