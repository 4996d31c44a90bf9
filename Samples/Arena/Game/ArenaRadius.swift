/// How large everybody in the arena is, in metres.
public let bodyRadius = 0.4
