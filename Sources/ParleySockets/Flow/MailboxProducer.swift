/// A source that fills a mailbox and pauses while the consumer is behind.
package protocol MailboxProducer: AnyObject, Sendable {
    /// The consumer has caught up, so a paused producer may go on. Called on any thread.
    func resumeProducing()
}
