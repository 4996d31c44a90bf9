import ArenaGame
import Parley
import SampleSupport

/// The options of the arena's commands.
enum Options {
    static let port = Option<UInt16>(
        "port", "N", "the TCP and UDP port; 0 for any free one",
        default: ArenaMessages.defaultPort, expects: "a port from 0 to 65535")
    static let host = Option<String?>(
        "host", "ADDRESS",
        "the address to listen at; 0.0.0.0 for other machines too (default: this machine only)")
    static let identity = Option<String?>(
        "identity", "FILE",
        "the server's key and certificate, made at the first start "
            + "(default for other machines: arena.pem in your state directory)")
    static let isPrivate = Option.flag(
        "private", "let in only players with the invite, which then has a secret")
    static let pandaPort = Option<UInt16?>(
        "panda3d-port", "N", "a port for Panda3D programs, not encrypted",
        expects: "a port from 0 to 65535")
    static let pandaHost = Option(
        "panda3d-host", "ADDRESS", "the address for Panda3D programs", default: "127.0.0.1")
    static let invite = Option<Invite?>(
        "invite", "the server's address and key, as it printed them; instead of --to")
    static let demoBots = Option("bots", "N", "how many bots play", default: 8, in: 0...64)
    static let bots = Option("bots", "N", "how many bots play too", default: 0, in: 0...64)
    static let count = Option("count", "N", "how many bots play", default: 8, in: 1...64)
    static let npcs = Option("npcs", "N", "how many NPCs there are", default: 4, in: 0...8)
    static let tickRate = Option("tick-rate", "N", "ticks a second", default: 60, in: 10...240)
    static let seed = Option<UInt64>("seed", "N", "the seed of the NPCs' decisions", default: 1)
    static let seconds = Option<UInt32?>(
        "seconds", "N", "end after N seconds (default: never)",
        expects: "a whole number of seconds")
    static let server = Option<Endpoint>(
        "to", "the server", default: Endpoint(port: ArenaMessages.defaultPort))
    static let network = Option<LinkChoice?>(
        "network", "LINK", "play over a worse link than yours: " + LinkChoice.list,
        expects: "one of " + LinkChoice.list)
    static let name = Option<String?>("name", "NAME", "your name in the arena")
    static let record = Option<String?>(
        "record", "FILE", "record the session, for “arena replay FILE”")
    static let force = Option.flag("force", "let --record replace a file that exists")
    static let check = Option.flag(
        "check", "run the rules again and print the first difference")
    static let show = Option.flag("show", "show the arena in this terminal")
    static let noColor = Option.flag("no-color", "no colours; NO_COLOR=1 does the same")
}
