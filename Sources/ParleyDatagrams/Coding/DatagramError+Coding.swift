extension DatagramError {
    /// The error for something that a type threw while it was encoded or decoded.
    init(coding error: any Error) {
        switch error {
        case let error as DatagramError: self = error
        case EncodingError.invalidValue(let value, let context):
            self.init(
                path: context.codingPath, reason: "\(value): \(context.debugDescription)")
        case DecodingError.keyNotFound(_, let context),
            DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            self.init(path: context.codingPath, reason: context.debugDescription)
        default: self.init(path: [], reason: "\(error)")
        }
    }

    /// A ``coding(path:reason:)`` whose texts are short and printable, whatever keys and values a
    /// peer sent.
    init(path: [any CodingKey], reason: String) {
        self = .coding(path: path.text.excerpt(160), reason: reason.excerpt(160))
    }
}

extension [any CodingKey] {
    /// The path as Swift writes it: `players[3].name`.
    fileprivate var text: String {
        reduce("") { path, key in
            if key.intValue != nil, key is PathKey { return path + key.stringValue }
            let name = key.stringValue.excerpt(40)
            return path.isEmpty ? name : path + "." + name
        }
    }
}
