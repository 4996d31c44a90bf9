/// A balance's name.
struct Purse: Hashable, Comparable, Sendable {
    var holder: Holder
    var currency: Currency

    static func < (left: Purse, right: Purse) -> Bool {
        (left.holder, left.currency) < (right.holder, right.currency)
    }
}
