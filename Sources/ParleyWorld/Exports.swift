// A game names players, ticks, goodbyes and addresses in its world: a program that imports the world
// has them, too.
@_exported public import ParleyProtocol
// And its clients name connection states and errors of sessions.
@_exported public import ParleySessions
