internal import CParleySystem

/// An IPv4 or IPv6 address with a port.
///
/// An IPv4 peer of a dual-stack IPv6 socket has the same value as the same peer of an IPv4 socket:
/// `::ffff:10.0.0.1` equals `10.0.0.1`. Addresses are therefore reliable dictionary keys.
///
/// ```swift
/// SocketAddress("127.0.0.1:9099")
/// SocketAddress("[::1]:9099")
/// SocketAddress(host: "fe80::1%eth0", port: 9099)
/// ```
public struct SocketAddress: Sendable, Hashable {
    /// The address as 128 bits, IPv4 in its mapped form.
    package let high: UInt64
    package let low: UInt64
    /// The link of an IPv6 link-local address; 0 for other addresses.
    public let scope: UInt32
    /// The port, 1 to 65,535; 0 lets the system choose one.
    public var port: UInt16

    package init(high: UInt64, low: UInt64, scope: UInt32, port: UInt16) {
        self.high = high
        self.low = low
        self.scope = scope
        self.port = port
    }

    /// The address of the numeric `host`: "10.0.0.1", "::1" or "fe80::1%2".
    ///
    /// `nil` when it is not numeric. `ConnectionManager.connect(to:port:)` looks names up.
    public init?(host: String, port: UInt16) {
        var parsed = parley_address()
        guard !host.utf8.contains(0), unsafe parley_address_parse(host, &parsed) == 1 else {
            return nil
        }
        parsed.port = port
        self.init(parsed)
    }

    /// IPv4's four octets, most significant first.
    package init(ipv4 octets: (UInt8, UInt8, UInt8, UInt8), port: UInt16) {
        let number =
            UInt64(octets.0) << 24 | UInt64(octets.1) << 16 | UInt64(octets.2) << 8
            | UInt64(octets.3)
        self.init(high: 0, low: Self.mappedPrefix | number, scope: 0, port: port)
    }

    /// Every local address, IPv6 and IPv4.
    public static func any(port: UInt16) -> SocketAddress {
        SocketAddress(high: 0, low: 0, scope: 0, port: port)
    }

    /// This machine, over IPv4: 127.0.0.1.
    public static func loopback(port: UInt16) -> SocketAddress {
        SocketAddress(ipv4: (127, 0, 0, 1), port: port)
    }

    /// All hosts on the local IPv4 network: 255.255.255.255.
    ///
    /// Sending to it needs a socket with the option `SocketOption.broadcast(true)`.
    public static func broadcast(port: UInt16) -> SocketAddress {
        SocketAddress(ipv4: (255, 255, 255, 255), port: port)
    }

    private static let mappedPrefix: UInt64 = 0xffff << 32

    /// Whether it is an IPv4 address, also in its mapped form.
    public var isIPv4: Bool { parley_is_ipv4(high, low) != 0 }

    /// Whether it is an IPv6 address.
    public var isIPv6: Bool { !isIPv4 }

    /// Whether it stands for every local address: `::` or `0.0.0.0`.
    public var isAny: Bool { high == 0 && (low == 0 || low == Self.mappedPrefix) }

    /// Whether it is a loopback address: 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool {
        isIPv4 ? (low >> 24) & 0xff == 127 : high == 0 && low == 1
    }

    /// Whether it is a multicast address: 224.0.0.0/4 or `ff00::/8`.
    public var isMulticast: Bool {
        isIPv4 ? (low >> 28) & 0xf == 0xe : high >> 56 == 0xff
    }

    /// The octets of an IPv4 address, most significant first; `nil` for IPv6.
    public var ipv4Octets: [UInt8]? {
        guard isIPv4 else { return nil }
        return (0..<4).map { UInt8(truncatingIfNeeded: low >> (24 - 8 * $0)) }
    }

    /// What limits per address count as one peer: an IPv4 address, or an IPv6 network of 64 bits.
    ///
    /// A peer with one IPv6 address usually has all 2⁶⁴ addresses of its network.
    package var accountable: SocketAddress {
        isIPv4
            ? SocketAddress(high: 0, low: low, scope: 0, port: 0)
            : SocketAddress(high: high, low: 0, scope: scope, port: 0)
    }
}

extension SocketAddress: CustomStringConvertible, LosslessStringConvertible {
    /// The numeric address without its port: "10.0.0.1" or "fe80::1%2".
    public var host: String {
        var address = system
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            unsafe parley_address_format(&address, text.baseAddress, text.count)
            return unsafe text.baseAddress.map { unsafe String(cString: $0) } ?? ""
        }
    }

    /// "10.0.0.1:9099" or "[fe80::1%2]:9099".
    public var description: String {
        isIPv4 ? "\(host):\(port)" : "[\(host)]:\(port)"
    }

    /// The address that `description` prints; `nil` for anything else.
    public init?(_ description: String) {
        guard let colon = description.lastIndex(of: ":"),
            let port = Self.port(description[description.index(after: colon)...])
        else { return nil }
        var host = description[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]") else { return nil }
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        self.init(host: String(host), port: port)
    }

    /// Accepts digits only: the standard library's integers also take a sign.
    private static func port(_ digits: Substring) -> UInt16? {
        digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt16(digits) : nil
    }
}

extension SocketAddress {
    init(_ address: parley_address) {
        self.init(
            high: address.high, low: address.low, scope: address.scope, port: address.port)
    }

    var system: parley_address {
        parley_address(high: high, low: low, scope: scope, port: port, reserved: 0)
    }
}
