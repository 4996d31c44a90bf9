import Parley
import SampleSupport

/// A chat room: a `ConnectionReader` merges all guests, a `ConnectionWriter` sends to all of them.
@main
enum Chat {
    static func main() async {
        let signals = Signals()
        let port = Option<UInt16>("port", "N", "the port to listen at", default: 9097)
        let to = Option<Endpoint>("to", "the server", default: Endpoint(port: 9097))
        let name = Option("name", "NAME", "your name in the room", default: "somebody")
        await Command(
            "chat", "Sends lines of text from everybody to everybody.",
            subcommands: [
                Command("serve", "Opens a room.", options: [port]) { arguments in
                    let room = ChatRoom(port: arguments[port])
                    try await signals.untilAskedToEnd { try await room.run() }
                },
                Command(
                    "join", "Enters a room. Each line you type goes to everybody in it.",
                    options: [to, name]
                ) {
                    arguments in
                    let guest = ChatGuest(server: arguments[to], name: arguments[name])
                    try await signals.untilAskedToEnd { try await guest.run() }
                },
            ]
        ).main()
    }
}
