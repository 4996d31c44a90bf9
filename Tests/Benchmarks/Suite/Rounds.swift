/// The rounds of one workload: in each, every side runs once, and the ratio is taken between the two
/// figures of the same round, so other work of the machine weighs on both.
struct Rounds {
    private let workload: Workload
    private let pace: Pace
    private let count: Int

    init(_ workload: Workload, pace: Pace, count: Int) {
        self.workload = workload
        self.pace = pace
        self.count = count
    }

    func run() throws -> [Result] {
        var figures: [String: [Workload.Figures]] = [:]
        for round in 0..<count {
            let sides = [workload.parley] + workload.baselines
            for side in round.isMultiple(of: 2) ? sides : sides.reversed() {
                figures[side.name, default: []].append(try side.run(pace))
            }
        }
        return try workload.rows.map { row in
            let parley = try values(row.figure, of: figures[workload.parley.name])
            let baseline = try row.baseline.map { try values(row.figure, of: figures[$0]) }
            return Result(row, workload: workload.name, parley: parley, baseline: baseline)
        }
    }

    private func values(_ figure: String, of figures: [Workload.Figures]?) throws -> [Double] {
        try (figures ?? []).map { figures in
            guard let value = figures[figure], value.isFinite else {
                throw ChildFailure("no figure “\(figure)”")
            }
            return value
        }
    }
}

/// One line of the results.
struct Result: Encodable {
    let workload: String
    let row: String
    let unit: String
    let parley: Double
    let baseline: Double?
    let baselineName: String?
    let ratio: Double?
    /// The lowest and the highest ratio, or figure where there is no ratio.
    let spread: [Double]
    let target: Double?
    let direction: String
    let met: Bool?

    init(_ row: Workload.Row, workload: String, parley: [Double], baseline: [Double]?) {
        self.workload = workload
        self.row = row.name
        unit = row.unit
        self.parley = parley.median
        self.baseline = baseline?.median
        baselineName = row.baseline
        let ratios = baseline.map { baseline in zip(parley, baseline).map { $0 / $1 } }
        let judged = ratios ?? parley
        ratio = ratios?.median
        spread = [judged.min() ?? 0, judged.max() ?? 0]
        target = row.target
        direction = row.isBetterWhen.rawValue
        met = row.target.map { target in
            // A few thousandths more than nothing are the meter's own doing: it prints samples.
            row.isBetterWhen == .lower
                ? judged.median <= target + 0.005 : judged.median >= target
        }
    }
}

extension [Double] {
    /// The middle one; of an even number the mean of both.
    var median: Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }

    /// The value below which so much of them lies, 0 to 1.
    func quantile(_ part: Double) -> Double {
        guard !isEmpty else { return .nan }
        return sorted()[Swift.min(count - 1, Int(Double(count) * part))]
    }
}
