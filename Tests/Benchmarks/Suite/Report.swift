import Foundation

/// The results, for people and for machines.
enum Report {
    static func json(_ results: [Result]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(results), as: UTF8.self)
    }

    static func table(_ results: [Result]) -> String {
        let head = ["workload", "unit", "Parley", "baseline", "", "ratio", "min…max", "target", ""]
        let lines = [head] + results.map(cells)
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            zip(line, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }

    private static func cells(_ result: Result) -> [String] {
        [
            result.row, result.unit, number(result.parley),
            result.baseline.map(number) ?? "", result.baselineName ?? "",
            result.ratio.map { number($0) + " ×" } ?? "",
            "\(number(result.spread[0]))…\(number(result.spread[1]))",
            result.target.map { "\(result.direction) \(number($0))" } ?? "",
            result.met.map { $0 ? "met" : "not met" } ?? "",
        ]
    }

    /// Three significant digits.
    private static func number(_ value: Double) -> String {
        switch abs(value) {
        case 1_000_000...: String(format: "%.2f M", value / 1_000_000)
        case 1_000...: String(format: "%.0f", value)
        case 100...: String(format: "%.0f", value)
        case 10...: String(format: "%.1f", value)
        default: String(format: "%.2f", value)
        }
    }
}
