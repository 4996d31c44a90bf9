// `import Parley` brings every floor of the house.
@_exported public import ParleyCollision
@_exported public import ParleyDatagrams
@_exported public import ParleyProtocol
@_exported public import ParleySecurity
@_exported public import ParleySessions
@_exported public import ParleySockets
@_exported public import ParleyWorld
