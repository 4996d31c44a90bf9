import ParleyZones
import SampleSupport

extension Realm {
    /// What an operator does. It takes the realm's keys, so its folder.
    static var operatorCommands: [Command] {
        let options: [any CommandOption] = [
            Options.portBase, Options.worlds, Options.folder, Options.certificates,
        ]
        return [
            Command(
                "status", "Says how a realm that runs is, by each of its world servers.",
                options: options
            ) {
                try await OperatorProgram.status($0).run()
            },
            Command(
                "inspect", "Says what the store knows of a character.",
                details: "With --store it reads the store of a realm that does not run.",
                operand: "CHARACTER", options: options + [Options.store]
            ) { try await OperatorProgram.inspect($0).run() },
            Command(
                "drain", "Lets a zone hand its characters to its neighbours, and end.",
                details: "A supervisor starts the zone again.", operand: "NAME", options: options
            ) { try await OperatorProgram.drain($0).run() },
            Command(
                "move", "Sends a character to another zone.", operand: "CHARACTER ZONE",
                options: options
            ) { try await OperatorProgram.move($0).run() },
            Command(
                "kick", "Ends a character's session; the next login is allowed.",
                operand: "CHARACTER", options: options
            ) { try await OperatorProgram.about($0) { .kick($0) }.run() },
            Command(
                "ban", "Ends a character's session, and forbids the next.",
                operand: "CHARACTER", options: options
            ) { try await OperatorProgram.about($0) { .ban($0) }.run() },
            Command(
                "pardon", "Takes a ban or a quarantine back.", operand: "CHARACTER",
                options: options
            ) { try await OperatorProgram.about($0) { .pardon($0) }.run() },
            Command(
                "release", "Takes a quarantine back, and no ban.", operand: "CHARACTER",
                options: options
            ) { try await OperatorProgram.about($0) { .release($0) }.run() },
            Command(
                "backup", "Copies the store into a new file.",
                details: """
                    A realm that runs makes the copy beside its store. With --store it is that of a
                    realm that does not run, and may be anywhere.
                    """, options: options + [Options.backup, Options.store]
            ) { arguments in
                if arguments[Options.store] != nil {
                    return try await BackupProgram(arguments).run()
                }
                try await OperatorProgram.backUp(arguments).run()
            },
        ]
    }
}
