internal import CParleySystem

/// One address of one of this machine's network interfaces.
///
/// An interface with an IPv4 and an IPv6 address appears twice.
public struct NetworkInterface: Sendable, Hashable {
    /// The interface's name: "lo", "eth0".
    public let name: String
    /// The system's number of the interface, as used in IPv6 scopes and for multicast.
    public let index: UInt32
    /// The interface's address; the port is 0.
    public let address: SocketAddress
    /// The bits of the address that name the network.
    public let netmask: SocketAddress?
    /// The broadcast address of its network.
    public let broadcast: SocketAddress?
    /// The other end of a point-to-point link.
    public let peer: SocketAddress?
    /// The six bytes of its hardware address.
    public let hardwareAddress: [UInt8]?
    /// Whether the interface is up.
    public let isUp: Bool
    /// Whether it reaches this machine only.
    public let isLoopback: Bool
    /// Whether it carries multicast.
    public let supportsMulticast: Bool

    /// Returns the present interfaces of this machine.
    package static func scan() -> [NetworkInterface] {
        let most = 256
        let found = unsafe [parley_interface](unsafeUninitializedCapacity: most) { buffer, count in
            count = unsafe max(0, Int(parley_interfaces(buffer.baseAddress, Int32(most))))
        }
        return found.map(NetworkInterface.init)
    }

    /// An interface of a simulated host, which is up.
    package init(name: String, index: UInt32, address: SocketAddress, isLoopback: Bool) {
        self.name = name
        self.index = index
        self.address = address
        self.isLoopback = isLoopback
        (netmask, broadcast, peer, hardwareAddress) = (nil, nil, nil, nil)
        isUp = true
        supportsMulticast = false
    }

    private init(_ item: parley_interface) {
        name = unsafe withUnsafeBytes(of: item.name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        index = item.index
        address = SocketAddress(item.address)
        netmask = item.has_netmask != 0 ? SocketAddress(item.netmask) : nil
        broadcast = item.has_broadcast != 0 ? SocketAddress(item.broadcast) : nil
        peer = item.has_peer != 0 ? SocketAddress(item.peer) : nil
        hardwareAddress =
            item.has_hardware != 0
            ? unsafe withUnsafeBytes(of: item.hardware) { unsafe Array($0) } : nil
        isUp = item.flags & PARLEY_INTERFACE_UP != 0
        isLoopback = item.flags & PARLEY_INTERFACE_LOOPBACK != 0
        supportsMulticast = item.flags & PARLEY_INTERFACE_MULTICAST != 0
    }
}
