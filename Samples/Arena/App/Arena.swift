import ArenaGame
import Parley
import SampleSupport

/// The program of the sample: the server of a game of tag, its bots, and a client for a terminal.
@main
enum Arena {
    static func main() async {
        let signals = Signals()
        await command(signals).main()
    }

    static func command(_ signals: Signals) -> Command {
        let bots = Options.demoBots
        return Command(
            "arena", "A game of tag over the network: server, bots and a live view.",
            details: """
                Without a command, a server and bots run in this process, and this terminal shows
                them. Join from another terminal with “Samples/run arena play”.
                """,
            options: [
                Options.port, bots, Options.npcs, Options.tickRate, Options.seed, Options.seconds,
                Options.record, Options.force, Options.noColor,
            ],
            subcommands: [
                serveCommand(signals), playCommand(signals), botsCommand(signals),
                replayCommand(signals), simulateCommand(signals),
            ]
        ) { arguments in
            try await Host(arguments, bots: arguments[bots], isShown: true, signals).run()
        }
    }

    private static func serveCommand(_ signals: Signals) -> Command {
        Command(
            "serve", "Runs a server and prints what happens, line by line.",
            details: """
                Sessions are encrypted. Programs of this machine verify the server by themselves; for
                players elsewhere it prints an invite. With --private the invite has a secret, and nobody
                comes in without it. Panda3D programs speak no TLS and need a port of
                their own: everybody between them and the server can read and change what they send.
                """,
            options: [
                Options.host, Options.port, Options.bots, Options.npcs, Options.tickRate,
                Options.seed, Options.seconds, Options.record, Options.force, Options.show,
                Options.noColor,
                Options.identity, Options.isPrivate, Options.pandaPort, Options.pandaHost,
            ]
        ) { arguments in
            let isShown = arguments[Options.show]
            try await Host(
                arguments, bots: arguments[Options.bots], isShown: isShown, signals
            ).run()
        }
    }

    private static func playCommand(_ signals: Signals) -> Command {
        Command(
            "play", "Joins a server and lets you play with the keyboard.",
            details:
                "Arrows or WASD walk, space dashes, t or Enter talks, p switches prediction, q leaves.",
            options: [
                Options.server, Options.invite, Options.name, Options.network, Options.noColor,
            ]
        ) { arguments in
            try await Game(arguments, signals).run()
        }
    }

    private static func replayCommand(_ signals: Signals) -> Command {
        Command(
            "replay", "Shows a session that “--record FILE” has written, or runs its rules again.",
            details: """
                Space pauses, + and - change the speed, a number shows another area, q leaves. With
                --check nothing is shown: the rules run again on the recorded input, and the first
                tick and field with another result is printed. A difference and a recording that
                ends early are errors.
                """,
            operand: "FILE", options: [Options.check, Options.noColor]
        ) { arguments in try await ReplayRun(arguments, signals).run() }
    }

    private static func simulateCommand(_ signals: Signals) -> Command {
        Command(
            "simulate", "Plays whole games in virtual time, on a network where things go wrong.",
            details: """
                The real server and the real bots run on one thread, and the seed decides everything.
                Bots join, leave and crash, and so does the server. A wrong notice or snapshot is an
                error. Lines about the progress go to the standard error stream.
                """,
            options: [
                SimulationOptions.seed, SimulationOptions.minutes, SimulationOptions.bots,
                SimulationOptions.faults, SimulationOptions.network, Options.npcs,
                Options.tickRate, SimulationOptions.runs, SimulationOptions.trace,
            ]
        ) { arguments in
            signals.useDefaults()
            try SimulationRun(arguments).run()
        }
    }

    private static func botsCommand(_ signals: Signals) -> Command {
        Command(
            "bots", "Lets bots play on a server.",
            options: [
                Options.server, Options.invite, Options.count, Options.network, Options.seconds,
            ]
        ) { arguments in
            try await BotParty(arguments, signals).run()
        }
    }
}
