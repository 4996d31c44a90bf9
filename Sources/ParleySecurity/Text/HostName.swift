#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Names and addresses of hosts, as certificates and invites have them.
enum HostName {
    /// Whether it can be a DNS name, or is an IPv4 or IPv6 address without a zone.
    static func isValid(_ host: String) -> Bool {
        let bytes = host.utf8
        guard (1...253).contains(bytes.count), !bytes.contains(0) else { return false }
        if looksLikeAddress(host) { return isAddress(host) }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
                && label.last != UInt8(ascii: "-") && label.allSatisfy(isLabelByte)
        }
    }

    /// Whether it is an IPv4 or IPv6 address.
    static func isAddress(_ host: String) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(AF_INET, host, &address) == 1
            || inet_pton(AF_INET6, host, &address) == 1
    }

    /// The host without the zone of a link-local address: `fe80::1%eth0` is `fe80::1` to a certificate.
    static func withoutZone(_ host: String) -> String {
        guard host.utf8.contains(UInt8(ascii: ":")) else { return host }
        return String(host.prefix { $0 != "%" })
    }

    /// The last label of a name is not a number.
    private static func looksLikeAddress(_ host: String) -> Bool {
        let last = host.utf8.split(separator: UInt8(ascii: ".")).last
        return host.utf8.contains(UInt8(ascii: ":")) || (last?.allSatisfy(isDigit) ?? false)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
