/// A call of the store, as a value: one transaction, which can be repeated.
///
/// The operations of this module are the only ones: their steps cannot be made elsewhere. As values they can be
/// delayed, logged and compared, by a ``Store`` that wraps another one.
public protocol StoreOperation: Sendable {
    /// What it returns when it is done.
    associatedtype Done: Sendable & Equatable
    /// What it does in its transaction.
    var steps: StoreSteps<Done> { get }
}

/// The steps of an operation within its transaction.
public struct StoreSteps<Done: Sendable>: Sendable {
    typealias Perform = @Sendable (any StoreTables) async throws(StoreFault) -> StoreOutcome<Done>

    let perform: Perform

    init(_ perform: @escaping Perform) {
        self.perform = perform
    }
}
