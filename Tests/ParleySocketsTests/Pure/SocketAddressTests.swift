import Testing

@testable import ParleySockets

struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1:9099", "127.0.0.1", 9099), ("0.0.0.0:0", "0.0.0.0", 0),
        ("255.255.255.255:65535", "255.255.255.255", 65535), ("[::1]:80", "::1", 80),
        ("[::]:0", "::", 0), ("[2001:db8::ff]:1", "2001:db8::ff", 1),
        ("[fe80::1%7]:9099", "fe80::1%7", 9099),
    ])
    func printsWhatItParses(text: String, host: String, port: Int) throws {
        let address = try #require(SocketAddress(text))
        #expect(address.description == text)
        #expect(address.host == host)
        #expect(Int(address.port) == port)
        #expect(SocketAddress(host: host, port: UInt16(port)) == address)
    }

    @Test(arguments: [
        "", ":", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:+80", "127.0.0.1: 80", "127.0.0.1:8o", "127.1:80", "1.2.3.4.5:80",
        "256.0.0.1:80", "localhost:80", "::1:80", "[::1]", "[::1]80", "[127.0.0.1]:80", "[]:80",
        "[::1:80", "::1]:80", "[::g]:80", "[fe80::1%]:80", "[fe80::1%nosuchlink]:80",
        "[fe80::1%-1]:80", "[fe80::1%+1]:80", "[fe80::1% 1]:80", "[fe80::1%0]:80",
        "[fe80::1%4294967297]:80", "[fe80::1%99999999999999999999999]:80",
        "[::ffff:10.0.0.1%2]:80", "127.0.0.1\u{0}:80", "[::1\u{0}]:80", "127.0.0.1:8\u{0}0",
    ])
    func rejectsAnythingElse(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func rejectsHostsThatAreTooLong() {
        #expect(SocketAddress(host: String(repeating: "1", count: 100_000), port: 1) == nil)
        let link = String(repeating: "e", count: 999)
        #expect(SocketAddress(host: "fe80::1%" + link, port: 1) == nil)
    }

    @Test func mappedAddressesAreTheIPv4Ones() throws {
        let plain = try #require(SocketAddress("10.1.2.3:7"))
        let mapped = try #require(SocketAddress("[::ffff:10.1.2.3]:7"))
        let hexadecimal = try #require(SocketAddress("[::ffff:a01:203]:7"))
        #expect(plain == mapped && mapped == hexadecimal)
        #expect(Set([plain, mapped, hexadecimal]).count == 1)
        #expect(mapped.isIPv4 && mapped.description == "10.1.2.3:7")
        #expect(mapped.ipv4Octets == [10, 1, 2, 3])
        #expect(SocketAddress(ipv4: (10, 1, 2, 3), port: 7) == plain)
    }

    @Test func differsByAddressPortAndScope() throws {
        let texts = [
            "10.0.0.1:1", "10.0.0.2:1", "10.0.0.1:2", "[::1]:1", "[::a00:1]:1", "[fe80::1%1]:1",
            "[fe80::1%2]:1", "[fe80::1]:1",
        ]
        let addresses = try texts.map { try #require(SocketAddress($0)) }
        #expect(Set(addresses).count == texts.count)
    }

    @Test func knowsItsKind() throws {
        func address(_ text: String) throws -> SocketAddress {
            try #require(SocketAddress(host: text, port: 0))
        }
        #expect(try address("127.3.4.5").isLoopback && address("::1").isLoopback)
        #expect(try !address("128.0.0.1").isLoopback && !address("::2").isLoopback)
        #expect(try address("0.0.0.0").isAny && address("::").isAny && address("::").isIPv6)
        #expect(try address("224.0.0.1").isMulticast && address("239.255.0.1").isMulticast)
        #expect(try address("ff02::1").isMulticast && !address("fe80::1").isMulticast)
        #expect(try !address("223.255.255.255").isMulticast && !address("240.0.0.1").isMulticast)
        #expect(SocketAddress.broadcast(port: 9).description == "255.255.255.255:9")
        #expect(try address("::1").ipv4Octets == nil)
    }

    @Test func countsPerAddressOrNetwork() throws {
        func account(_ text: String) throws -> SocketAddress {
            try #require(SocketAddress(text)).accountable
        }
        #expect(try account("10.0.0.1:5") == account("10.0.0.1:6"))
        #expect(try account("10.0.0.1:5") != account("10.0.0.2:5"))
        #expect(try account("[2001:db8::1]:5") == account("[2001:db8::ffff:2]:6"))
        #expect(try account("[2001:db8::1]:5") != account("[2001:db8:0:1::1]:5"))
    }

    @Test func goesToTheSystemAndBack() throws {
        for text in ["10.9.8.7:6", "[2001:db8:1:2:3:4:5:6]:7", "[fe80::1%3]:65535"] {
            let address = try #require(SocketAddress(text))
            #expect(SocketAddress(address.system) == address)
        }
    }
}
