internal import Synchronization

/// What the machine under a loop has beside sockets. A simulated machine has its own.
package protocol Machine: AnyObject, Sendable {
    /// The date, in seconds since 1970, by which certificates are judged.
    var date: Int64 { get }

    /// Where this user's programs leave records for each other; nil where they use files.
    var records: MachineRecords? { get }

    /// The records at the machine of an address, which the hosts of a simulation read of each other.
    func records(at address: SocketAddress) -> MachineRecords?

    /// Runs work that may block, such as reading files, where it delays no loop. In the order of the calls.
    func runBlocking(_ work: @escaping @Sendable () -> Void)
}

extension Machine {
    /// Whether programs at an address leave their records where those of this machine read them: at a
    /// loopback address, and anywhere in a simulation, which is one process.
    package func sharesRecords(with address: SocketAddress) -> Bool {
        records != nil || address.isLoopback
    }

    /// Runs work that may block, and returns or throws its result.
    package func blocking<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let outcome: Result<Value, Failure> = await Waiter.wait { waiter in
            runBlocking {
                do throws(Failure) {
                    waiter.resume(returning: .success(try work()))
                } catch {
                    waiter.resume(returning: .failure(error))
                }
            }
        }
        return try outcome.get()
    }
}

/// The records of a simulated machine: what a real one has in the files of its user.
package final class MachineRecords: Sendable {
    private let records = Mutex<[String: [UInt8]]>([:])

    /// No records.
    package init() {}

    /// The records that `others` has now.
    package init(copying others: MachineRecords) {
        let found = others.records.withLock { $0 }
        records.withLock { $0 = found }
    }

    /// The record of that name.
    package subscript(name: String) -> [UInt8]? {
        get { records.withLock { $0[name] } }
        set { records.withLock { $0[name] = newValue } }
    }
}
