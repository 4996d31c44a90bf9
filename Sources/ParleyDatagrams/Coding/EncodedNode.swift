/// A value that is being encoded.
///
/// The values form a tree, because `Codable` lets a type fill several nested containers in any
/// order, while the bytes have one order.
final class EncodedNode {
    enum Content {
        /// The type has written nothing yet.
        case none
        case scalar(CodedScalar)
        case array([EncodedNode])
        case keyed(keys: [CodedKey], values: [EncodedNode], index: [CodedKey: Int])
    }

    var content = Content.none

    /// Makes the node an array, unless something else was written to it.
    func becomeArray() {
        if case .none = content { content = .array([]) }
    }

    /// Makes the node a keyed value, unless something else was written to it.
    func becomeKeyed() {
        if case .none = content { content = .keyed(keys: [], values: [], index: [:]) }
    }

    /// Appends an element to an array.
    func append(_ node: EncodedNode) {
        guard case .array(var elements) = content else { return }
        // The array grows in place only while nothing else refers to it.
        content = .none
        elements.append(node)
        content = .array(elements)
    }

    /// Sets the value of a key, and replaces an earlier one.
    func set(_ node: EncodedNode, for key: CodedKey) {
        guard case .keyed(var keys, var values, var index) = content else { return }
        content = .none
        if let place = index[key] {
            values[place] = node
        } else {
            index[key] = keys.count
            keys.append(key)
            values.append(node)
        }
        content = .keyed(keys: keys, values: values, index: index)
    }
}
