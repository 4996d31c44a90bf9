import Properties
import SampleSupport

/// Runs the properties over many seeds.
@main
enum Soak {
    static let property = Option<String?>("property", "NAME", "only this one")
    static let seeds = Option<UInt64>("seeds", "N", "how many seeds of each", default: 500)
    static let from = Option<UInt64?>(
        "from", "SEED", "the first seed: 1 by default, or any with --minutes")
    static let seed = Option<UInt64?>("seed", "SEED", "only this seed")
    static let minutes = Option<Int?>(
        "minutes", "N", "run seed after seed for so long, instead of a number of seeds")
    static let trace = Option<Bool>.flag("trace", "tell everything that happens")
    static let hash = Option<Bool>.flag("hash", "print the trace hash of every seed")
    static let list = Option<Bool>.flag("list", "list the properties, and run none")

    static func main() async {
        await Command(
            "parley-soak", "Checks what holds in every simulated world, seed after seed.",
            details: "A failing seed is reported in a line that runs it again; the rest "
                + "goes on, and the program ends with the exit code 1.",
            options: [property, seeds, from, seed, minutes, trace, hash, list]
        ) { arguments in
            if arguments[list] { return printList() }
            try await Round(arguments).run()
        }.main()
    }

    private static func printList() {
        let properties = Property.all + Property.long
        let width = properties.map(\.name.count).max() ?? 0
        for property in properties {
            let space = String(repeating: " ", count: width - property.name.count + 2)
            print(property.name + space + property.promise)
        }
    }
}
