/// The treatment of datagrams that arrive faster than they are consumed, by a UDP socket or by a reader.
public enum ReceiveBuffering: Sendable {
    /// Stop reading once so many bytes wait, counting 64 more for each datagram by UDP and 32 by TCP.
    ///
    /// By TCP nothing is lost: the peers have to wait. By UDP the system's buffer then drops the newest
    /// and counts them (`DatagramSocketStatistics.droppedBySystem`).
    case pause(bytes: Int)
    /// Keep only so many of the newest datagrams, and count the dropped ones.
    case newest(Int)
}
