import CBenchmarkBaseline
import Foundation
import Synchronization

/// This program as one side of a measurement, or as the load on it.
enum RoleProcess {
    /// Plays the role until it gets the command to stop, or its parent has ended.
    static func main(role name: String, words: ArraySlice<String>) -> Never {
        let arguments = RoleArguments(words)
        bench_pin(Int32(arguments["processor"]))
        if arguments["yields"] == 1 { bench_yield_to_wakers() }
        bench_raise_descriptor_limit()
        guard let role = Role.all[name] else { fail("no role “\(name)”") }
        Task {
            do {
                try await role(arguments)
            } catch {
                fail("\(name): \(error)")
            }
        }
        obey()
    }

    /// The main thread reads commands and is otherwise asleep.
    private static func obey() -> Never {
        while let words = readLine()?.split(separator: " "), let order = words.first {
            if order == "sample" {
                sample()
            } else if let answer = orders.withLock({ $0[String(order)] }) {
                say(answer(words.dropFirst().first.flatMap { Int64($0) } ?? 0))
            } else {
                break
            }
        }
        exit(0)
    }

    private static func sample() {
        let sample = bench_take_sample(100_000_000)
        say([
            "count": sample.count, "cpu": sample.cpu, "now": sample.now,
            "allocations": sample.allocations, "memory": bench_memory(),
        ])
    }

    /// What a role does when it is told to, with a number.
    typealias Order = @Sendable (Int64) -> [String: Int64]

    private static let orders = Mutex<[String: Order]>([:])

    /// Answers a command of the parent's (``Child/order(_:_:)``) from now on, on the main thread.
    static func obey(_ name: String, _ order: @escaping Order) {
        orders.withLock { $0[name] = order }
    }

    /// Prints one line for the parent.
    static func say(_ values: [String: Int64]) {
        let line = values.map { "\($0)=\($1)" }.joined(separator: " ")
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Reports that the role is ready at a port.
    static func ready(port: UInt16 = 0) {
        say(["port": Int64(port)])
    }

    private static func fail(_ text: String) -> Never {
        FileHandle.standardError.write(Data((text + "\n").utf8))
        exit(1)
    }
}

/// The numbers that a role was started with.
struct RoleArguments {
    private var values: [String: Int] = [:]

    init(_ words: ArraySlice<String>) {
        for word in words {
            let parts = word.split(separator: "=")
            if parts.count == 2 { values[String(parts[0])] = Int(parts[1]) }
        }
    }

    subscript(_ name: String) -> Int { values[name] ?? 0 }

    /// The same as C takes it.
    func c(_ name: String) -> Int32 { Int32(self[name]) }
}

/// The roles of a process.
enum Role {
    typealias Play = @Sendable (RoleArguments) async throws -> Void

    static var all: [String: Play] {
        [raw, parley, security, commands, attacks, stores, postgresStores, realm].reduce(into: [:])
        { all, some in
            all.merge(some) { first, _ in first }
        }
    }
}
