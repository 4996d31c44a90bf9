/// The options of the command line.
struct Options {
    var only: [String] = []
    var rounds = 5
    /// Another build of this program to compare with.
    var against: String?
    /// How many clients the whole server has; nil for 1,000.
    var clients: Int?
    var isQuick = false
    var wantsJSON = false
    var wantsList = false
    var wantsHelp = false

    static let help = """
        Measures Parley beside its baselines, alternately, in one run.

          parley-benchmarks [--only NAME]… [--rounds N] [--against PATH] [--clients N]
                            [--json] [--quick] [--list]

          --only NAME  only workloads that begin so; may be given several times
          --rounds N   how often each side runs (5)
          --against PATH  beside another build of this program instead of the baselines
          --clients N  how many clients the whole server has (1000)
          --json       an array for machines instead of the table
          --quick      one short round: whether everything runs, not how fast
          --list       names the workloads

        PARLEY_PANDA_PYTHON names a Python that has Panda3D 1.10.16, for the rows with it.
        """

    init(_ words: [String]) throws(UsageError) {
        var words = words.makeIterator()
        while let word = words.next() {
            switch word {
            case "--only": only.append(try Self.value(of: word, words.next()))
            case "--rounds":
                rounds = try Self.count(of: word, words.next())
            case "--against": against = try Self.value(of: word, words.next())
            case "--clients": clients = try Self.count(of: word, words.next())
            case "--quick": isQuick = true
            case "--json": wantsJSON = true
            case "--list": wantsList = true
            case "--help", "-h": wantsHelp = true
            default: throw UsageError("“\(word)” is not an option; --help names them")
            }
        }
        if isQuick { rounds = 1 }
    }

    var pace: Pace { isQuick ? .quick : .full }

    private static func count(of option: String, _ word: String?) throws(UsageError) -> Int {
        guard let count = Int(try value(of: option, word)), count > 0 else {
            throw UsageError("\(option) needs a number from 1")
        }
        return count
    }

    private static func value(of option: String, _ word: String?) throws(UsageError) -> String {
        guard let word else { throw UsageError("\(option) needs a value") }
        return word
    }
}

/// A command line that makes no sense.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// How long, and how much of it.
struct Pace {
    /// Seconds until measuring begins.
    let warmUp: Double
    /// Seconds that are measured.
    let duration: Double
    /// Divides numbers that would make a quick run long: connections, iterations.
    let reduction: Int

    static let full = Pace(warmUp: 0.2, duration: 1, reduction: 1)
    static let quick = Pace(warmUp: 0.05, duration: 0.15, reduction: 20)
}
