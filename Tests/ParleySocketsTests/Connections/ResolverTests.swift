import Testing

@testable import ParleySockets

@Suite(.timeLimit(.minutes(5)))
struct ResolverTests {
    @Test func numericHostsAreThemselves() async throws {
        let network = SystemNetwork()
        for host in ["127.0.0.1", "::1", "fe80::1%1"] {
            let expected = try #require(SocketAddress(host: host, port: 7))
            #expect(try await network.resolve(host, port: 7) == [expected])
        }
    }

    @Test func localhostIsThisMachine() async throws {
        let found = try await SystemNetwork().resolve("localhost", port: 9)
        #expect(found.contains(.loopback(port: 9)))
        #expect(found.allSatisfy { $0.isLoopback && $0.port == 9 })
        #expect(Set(found).count == found.count)
    }

    @Test(arguments: ["", "a b", "nul\u{0}", "x.invalid", String(repeating: "a", count: 100_000)])
    func unknownNamesAreErrors(host: String) async {
        let error = await #expect(throws: ResolveError.self) {
            _ = try await SystemNetwork().resolve(host, port: 1)
        }
        guard case .notFound(host, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func manyAtOnceAndCancelledOnes() async {
        let network = SystemNetwork()
        await withDiscardingTaskGroup { group in
            for number in 0..<200 {
                group.addTask {
                    let found = try? await network.resolve("localhost", port: 1)
                    #expect(found?.isEmpty == false || Task.isCancelled)
                }
                if number == 100 { group.cancelAll() }
            }
        }
        #expect((try? await network.resolve("localhost", port: 1)) != nil)
    }

    @Test func interfacesIncludeLoopback() throws {
        let all = NetworkInterface.scan()
        let loopback = try #require(all.first { $0.address == .loopback(port: 0) })
        #expect(loopback.isLoopback && loopback.isUp && loopback.index > 0)
        #expect(loopback.netmask?.host == "255.0.0.0")
        #expect(all.allSatisfy { $0.address.port == 0 && !$0.name.isEmpty })
        #expect(all.allSatisfy { $0.hardwareAddress?.count ?? 6 == 6 })
        #expect(SystemNetwork().interfaces() == all)
    }
}
