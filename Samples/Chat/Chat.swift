import Parley
import SampleSupport

/// Many clients in one room: the reader that merges them, and the writer to all.
@main
enum Chat {
    static func main() async {
        let signals = Signals()
        let port = Option<UInt16>("port", "N", "the port to listen at", default: 9097)
        let to = Option<Endpoint>("to", "the server", default: Endpoint(port: 9097))
        let name = Option("name", "NAME", "what the others see you as", default: "somebody")
        await Command(
            "chat", "Lines of text, from everybody to everybody.",
            subcommands: [
                Command("serve", "Keeps the room.", options: [port]) { arguments in
                    let room = ChatRoom(port: arguments[port])
                    try await signals.untilAskedToEnd { try await room.run() }
                },
                Command("join", "Enters the room: what you type is said.", options: [to, name]) {
                    arguments in
                    let guest = ChatGuest(server: arguments[to], name: arguments[name])
                    try await signals.untilAskedToEnd { try await guest.run() }
                },
            ]
        ).main()
    }
}
