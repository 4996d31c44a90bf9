import Foundation

/// Panda3D beside Parley, where a Python has it.
enum Panda {
    static let name = "Panda3D"

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Python that the environment names, or the one that the tests have installed.
    private static let python: String? = {
        let named = ProcessInfo.processInfo.environment["PARLEY_PANDA_PYTHON"]
        let installed = root.appending(path: ".build/panda3d/bin/python").path
        return [named, installed].compactMap(\.self).first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()

    /// The side as a baseline, if this machine has it.
    static func side(_ run: @escaping (Pace) throws -> Workload.Figures) -> [Workload.Side] {
        python == nil ? [] : [Workload.Side(name: name, run: run)]
    }

    /// One of our scripts, with its processor and some numbers as arguments.
    static func child(_ script: String, processor: Int, _ numbers: [Int] = []) throws -> Child {
        guard let python else { throw ChildFailure("no Python with Panda3D") }
        let path = root.appending(path: "Tests/Benchmarks/Panda/\(script)").path
        return try Child(
            name: script, program: python, [path] + ([processor] + numbers).map(String.init))
    }
}
