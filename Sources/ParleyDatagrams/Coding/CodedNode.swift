/// A value between its Swift type and its bytes: a tree, because `Codable` lets a type write into
/// several nested containers in any order.
final class CodedNode {
    enum Content {
        /// Nothing was written yet.
        case none
        case scalar(CodedScalar)
        case array([CodedNode])
        case keyed(keys: [String], values: [CodedNode], index: [String: Int])
    }

    var content: Content
    /// Where the value begins in the datagram that it was read from.
    let offset: Int
    /// Which entries, or how many elements, the decoding type has asked for.
    private var asked: [Bool] = []

    init(_ content: Content = .none, offset: Int = 0) {
        self.content = content
        self.offset = offset
    }

    /// A short name of what is there, for errors.
    var kind: String {
        switch content {
        case .none: "nothing"
        case .scalar(let scalar): scalar.kind
        case .array(let elements): "an array of \(elements.count)"
        case .keyed(let keys, _, _): "a value with \(keys.count) keys"
        }
    }

    var isNull: Bool {
        if case .scalar(.null) = content { true } else { false }
    }
}

extension CodedNode {
    /// Makes it an array, unless something else was written to it.
    func becomeArray() {
        if case .none = content { content = .array([]) }
    }

    /// Makes it keyed, unless something else was written to it.
    func becomeKeyed() {
        if case .none = content { content = .keyed(keys: [], values: [], index: [:]) }
    }

    func append(_ node: CodedNode) {
        guard case .array(var elements) = content else { return }
        // The array must have one owner to grow in place.
        content = .none
        elements.append(node)
        content = .array(elements)
    }

    func set(_ node: CodedNode, for key: String) {
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

extension CodedNode {
    /// The value of a key.
    ///
    /// Remembers that somebody asked for it.
    func value(for key: String) -> CodedNode? {
        guard case .keyed(_, let values, let index) = content, let place = index[key] else {
            return nil
        }
        markAsked(place, of: values.count)
        return values[place]
    }

    /// Remembers that somebody asked for an element.
    func markAsked(_ place: Int, of count: Int) {
        if asked.isEmpty { asked = Array(repeating: false, count: count) }
        asked[place] = true
    }

    /// The path of something that nobody asked for; nil when everything was read.
    func firstUnasked(path: String = "") -> String? {
        switch content {
        case .none, .scalar: return nil
        case .array(let elements):
            for (place, element) in elements.enumerated() {
                let here = "\(path)[\(place)]"
                guard place < asked.count, asked[place] else { return here }
                if let found = element.firstUnasked(path: here) { return found }
            }
        case .keyed(let keys, let values, _):
            for (place, key) in keys.enumerated() {
                let here = path.isEmpty ? key : "\(path).\(key)"
                guard place < asked.count, asked[place] else { return here }
                if let found = values[place].firstUnasked(path: here) { return found }
            }
        }
        return nil
    }
}
