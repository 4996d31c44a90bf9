// Grants and checkpoints by SQLite's own interface, with as few statements as they can have.
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "common.h"

static sqlite3 *database;

static void check(int code, const char *what) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) bench_fail(what);
}

static void run(const char *text) {
    check(sqlite3_exec(database, text, NULL, NULL, NULL), text);
}

static sqlite3_stmt *prepare(const char *text) {
    sqlite3_stmt *statement = NULL;
    check(sqlite3_prepare_v3(database, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), text);
    return statement;
}

static void open_store(const char *path, int64_t characters) {
    check(sqlite3_open(path, &database), "open");
    run("PRAGMA locking_mode = EXCLUSIVE");
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA cache_size = -16384");
    run("CREATE TABLE owner (character INTEGER PRIMARY KEY, zone TEXT, incarnation INTEGER NOT NULL,"
        " generation INTEGER NOT NULL, number INTEGER NOT NULL, taken INTEGER NOT NULL) STRICT");
    run("CREATE INDEX owner_place ON owner (zone, incarnation) WHERE zone IS NOT NULL");
    run("CREATE TABLE state (character INTEGER PRIMARY KEY, number INTEGER NOT NULL,"
        " bytes BLOB NOT NULL) STRICT");
    run("BEGIN");
    sqlite3_stmt *insert = prepare("INSERT INTO owner VALUES (?1, 'north', 1, 1, 1, 0)");
    for (int64_t character = 1; character <= characters; character++) {
        sqlite3_bind_int64(insert, 1, character);
        check(sqlite3_step(insert), "insert");
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    run("COMMIT");
}

static void write_state(sqlite3_stmt *statement, int64_t character, int64_t number, const void *bytes, int count) {
    sqlite3_bind_int64(statement, 1, character);
    sqlite3_bind_int64(statement, 2, number);
    sqlite3_bind_blob(statement, 3, bytes, count, SQLITE_STATIC);
    check(sqlite3_step(statement), "state");
    sqlite3_reset(statement);
}

static const char *const state_text =
    "INSERT INTO state (character, number, bytes) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (character) DO UPDATE SET number = excluded.number, bytes = excluded.bytes";

int64_t bench_grants(const char *path, int64_t count, int64_t together, int size) {
    static const char seal[8192];
    if (size > (int)sizeof seal) bench_fail("so long a seal");
    open_store(path, together);
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *state = prepare(state_text);
    sqlite3_stmt *grant = prepare(
        "UPDATE owner SET zone = ?1, number = number + 1 WHERE character = ?2 AND zone = ?3"
        " AND incarnation = 1 AND generation = 1 AND number = ?4 RETURNING number");
    int64_t began = bench_now();
    for (int64_t round = 0; round < count / together; round++) {
        check(sqlite3_step(begin), "begin");
        sqlite3_reset(begin);
        for (int64_t character = 1; character <= together; character++) {
            sqlite3_bind_text(grant, 1, round % 2 ? "north" : "south", 5, SQLITE_STATIC);
            sqlite3_bind_int64(grant, 2, character);
            sqlite3_bind_text(grant, 3, round % 2 ? "south" : "north", 5, SQLITE_STATIC);
            sqlite3_bind_int64(grant, 4, round + 1);
            if (sqlite3_step(grant) != SQLITE_ROW) bench_fail("a grant was refused");
            sqlite3_reset(grant);
            write_state(state, character, round + 2, seal, size);
        }
        check(sqlite3_step(commit), "commit");
        sqlite3_reset(commit);
    }
    return bench_now() - began;
}

int64_t bench_checkpoints(const char *path, int64_t rounds, int64_t characters) {
    static const char bytes[2048];
    open_store(path, characters);
    sqlite3_stmt *state = prepare(state_text);
    sqlite3_stmt *take = prepare(
        "UPDATE owner SET taken = number WHERE character = ?1 AND zone = 'north'"
        " AND incarnation = 1 AND generation = 1 AND number = 1 RETURNING character");
    int64_t began = bench_now();
    for (int64_t round = 0; round < rounds; round++) {
        run("BEGIN IMMEDIATE");
        for (int64_t character = 1; character <= characters; character++) {
            sqlite3_bind_int64(take, 1, character);
            if (sqlite3_step(take) != SQLITE_ROW) bench_fail("a checkpoint was refused");
            sqlite3_reset(take);
            write_state(state, character, 1, bytes, sizeof bytes);
        }
        run("COMMIT");
    }
    return bench_now() - began;
}
