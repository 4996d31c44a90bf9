internal import CParleySystem
internal import Synchronization

/// The machine that the program runs on, as the loops of one network share it.
package final class SystemMachine: Machine {
    private let worker = Mutex<WorkerThread?>(nil)
    private let handshakes = Mutex<EventLoop?>(nil)

    package init() {}

    package var date: Int64 { parley_date() }

    package var records: MachineRecords? { nil }

    package func records(at address: SocketAddress) -> MachineRecords? { nil }

    /// Runs work on a thread that begins with the first work; on the caller's where the system has no
    /// more threads.
    package func runBlocking(_ work: @escaping @Sendable () -> Void) {
        let thread = worker.withLock { worker in
            if worker == nil { worker = try? WorkerThread(named: "parley-files") }
            return worker
        }
        if let thread { thread.run(work) } else { work() }
    }

    /// The loop for handshakes, which begins with the first call; nil where the system has no more
    /// threads.
    func handshakeLoop() -> EventLoop? {
        handshakes.withLock { loop in
            // It gets a machine of its own: it would keep this one alive, and this one keeps it.
            if loop == nil { loop = try? EventLoop(name: "parley-tls") }
            return loop
        }
    }
}
