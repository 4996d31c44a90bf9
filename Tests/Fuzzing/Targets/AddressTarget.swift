import ParleySockets
import SampleSupport

extension FuzzTarget {
    /// Addresses as users type them.
    static let addresses = FuzzTarget("addresses", corpus: addressCorpus) { input in
        let text = String(decoding: input, as: UTF8.self)
        for address in [SocketAddress(text), SocketAddress(host: text, port: 9_099)] {
            guard let address else { continue }
            let again = SocketAddress(address.description)
            try expect(again == address, "\(address) is not itself again")
            try expect(
                SocketAddress(host: address.host, port: address.port) == address,
                "\(address.host) is not \(address)")
            try expect(
                address.isIPv4 != address.isIPv6 && (address.ipv4Octets != nil) == address.isIPv4,
                "\(address) is of no version")
            _ = (address.isAny, address.isLoopback, address.isMulticast, address.accountable)
        }
        if let server = Endpoint(text, defaultPort: 9_099) {
            try expect(!server.host.isEmpty && server.port > 0, "“\(text)” is no server")
            try expect(
                Endpoint(server.description, defaultPort: 1) == server,
                "\(server) is not itself again")
        }
    }

    private static let addressCorpus = [
        "127.0.0.1:9099", "10.0.0.255:0", "255.255.255.255:65535", "[::1]:9099", "::1",
        "fe80::1%2", "[fe80::1%2]:80", "fe80::1%lo", "::ffff:10.0.0.1", "[::ffff:1.2.3.4]:5",
        "1:2:3:4:5:6:7:8", "[2001:db8::ff00:42:8329]:1", "0.0.0.0", "::", "localhost:9099",
        "1.2.3.4", "ff02::1%4294967295",
    ].map { Array($0.utf8) }
}
