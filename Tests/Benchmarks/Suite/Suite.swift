import CBenchmarkBaseline
import Foundation

/// The benchmark suite, and every process that it starts: it runs itself with a hidden role, so
/// that the CPU time of the measured side is that of a process of its own.
@main
enum Suite {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        if words.first == "--role", words.count > 1 {
            RoleProcess.main(role: words[1], words: words.dropFirst(2))
        }
        signal(SIGPIPE, SIG_IGN)
        do {
            exit(try run(Options(words)) ? 0 : 1)
        } catch {
            complain("\(error)")
            exit(2)
        }
    }

    /// Runs what the options ask for; returns whether every workload ran.
    private static func run(_ options: Options) throws -> Bool {
        if options.wantsHelp {
            print(Options.help)
            return true
        }
        let chosen = Workload.all(clients: options.clients ?? 1_000).filter { workload in
            options.only.isEmpty || options.only.contains { workload.name.hasPrefix($0) }
        }
        guard !chosen.isEmpty else {
            throw UsageError("no workload begins so; --list prints them")
        }
        if options.wantsList {
            for workload in chosen { print(workload.name) }
            return true
        }
        return try measure(chosen, options)
    }

    private static func measure(_ workloads: [Workload], _ options: Options) throws -> Bool {
        var results: [Result] = []
        var failures = 0
        for workload in workloads {
            complain("\(workload.name) …")
            do {
                if let against = options.against {
                    results += try Against(against, options).run(workload.name)
                    continue
                }
                results += try measure(workload, options)
            } catch {
                complain("\(workload.name) did not run: \(error)")
                failures += 1
            }
        }
        print(try options.wantsJSON ? Report.json(results) : Report.table(results))
        return failures == 0
    }

    /// Measures a workload. A quick round only asks whether it runs: on a busy machine a process may miss its time, so it
    /// gets three tries.
    private static func measure(_ workload: Workload, _ options: Options) throws -> [Result] {
        for attempt in 1..<(options.isQuick ? 3 : 1) {
            do {
                return try Rounds(workload, pace: options.pace, count: options.rounds).run()
            } catch {
                complain("\(workload.name), attempt \(attempt): \(error)")
            }
        }
        return try Rounds(workload, pace: options.pace, count: options.rounds).run()
    }

    /// Prints a message that is not a result.
    static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
