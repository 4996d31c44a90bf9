/// What is in an array.
enum CodedElements {
    case nodes([CodedNode])
    /// Nodes only while they are read: a byte of the datagram must not cost the hundred bytes that a
    /// node takes.
    case bytes([UInt8])

    var count: Int {
        switch self {
        case .nodes(let nodes): nodes.count
        case .bytes(let bytes): bytes.count
        }
    }
}
