/// The addresses that begin with the same bits: a network such as `10.0.0.0/8`, or one address.
///
/// ```swift
/// AddressPrefix("10.0.0.0/8")
/// AddressPrefix("2001:db8::/32")
/// AddressPrefix("192.0.2.7")
/// ```
public struct AddressPrefix: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    /// How many bits count, of 128: an IPv4 address is the last 32 of its mapped form.
    private let bits: Int

    /// The network of an address.
    ///
    /// - Parameters:
    ///   - address: Any address of the network. Its bits beyond `length`, its port and its link are
    ///     disregarded.
    ///   - length: How many bits the addresses have in common, 0 to 32 for IPv4 and to 128 for IPv6;
    ///     `nil` for all of them.
    /// - Returns: `nil` where the length is out of range.
    public init?(_ address: SocketAddress, length: Int? = nil) {
        let width = address.isIPv4 ? 32 : 128
        let length = length ?? width
        guard (0...width).contains(length) else { return nil }
        bits = 128 - width + length
        high = address.high & Self.mask(bits)
        low = address.low & Self.mask(bits - 64)
    }

    /// Whether an address is in the network. An IPv6 network has no IPv4 addresses.
    public func contains(_ address: SocketAddress) -> Bool {
        address.isIPv4 == isIPv4 && address.high & Self.mask(bits) == high
            && address.low & Self.mask(bits - 64) == low
    }

    private var address: SocketAddress { SocketAddress(high: high, low: low, scope: 0, port: 0) }

    private var isIPv4: Bool { address.isIPv4 }

    /// The first bits of 64.
    private static func mask(_ count: Int) -> UInt64 {
        count <= 0 ? 0 : count >= 64 ? .max : ~(.max >> UInt64(count))
    }
}

extension AddressPrefix: CustomStringConvertible, LosslessStringConvertible {
    /// "10.0.0.0/8", or "2001:db8::/32".
    public var description: String { "\(address.host)/\(isIPv4 ? bits - 96 : bits)" }

    /// The network that `description` prints, or a numeric address alone; `nil` for anything else.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = SocketAddress(host: String(parts[0]), port: 0) else {
            return nil
        }
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        let digits = parts[1].utf8
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]) else {
            return nil
        }
        self.init(address, length: length)
    }
}
