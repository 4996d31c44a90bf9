#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

// The workload of `Collisions.swift` in C: hills of 2 × 71 × 71 triangles in a tree of boxes, rays
// through it, and a capsule that walks on it. The tree is halved by number, a node's miss link leads
// past it, and contacts are found by the same method, in single calls without any generality.

typedef struct { double x, y, z; } vec;
typedef struct { vec a, b, c, normal; } triangle;
typedef struct { vec low, high; int32_t first, count, miss; } node;

enum { side = 71, triangle_count = 2 * side * side, leaf = 4 };

static triangle level[triangle_count];
static node nodes[2 * triangle_count];
static int32_t node_count;

static inline vec v(double x, double y, double z) { return (vec){x, y, z}; }
static inline vec add(vec a, vec b) { return v(a.x + b.x, a.y + b.y, a.z + b.z); }
static inline vec sub(vec a, vec b) { return v(a.x - b.x, a.y - b.y, a.z - b.z); }
static inline vec mul(vec a, double f) { return v(a.x * f, a.y * f, a.z * f); }
static inline double dot(vec a, vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline vec cross(vec a, vec b) {
    return v(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}
static inline double clamp(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }
static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }
static inline vec low(vec a, vec b) { return v(least(a.x, b.x), least(a.y, b.y), least(a.z, b.z)); }
static inline vec high(vec a, vec b) { return v(most(a.x, b.x), most(a.y, b.y), most(a.z, b.z)); }

double bench_random(uint64_t *state) {
    uint64_t mixed = *state += 0x9E3779B97F4A7C15;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return (double)((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53;
}

double bench_hill(int32_t x, int32_t y) {
    uint64_t state = (uint64_t)x * 1000003 + (uint64_t)y;
    return bench_random(&state);
}

static vec corner(int x, int y) { return v(x - side / 2, y - side / 2, bench_hill(x, y)); }

static int axis;
static int by_center(const void *left, const void *right) {
    const triangle *l = left, *r = right;
    const double *la = &l->a.x, *lb = &l->b.x, *lc = &l->c.x;
    const double *ra = &r->a.x, *rb = &r->b.x, *rc = &r->c.x;
    double difference = la[axis] + lb[axis] + lc[axis] - ra[axis] - rb[axis] - rc[axis];
    return difference < 0 ? -1 : difference > 0;
}

static void build(int32_t first, int32_t count) {
    node *here = &nodes[node_count++];
    here->low = here->high = level[first].a;
    for (int32_t i = first; i < first + count; i++) {
        here->low = low(low(here->low, level[i].a), low(level[i].b, level[i].c));
        here->high = high(high(here->high, level[i].a), high(level[i].b, level[i].c));
    }
    here->first = first;
    here->count = count <= leaf ? count : 0;
    if (count > leaf) {
        vec size = sub(here->high, here->low);
        axis = size.x >= size.y ? 0 : 1;
        qsort(&level[first], (size_t)count, sizeof(triangle), by_center);
        build(first, count / 2);
        build(first + count / 2, count - count / 2);
    }
    here->miss = node_count;
}

static void make_level(void) {
    if (node_count) return;
    int n = 0;
    for (int x = 0; x < side; x++)
        for (int y = 0; y < side; y++) {
            vec a = corner(x, y), b = corner(x + 1, y), c = corner(x + 1, y + 1), d = corner(x, y + 1);
            level[n++] = (triangle){a, b, c, cross(sub(b, a), sub(c, a))};
            level[n++] = (triangle){a, c, d, cross(sub(c, a), sub(d, a))};
        }
    for (int i = 0; i < n; i++)
        level[i].normal = mul(level[i].normal, 1 / sqrt(dot(level[i].normal, level[i].normal)));
    build(0, n);
}

// Where a path enters a box that is `room` larger on all sides; more than `limit` if it does not.
static inline double enters(const node *box, vec from, vec inverse, vec room, double limit) {
    vec one = sub(sub(box->low, room), from), other = sub(add(box->high, room), from);
    one = v(one.x * inverse.x, one.y * inverse.y, one.z * inverse.z);
    other = v(other.x * inverse.x, other.y * inverse.y, other.z * inverse.z);
    vec in = low(one, other), out = high(one, other);
    double first = most(most(in.x, in.y), most(in.z, 0));
    return first <= least(least(out.x, out.y), least(out.z, limit)) ? first : 2;
}

static inline vec inverted(vec way) { return v(1 / way.x, 1 / way.y, 1 / way.z); }

// Möller and Trumbore 1997.
static inline double hit(const triangle *t, vec from, vec way) {
    vec e1 = sub(t->b, t->a), e2 = sub(t->c, t->a), p = cross(way, e2);
    double det = dot(e1, p);
    if (det == 0) return 2;
    vec s = sub(from, t->a), q = cross(s, e1);
    double u = dot(s, p) / det, w = dot(way, q) / det;
    if (u < 0 || w < 0 || u + w > 1) return 2;
    double share = dot(e2, q) / det;
    return share >= 0 ? share : 2;
}

static double cast(vec from, vec way) {
    double best = 1;
    vec inverse = inverted(way), room = {0, 0, 0};
    for (int32_t i = 0; i < node_count;) {
        const node *here = &nodes[i];
        if (enters(here, from, inverse, room, best) > best) {
            i = here->miss;
            continue;
        }
        for (int32_t k = here->first; k < here->first + here->count; k++)
            best = least(best, hit(&level[k], from, way));
        i++;
    }
    return best;
}

static inline int above(const triangle *t, vec p) {
    return dot(cross(sub(t->b, t->a), sub(p, t->a)), t->normal) >= 0
        && dot(cross(sub(t->c, t->b), sub(p, t->b)), t->normal) >= 0
        && dot(cross(sub(t->a, t->c), sub(p, t->c)), t->normal) >= 0;
}

static inline void line_gap(vec p, vec d, vec q, vec e, double *distance, vec *normal) {
    vec r = sub(p, q);
    double a = dot(d, d), ee = dot(e, e), b = dot(d, e), c = dot(d, r), f = dot(e, r);
    double det = a * ee - b * b, s = det > 1e-14 * a * ee ? clamp((b * f - c * ee) / det) : 0;
    double along = b * s + f;
    if (along <= 0) s = clamp(-c / a);
    else if (along >= ee) s = clamp((b - c) / a);
    vec way = sub(add(p, mul(d, s)), add(q, mul(e, clamp((b * s + f) / ee))));
    double length = sqrt(dot(way, way));
    if (length >= *distance) return;
    *distance = length;
    *normal = mul(way, 1 / length);
}

// The distance from a triangle to a vertical line.
static inline void gap(const triangle *t, vec at, double half, double *distance, vec *normal) {
    vec p = v(at.x, at.y, at.z - half), q = v(at.x, at.y, at.z + half);
    double first = dot(sub(p, t->a), t->normal), last = dot(sub(q, t->a), t->normal);
    *distance = 0;
    *normal = first + last >= 0 ? t->normal : mul(t->normal, -1);
    if (first * last <= 0 && first != last
        && above(t, add(p, mul(sub(q, p), first / (first - last))))) return;
    double height = least(fabs(first), fabs(last));
    *distance = height;
    if (first * last > 0 && above(t, fabs(first) <= fabs(last) ? p : q)) return;
    *distance = INFINITY;
    vec d = sub(q, p);
    line_gap(p, d, t->a, sub(t->b, t->a), distance, normal);
    line_gap(p, d, t->b, sub(t->c, t->b), distance, normal);
    line_gap(p, d, t->c, sub(t->a, t->c), distance, normal);
}

static const double radius = 0.4, half = 0.5, skin = 0.001;

// Where the capsule stops within half the skin of a triangle, if before `limit`, and the normal.
static double touch(
    const triangle *t, vec from, vec way, double limit, double *stop, vec *normal) {
    double share = 0, found = -1;
    for (int i = 0; i < 64; i++) {
        double distance;
        vec n;
        gap(t, add(from, mul(way, share)), half, &distance, &n);
        double slope = dot(n, way), height = distance - radius;
        if (slope >= 0) return 2;
        if (found < 0 && height <= skin + 1e-10) found = share;
        if (found >= 0 && height <= skin / 2 + 1e-10) {
            *stop = found;
            *normal = n;
            return share;
        }
        share += (height - (found < 0 ? skin : skin / 2)) / -slope;
        if (share > limit) return 2;
    }
    return 2;
}

static vec move(vec from, vec way) {
    for (int bend = 0; bend < 8; bend++) {
        double best = 1, stop = 1;
        vec normal = {0, 0, 0}, inverse = inverted(way);
        vec room = v(radius + 2 * skin, radius + 2 * skin, half + radius + 2 * skin);
        int found = 0;
        for (int32_t i = 0; i < node_count;) {
            const node *here = &nodes[i];
            if (enters(here, from, inverse, room, best) > best) {
                i = here->miss;
                continue;
            }
            for (int32_t k = here->first; k < here->first + here->count; k++) {
                double s;
                vec n;
                double share = touch(&level[k], from, way, best, &s, &n);
                if (share > 1 || (found && share >= best)) continue;
                best = share, stop = s, normal = n, found = 1;
            }
            i++;
        }
        from = add(from, mul(way, found ? stop : 1));
        if (!found) break;
        way = mul(way, 1 - stop);
        way = sub(way, mul(normal, dot(way, normal) * (1 + 1e-9)));
    }
    return from;
}

int64_t bench_rays(int64_t count) {
    make_level();
    uint64_t state = 1;
    volatile double sum = 0;
    int64_t began = bench_now();
    for (int64_t i = 0; i < count; i++) {
        vec from = v(bench_random(&state) * 60 - 30, bench_random(&state) * 60 - 30, 2);
        vec way = v(bench_random(&state) * 40 - 20, bench_random(&state) * 40 - 20, -3);
        sum = sum + cast(from, way);
    }
    return bench_now() - began;
}

int64_t bench_moves(int64_t count) {
    make_level();
    uint64_t state = 1;
    volatile double sum = 0;
    vec place = {0, 0, 3};
    int64_t began = bench_now();
    for (int64_t i = 0; i < count; i++) {
        double x = bench_random(&state) - 0.5, y = bench_random(&state) - 0.5;
        place = move(place, v(x * 0.3 - place.x * 1e-3, y * 0.3 - place.y * 1e-3, -0.05));
        sum = sum + place.z;
    }
    return bench_now() - began;
}
