"""Casts rays at the collision polygons of an egg file: cast_rays.py FILE RAYS.

RAYS is a file of JSON: [[x, y, z, dx, dy, dz], ...]. Prints {"solids": n, "hits": [...]}, each hit the
share of the way at which Panda3D's CollisionRay first meets something, or null.
"""

import json
import sys

from panda3d.core import (
    CollisionHandlerQueue, CollisionNode, CollisionRay, CollisionTraverser, Filename, NodePath, Vec3,
)
from panda3d.egg import EggData, load_egg_data

from peer import report


def load(path):
    data = EggData()
    if not data.read(Filename.from_os_specific(path)):
        sys.exit(f"cannot read {path}")
    scene = NodePath("scene")
    scene.attach_new_node(load_egg_data(data))
    return scene


def main():
    scene = load(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        rays = json.load(file)
    ray = CollisionRay()
    node = CollisionNode("ray")
    node.add_solid(ray)
    node.set_into_collide_mask(0)
    caster = scene.attach_new_node(node)
    traverser, queue = CollisionTraverser(), CollisionHandlerQueue()
    traverser.add_collider(caster, queue)
    hits = []
    for x, y, z, dx, dy, dz in rays:
        way = Vec3(dx, dy, dz)
        node.clear_solids()
        node.add_solid(CollisionRay(x, y, z, dx, dy, dz))
        traverser.traverse(scene)
        shares = [
            (entry.get_surface_point(scene) - (x, y, z)).dot(way) / way.length_squared()
            for entry in queue.entries
        ]
        hits.append(min((share for share in shares if 0 <= share <= 1), default=None))
    solids = sum(
        path.node().get_num_solids() for path in scene.find_all_matches("**/+CollisionNode")
        if path != caster)
    report(solids=solids, hits=hits)


if __name__ == "__main__":
    main()
