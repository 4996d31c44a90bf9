import Parley
import SampleSupport
import Testing

@Suite struct OptionTests {
    private static let port = Option<UInt16>("port", "N", "the port to listen at", default: 9099)
    private static let bots = Option("bots", "N", "how many", default: 8, in: 0...64)
    private static let name = Option<String?>("name", "NAME", "who plays")
    private static let loud = Option.flag("loud", "say more")
    private static let command = Command(
        "arena", "A game.", options: [port, bots, name, loud],
        subcommands: [
            Command("serve", "Serves.", options: [port]) { _ in },
            Command("bots", "Plays.") { _ in },
        ]
    ) { _ in }

    private func arguments(_ words: String...) throws -> Arguments {
        guard case .run(_, let arguments) = try Self.command.parse(words) else {
            throw Failure("that was a request for help")
        }
        return arguments
    }

    private func complaint(_ words: String...) -> String? {
        do throws(UsageError) {
            _ = try Self.command.parse(words)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func defaults() throws {
        let none = try arguments()
        #expect(none[Self.port] == 9099)
        #expect(none[Self.name] == nil)
        #expect(!none[Self.loud])
    }

    @Test func aWordBesideTheOptions() throws {
        let command = Command("replay", "Shows.", operand: "FILE", options: [Self.loud]) { _ in }
        for words in [["a.txt", "--loud"], ["--loud", "a.txt"]] {
            guard case .run(_, let arguments) = try command.parse(words) else { continue }
            #expect(arguments.operand == "a.txt")
            #expect(arguments[Self.loud])
        }
        #expect(throws: UsageError("a FILE has to be given")) { try command.parse([]) }
        #expect(throws: UsageError("only one FILE can be given, not “b” as well")) {
            try command.parse(["a", "b"])
        }
        #expect(try arguments().operand == "")
    }

    @Test func values() throws {
        let some = try arguments("--port", "1", "--name=Ada = Grace", "--loud", "--bots", "0")
        #expect(some[Self.port] == 1)
        #expect(some[Self.name] == "Ada = Grace")
        #expect(some[Self.loud])
        #expect(some[Self.bots] == 0)
    }

    @Test func complaints() {
        #expect(complaint("--prot", "1") == "unknown option --prot; did you mean --port?")
        #expect(complaint("--nonsense") == "unknown option --nonsense; --help lists what there is")
        #expect(complaint("serv") == "unknown command serv; did you mean serve?")
        #expect(complaint("sevre") == "unknown command sevre; did you mean serve?")
        #expect(complaint("bogus") == "unknown command bogus; --help lists what there is")
        #expect(complaint("--port") == "--port needs a value: a number")
        #expect(complaint("--name") == "--name needs a value: NAME")
        #expect(complaint("--port", "99999") == "--port needs a number, not “99999”")
        #expect(complaint("--bots", "65") == "--bots needs a number from 0 to 64, not “65”")
        #expect(complaint("--loud=yes") == "--loud takes no value")
        #expect(complaint("--loud", "--loud") == "--loud is given twice")
        #expect(complaint("-x") == "“-x” is not an option: they begin with --")
        #expect(complaint("serve", "--bots", "1") != nil)
    }

    /// An invite and an address are easily given to each other's option.
    @Test func anInviteAndAnAddressFindTheirOptions() {
        let invite = Option<Invite?>("invite", "the invite")
        let to = Option<Endpoint>("to", "the server", default: Endpoint(port: 9099))
        let command = Command("play", "Plays.", options: [invite, to, Self.port]) { _ in }
        func complaint(_ words: String...) -> String? {
            do throws(UsageError) {
                _ = try command.parse(words)
                return nil
            } catch {
                return error.description
            }
        }
        let text = "parley:localhost:9099#" + String(repeating: "a", count: 25) + "4"
        #expect(complaint("--invite", text) == nil)
        #expect(complaint("--invite", text.uppercased()) == nil)
        for option in ["--to", "--port"] {
            let words = complaint(option, text)
            #expect(words?.hasSuffix("; an invite is given as --invite") == true, "\(words ?? "")")
        }
        let words = complaint("--invite", "ice.example:9099")
        #expect(words?.hasSuffix("; an address without a key is given as --to") == true)
        #expect(complaint("--port", "ice") == "--port needs a number, not “ice”")
    }

    @Test(arguments: [
        ["--help"], ["serve", "--help"], ["--port", "1", "-h"], ["help"], ["help", "serve"],
    ])
    func help(words: [String]) throws {
        guard case .help(let text) = try Self.command.parse(words) else {
            Issue.record("no help")
            return
        }
        #expect(text.contains("--port N"))
        #expect(text.contains("(default 9099)"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
}
