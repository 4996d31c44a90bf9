import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// The program of the sample: world servers, four zones, bots, and a client for a terminal, each in a process of its own.
@main
enum Realm {
    static func main() async {
        let signals = Signals()
        await command(signals).main()
    }

    static func command(_ signals: Signals) -> Command {
        Command(
            "realm", "One world over many servers: a world server, four zones, bots.",
            details: """
                Without a command it is “realm all”: all processes of a realm, which this terminal
                shows. Join from another terminal with “Samples/run realm play”.
                """,
            options: allOptions,
            subcommands: [
                Command(
                    "all", "Runs a whole realm, and starts again what dies.", options: allOptions
                ) { try await Supervisor($0, signals).run() },
                worldCommand(signals), zoneCommand(signals), botsCommand(signals),
                playCommand(signals), simulateCommand(signals), auditCommand,
                generationCommand, certificatesCommand,
            ] + operatorCommands
        ) { try await Supervisor($0, signals).run() }
    }

    private static let allOptions: [any CommandOption] = [
        Options.bots, Options.portBase, Options.worlds, Options.ownFolder, Options.seconds,
        Options.killEvery, Options.killWorldEvery, Options.stopWorld, Options.ownStore,
        Options.failOverEvery, Options.certificates, Options.allMetrics, Options.metricsFrom,
        Options.noColor,
    ]

    private static func worldCommand(_ signals: Signals) -> Command {
        Command(
            "world", "Runs a world server, with the realm's store.",
            details: """
                It listens at this machine only: for players at --port-base, for zones after it; another one
                than number 0 behind the zones' ports. Several share a database: --store postgres://….
                """,
            options: [
                Options.portBase, Options.number, Options.worlds, Options.folder, Options.store,
                Options.lease,
                Options.certificates, Options.plain, Options.metrics, Options.metricsFrom,
                Options.seconds, Options.supervised,
            ]
        ) { try await WorldProgram($0, signals).run() }
    }

    private static func zoneCommand(_ signals: Signals) -> Command {
        Command(
            "zone", "Runs the server of one zone.",
            details: "The zones are " + RealmMap.zones.map(\.name).joined(separator: ", ") + ".",
            operand: "NAME",
            options: [
                Options.portBase, Options.worlds, Options.folder, Options.lease,
                Options.certificates, Options.plain, Options.metrics, Options.metricsFrom,
                Options.drainFor,
                Options.seconds,
                Options.supervised,
            ]
        ) { try await ZoneProgram($0, signals).run() }
    }

    private static func botsCommand(_ signals: Signals) -> Command {
        Command(
            "bots", "Lets bots play in a realm that runs.",
            options: [
                Options.count, Options.portBase, Options.worlds, Options.seconds,
                Options.supervised,
            ]
        ) { try await BotProgram($0, signals).run() }
    }

    private static func playCommand(_ signals: Signals) -> Command {
        Command(
            "play", "Lets you play with the keyboard in a realm that runs.",
            details: "Arrows or WASD walk, space waves, g gives a coin, Enter talks, q leaves.",
            options: [Options.portBase, Options.worlds, Options.name, Options.noColor]
        ) { try await PlayProgram($0, signals).run() }
    }

    private static func simulateCommand(_ signals: Signals) -> Command {
        Command(
            "simulate", "Plays a whole realm in virtual time, where things go wrong.",
            details: """
                The real servers, the store's model and the real bots run on one thread, and the seed
                decides everything. Whatever must always hold is looked at all the time, and is an
                error when it does not. Lines about the progress go to the standard error stream.
                """,
            options: [
                SimulationOptions.seed, SimulationOptions.minutes, SimulationOptions.bots,
                SimulationOptions.worlds,
                SimulationOptions.faults, SimulationOptions.network, SimulationOptions.runs,
                SimulationOptions.trace,
            ]
        ) { arguments in
            signals.useDefaults()
            try SimulationRun(arguments).run()
        }
    }

    private static var certificatesCommand: Command {
        Command(
            "certificates",
            "Makes the certificates by which the servers of a realm know each other.",
            details: """
                An authority of the realm's own signs a certificate for each server and for its
                operator. Only this user may read the files, and none is ever overwritten.
                """,
            options: [Options.out, Options.certified, Options.add]
        ) { try CertificateProgram($0).run() }
    }

    private static var generationCommand: Command {
        Command(
            "generation", "Begins the next generation of a store that was restored from a backup.",
            details: """
                Put the backup in the store's place while no server of the realm runs, and begin a
                generation before the first one starts: no process of before acts again, and every
                character is out. Of one backup that is restored twice, name a higher one with --next.
                """,
            options: [Options.store, Options.folder, Options.next]
        ) { try await GenerationProgram($0).run() }
    }

    private static var auditCommand: Command {
        Command(
            "audit", "Checks the store of a realm that does not run.",
            options: [Options.store, Options.folder]
        ) { try await Audit($0).run() }
    }
}
