import Foundation

/// The same workloads in this program and in another build of it, such as the one before a change, in
/// alternating rounds. The ratio is taken between the two figures of the same round.
struct Against {
    private let program: String
    private let options: Options

    init(_ program: String, _ options: Options) {
        self.program = program
        self.options = options
    }

    /// Measures a workload; rows that only one of the builds has are left out.
    func run(_ workload: String) throws -> [Result] {
        var ours: [String: [Figure]] = [:]
        var theirs: [String: [Figure]] = [:]
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        for round in 0..<options.rounds {
            let isOursFirst = round.isMultiple(of: 2)
            for isOurs in [isOursFirst, !isOursFirst] {
                for figure in try measure(workload, isOurs ? own : program) {
                    let key = figure.row + "/" + (figure.baselineName ?? "")
                    if isOurs {
                        ours[key, default: []].append(figure)
                    } else {
                        theirs[key, default: []].append(figure)
                    }
                }
            }
        }
        return ours.keys.sorted().compactMap { key in
            guard let mine = ours[key], let other = theirs[key], mine.count == other.count,
                let first = mine.first
            else { return nil }
            let row = Workload.Row(
                name: first.row, figure: "", unit: first.unit, baseline: "other build")
            return Result(
                row, workload: workload, parley: mine.map(\.parley), baseline: other.map(\.parley))
        }
    }

    /// The row as the other program's `--json` reports it.
    private struct Figure: Decodable {
        let workload: String
        let row: String
        let unit: String
        let parley: Double
        let baselineName: String?
    }

    private func measure(_ workload: String, _ program: String) throws -> [Figure] {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments =
            ["--only", workload, "--rounds", "1", "--json"] + (options.isQuick ? ["--quick"] : [])
            + (options.clients.map { ["--clients", "\($0)"] } ?? [])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ChildFailure("\(program) did not measure \(workload)")
        }
        // Other workloads may begin with the same name.
        return try JSONDecoder().decode([Figure].self, from: bytes).filter {
            $0.workload == workload
        }
    }
}
