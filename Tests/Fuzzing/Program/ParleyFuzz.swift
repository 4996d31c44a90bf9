import Foundation
import Fuzzing
import SampleSupport
import TestSupport

@main
enum ParleyFuzz {
    private static let inputs = Option<UInt64>(
        "inputs", "N", "how many inputs in all, shared among the targets", default: 100_000)
    private static let seed = Option<UInt64>(
        "seed", "N", "what the inputs are made from", default: 1)
    private static let targetName = Option<String?>(
        "target", "NAME", "only this target (default: all; --list names them)")
    private static let input = Option<UInt64?>(
        "input", "N", "only the input with this number", expects: "a number")
    private static let file = Option<String?>(
        "file", "PATH", "only the input in this file, as libFuzzer keeps it")
    private static let export = Option<String?>(
        "export", "FOLDER", "write the corpus of every target below a folder, for libFuzzer")
    private static let list = Option.flag("list", "name the targets")
    private static let costs = Option.flag(
        "costs", "time the Codable decoder with honest and with hostile bytes")

    @concurrent
    static func main() async {
        let command = Command(
            "parley-fuzz", "Gives every decoder inputs that were made from good ones.",
            details: """
                Every input is made from the seed and its number, so any one can be run again:
                what fails says the line for it. Tests/fuzz runs the same targets with libFuzzer.
                """,
            options: [inputs, seed, targetName, input, file, export, list, costs]
        ) { arguments in
            try await run(arguments)
        }
        await command.main()
    }

    private static func run(_ arguments: Arguments) async throws {
        let targets = try targets(arguments[targetName])
        if arguments[list] { return targets.forEach { print($0.name) } }
        if arguments[costs] { return DecoderCosts.print() }
        if let folder = arguments[export] { return try write(targets, below: folder) }
        FuzzRun.watchForSignals()
        if let path = arguments[file] {
            let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
            for target in targets { try target.check(bytes) }
            return
        }
        let seed = arguments[seed]
        if let number = arguments[input] {
            for target in targets { try rerun(FuzzRun(target, seed: seed), number) }
            return
        }
        try await FuzzCampaign(targets: targets, seed: seed, inputs: arguments[inputs]).run()
    }

    private static func targets(_ name: String?) throws -> [FuzzTarget] {
        guard let name else { return FuzzTarget.all }
        guard let target = FuzzTarget.named(name) else {
            throw UsageError("there is no target \(name); --list names them")
        }
        return [target]
    }

    private static func rerun(_ run: FuzzRun, _ number: UInt64) throws {
        print("\(run.target.name), input \(number): \(run.input(number).hex)")
        if let failure = run.run(number..<number + 1) { throw failure }
        print("no finding")
    }

    private static func write(_ targets: [FuzzTarget], below folder: String) throws {
        for target in targets {
            let place = URL(filePath: folder).appending(path: target.name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (index, input) in target.corpus.enumerated() {
                try Data(input).write(to: place.appending(path: "golden-\(index)"))
            }
        }
    }
}
