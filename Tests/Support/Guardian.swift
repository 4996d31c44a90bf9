/// A class whose subclass encodes it in a nested container, as `Codable` classes do.
package class Being: Codable {
    package var id: Int

    package init(id: Int) { self.id = id }
}

/// A subclass.
package final class Guardian: Being {
    package var name: String

    private enum Keys: String, CodingKey { case name }

    package init(id: Int, name: String) {
        self.name = name
        super.init(id: id)
    }

    package required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        name = try container.decode(String.self, forKey: .name)
        try super.init(from: try container.superDecoder())
    }

    package override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        // The superclass comes first, because containers may be filled in any order.
        try super.encode(to: container.superEncoder())
        try container.encode(name, forKey: .name)
    }
}
