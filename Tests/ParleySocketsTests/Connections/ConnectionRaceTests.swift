import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

/// Connecting to a host with several addresses, as RFC 8305 describes.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct ConnectionRaceTests {
    /// Connects to `addresses` and the listener after them; returns how long that took.
    func connect(
        through addresses: [SocketAddress], timeout: Duration = .seconds(60)
    ) async throws -> Duration {
        let network = ListedNetwork()
        return try await ConnectionManager.run(network: network) { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            network.addresses = addresses + [listener.localAddress]
            let begin = network.clock.now
            let connection = try await manager.connect(
                to: "anything", port: 1, timeout: timeout)
            let took = begin.duration(to: network.clock.now)
            #expect(connection.remoteAddress == listener.localAddress)
            return took
        }
    }

    @Test func familiesTakeTurns() throws {
        let four = (1...3).map { SocketAddress(ipv4: (10, 0, 0, $0), port: 1) }
        let six = try (1...2).map { try #require(SocketAddress("[2001:db8::\($0)]:1")) }
        #expect(
            ConnectionRace.interleaved(six + four) == [six[0], four[0], six[1], four[1], four[2]])
        #expect(ConnectionRace.interleaved(four) == four)
        #expect(ConnectionRace.interleaved([]).isEmpty)
    }

    @Test func aSilentAddressCostsAQuarterOfASecond() async throws {
        let silent = try await SilentPlace()
        let took = try await connect(through: [silent.address])
        // Only virtual time has an upper bound.
        if TestNetwork.current.isSimulated {
            #expect(took >= .milliseconds(250) && took < .milliseconds(260))
        }
        silent.close()
    }

    @Test func severalSilentAddressesCostThatEach() async throws {
        let silent = try await SilentPlace()
        let took = try await connect(through: [silent.address, silent.address, silent.address])
        if TestNetwork.current.isSimulated {
            #expect(took >= .milliseconds(750) && took < .milliseconds(760))
        }
        silent.close()
    }

    @Test func aRefusalStartsTheNextAttemptAtOnce() async throws {
        let silent = try await SilentPlace()
        let nobody = try PlainListener(backlog: nil)
        let refused = try await connect(through: [nobody.address, nobody.address])
        let mixed = try await connect(through: [silent.address, nobody.address])
        if TestNetwork.current.isSimulated {
            #expect(refused < .milliseconds(100))
            #expect(mixed >= .milliseconds(250) && mixed < .milliseconds(350))
        }
        silent.close()
    }

    @Test func silenceEverywhereTimesOut() async throws {
        let silent = try await SilentPlace()
        let network = ListedNetwork()
        network.addresses = [silent.address, silent.address]
        try await ConnectionManager.run(network: network) { manager in
            let limit = Duration.milliseconds(400)
            await #expect(throws: ConnectError.timedOut(after: limit)) {
                try await manager.connect(to: "anything", port: 1, timeout: limit)
            }
            #expect(manager.connections.isEmpty)
        }
        silent.close()
    }

    @Test func aMixOfSilenceAndRefusalsNamesEachAddress() async throws {
        let silent = try await SilentPlace()
        let nobody = try PlainListener(backlog: nil)
        let network = ListedNetwork()
        network.addresses = [silent.address, nobody.address]
        try await ConnectionManager.run(network: network) { manager in
            _ = await #expect(
                throws: ConnectError.failed([
                    .init(address: silent.address, error: .timedOut),
                    .init(address: nobody.address, error: .connectionRefused),
                ])
            ) {
                try await manager.connect(
                    to: "anything", port: 1, timeout: .milliseconds(400))
            }
        }
        silent.close()
    }
}
