import Synchronization

/// A queue between one sender and one receiver that makes the sender wait at its bound.
///
/// Unlike an `AsyncStream` it drops nothing: the sender is slowed to the receiver's pace.
package final class BoundedMailbox<Element: Sendable>: Sendable {
    private typealias Receiver = CheckedContinuation<Element?, Never>
    private typealias Sender = CheckedContinuation<Bool, Never>

    private struct State {
        var elements: [Element] = []
        var first = 0
        var isFinished = false
        var receiver: Receiver?
        /// The waiting sender and its element.
        var sender: (element: Element, waiter: Sender)?

        var count: Int { elements.count - first }

        /// Takes the oldest element. The waiting sender gets the free place, and is to be resumed.
        mutating func takeFirst() -> (Element, Sender?)? {
            guard count > 0 else { return nil }
            let element = elements[first]
            first += 1
            if first == elements.count || first >= 64 {
                elements.removeFirst(first)
                first = 0
            }
            return (element, admitSender())
        }

        /// Gives an element to the receiver that waits, which is to be resumed with it, or keeps it if there
        /// is room.
        mutating func put(_ element: Element, atMost capacity: Int) -> (Receiver?, isSent: Bool) {
            if let receiver {
                self.receiver = nil
                return (receiver, true)
            }
            guard count < capacity else { return (nil, false) }
            elements.append(element)
            return (nil, true)
        }

        mutating func admitSender() -> Sender? {
            guard let sender else { return nil }
            elements.append(sender.element)
            self.sender = nil
            return sender.waiter
        }
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// A mailbox for at most `capacity` elements, and at least one.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Sends an element if there is room for it, without waiting.
    ///
    /// - Returns: Whether it was sent.
    package func offer(_ element: Element) -> Bool {
        let (receiver, isSent) = state.withLock { state -> (Receiver?, Bool) in
            if state.isFinished || state.sender != nil { return (nil, false) }
            return state.put(element, atMost: capacity)
        }
        receiver?.resume(returning: element)
        return isSent
    }

    /// Sends an element, and waits while the mailbox is full.
    ///
    /// - Returns: False if the mailbox is finished or the task is cancelled: it was not sent.
    package func send(_ element: Element) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { suspend(sender: $0, element) }
        } onCancel: {
            let waiter = state.withLock { state -> Sender? in
                defer { state.sender = nil }
                return state.sender?.waiter
            }
            waiter?.resume(returning: false)
        }
    }

    /// Takes the oldest element, and waits for one. Returns nil if the mailbox is finished and empty,
    /// or the task is cancelled.
    package func next() async -> Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { suspend(receiver: $0) }
        } onCancel: {
            let waiter = state.withLock { state -> Receiver? in
                defer { state.receiver = nil }
                return state.receiver
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Takes all elements without waiting. A waiting sender resumes.
    package func takeAll() -> [Element] {
        let (elements, sender) = state.withLock { state -> ([Element], Sender?) in
            guard state.count > 0 else { return ([], nil) }
            let elements = Array(state.elements[state.first...])
            state.elements.removeAll(keepingCapacity: true)
            state.first = 0
            return (elements, state.admitSender())
        }
        sender?.resume(returning: true)
        return elements
    }

    /// Refuses further elements. Those that are there can still be received.
    package func finish() {
        let (receiver, sender) = state.withLock { state -> (Receiver?, Sender?) in
            state.isFinished = true
            defer {
                state.receiver = nil
                state.sender = nil
            }
            return (state.receiver, state.sender?.waiter)
        }
        receiver?.resume(returning: nil)
        sender?.resume(returning: false)
    }

    private func suspend(sender: Sender, _ element: Element) {
        let (receiver, isSent) = state.withLock { state -> (Receiver?, Bool?) in
            if state.isFinished || Task.isCancelled || state.sender != nil { return (nil, false) }
            let (receiver, isSent) = state.put(element, atMost: capacity)
            if isSent { return (receiver, true) }
            state.sender = (element, sender)
            return (nil, nil)
        }
        receiver?.resume(returning: element)
        if let isSent { sender.resume(returning: isSent) }
    }

    private func suspend(receiver: Receiver) {
        let (outcome, sender) = state.withLock { state -> (Element??, Sender?) in
            if Task.isCancelled || state.receiver != nil { return (.some(nil), nil) }
            if let (element, sender) = state.takeFirst() { return (element, sender) }
            if state.isFinished { return (.some(nil), nil) }
            state.receiver = receiver
            return (nil, nil)
        }
        if let outcome { receiver.resume(returning: outcome) }
        sender?.resume(returning: true)
    }
}
