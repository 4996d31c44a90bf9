import ParleyDatagrams
import ParleySessions
import ParleySockets
import ParleyWorld
import Testing

/// A ticket may be a password: no text has it.
@Suite struct TicketTests {
    private let ticket = Datagram(bytes: "swordfish".utf8)

    @Test func aTicketIsInNoText() {
        let login = Login(
            name: "Ann", ticket: ticket, address: .loopback(port: 1), isEncrypted: true)
        var configuration = GameClientConfiguration()
        configuration.ticket = ticket
        var (dumpedLogin, dumpedConfiguration) = ("", "")
        dump(login, to: &dumpedLogin)
        dump(configuration, to: &dumpedConfiguration)
        for text in [
            "\(login)", String(reflecting: login), dumpedLogin, "\(configuration)",
            String(reflecting: configuration), dumpedConfiguration,
        ] {
            #expect(!text.contains("73776f7264") && !text.contains("swordfish"), "\(text)")
        }
        #expect("\(login)".contains("Ann") && "\(login)".contains("9 bytes"))
    }
}
