import ParleySockets
import Testing

/// Which addresses a prefix contains, and which texts are prefixes.
@Suite struct AddressPrefixTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.1.2.3/8", "10.9.9.9", true), ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.6", false), ("192.0.2.6/31", "192.0.2.7", true),
        ("192.0.2.6/31", "192.0.2.8", false), ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true),
        ("::/0", "203.0.113.9", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:1", true),
        ("2001:db8::/65", "2001:db8::8000:0:0:1", false), ("::1", "::1", true),
        ("::1", "::2", false),
        ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("fe80::/10", "fe80::1%3", true),
    ])
    func contains(prefix: String, address: String, expected: Bool) throws {
        let prefix = try #require(AddressPrefix(prefix))
        let address = try #require(SocketAddress(host: address, port: 4_711))
        #expect(prefix.contains(address) == expected)
    }

    @Test(arguments: [
        ("10.1.2.3/8", "10.0.0.0/8"), ("192.0.2.7", "192.0.2.7/32"),
        ("2001:DB8:1::5/32", "2001:db8::/32"),
        ("::1", "::1/128"), ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"),
    ])
    func isPrintedAsItIsRead(text: String, printed: String) throws {
        let prefix = try #require(AddressPrefix(text))
        #expect(prefix.description == printed)
        #expect(AddressPrefix(printed) == prefix)
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8",
        "10.0.0.0/99999999999999999999", "::/129", "::ffff:0.0.0.0/96", "localhost", "10.0.0.0 /8",
    ])
    func isNone(text: String) {
        #expect(AddressPrefix(text) == nil)
    }
}
