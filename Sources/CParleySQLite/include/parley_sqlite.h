// The calls of SQLite that ParleyStore needs, as plain C types.
//
// Functions that can fail return SQLite's extended result code, which is 0 for success. No function keeps a
// pointer that it was given beyond its return, unless its comment says so.
#ifndef PARLEY_SQLITE_H
#define PARLEY_SQLITE_H

#include <stddef.h>
#include <stdint.h>

// Primary result codes: an extended code's lowest eight bits.
#define PARLEY_SQLITE_BUSY 5
#define PARLEY_SQLITE_IO_ERROR 10
#define PARLEY_SQLITE_CORRUPT 11
#define PARLEY_SQLITE_FULL 13
#define PARLEY_SQLITE_CANNOT_OPEN 14
#define PARLEY_SQLITE_NOT_A_DATABASE 26

#define PARLEY_SQLITE_ROW 100
#define PARLEY_SQLITE_DONE 101

#define PARLEY_SQLITE_INTEGER 1
#define PARLEY_SQLITE_TEXT 3
#define PARLEY_SQLITE_BYTES 4
#define PARLEY_SQLITE_NULL 5

typedef struct parley_sqlite parley_sqlite;
typedef struct parley_statement parley_statement;

// The version of the library that is linked, such as "3.40.1".
const char *parley_sqlite_version(void);

// Opens a file, or creates one for its user alone. One thread at a time may use the connection.
int parley_sqlite_open(const char *path, parley_sqlite **connection);
// Closes it. All statements must have ended.
void parley_sqlite_close(parley_sqlite *connection);
// SQLite's words for the last failure. They live until the next call.
const char *parley_sqlite_message(parley_sqlite *connection);
// Whether no transaction is open. SQLite ends one by itself after some failures.
int parley_sqlite_is_idle(parley_sqlite *connection);

// Makes an empty file that is its user's alone. 0, or the system's number: EEXIST if there is something.
int parley_file_make(const char *path);
// Waits until the disk has a file and its entry in the folder. 0, or the system's number.
int parley_file_sync(const char *path, const char *folder);
// Removes a file.
void parley_file_remove(const char *path);
// The system's words for a number of its.
const char *parley_system_message(int number);

// Prepares one statement, which is kept for many runs.
int parley_statement_prepare(
    parley_sqlite *connection, const char *text, size_t count, parley_statement **statement);
void parley_statement_end(parley_statement *statement);

// Parameters count from 1. Texts and bytes are copied.
int parley_statement_bind_integer(parley_statement *statement, int index, int64_t value);
int parley_statement_bind_text(
    parley_statement *statement, int index, const uint8_t *text, size_t count);
int parley_statement_bind_bytes(
    parley_statement *statement, int index, const uint8_t *bytes, size_t count);
int parley_statement_bind_null(parley_statement *statement, int index);

// Returns PARLEY_SQLITE_ROW, PARLEY_SQLITE_DONE or a failure.
int parley_statement_step(parley_statement *statement);
// Makes the statement ready for its next run.
void parley_statement_reset(parley_statement *statement);

// Columns count from 0. A pointer lives until the next step or reset.
int parley_statement_column_count(parley_statement *statement);
int parley_statement_column_kind(parley_statement *statement, int column);
int64_t parley_statement_column_integer(parley_statement *statement, int column);
const uint8_t *parley_statement_column_bytes(
    parley_statement *statement, int column, size_t *count);

#endif
