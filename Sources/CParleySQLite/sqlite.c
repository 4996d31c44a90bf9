#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parley_sqlite.h"

static sqlite3 *of(parley_sqlite *connection) {
    return (sqlite3 *)connection;
}

static sqlite3_stmt *statement_of(parley_statement *statement) {
    return (sqlite3_stmt *)statement;
}

const char *parley_sqlite_version(void) {
    return sqlite3_libversion();
}

int parley_sqlite_open(const char *path, parley_sqlite **connection) {
    // A new file is its user's alone: it holds digests of passwords. Never opened if it exists: closing a second
    // descriptor would drop the locks of a connection in this process.
    int created = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (created >= 0) close(created);
    sqlite3 *opened = NULL;
    // Without the library's mutex, which each call would lock: one thread at a time uses the connection.
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX;
    int result = sqlite3_open_v2(path, &opened, flags, NULL);
    *connection = (parley_sqlite *)opened;
    return result;
}

void parley_sqlite_close(parley_sqlite *connection) {
    sqlite3_close(of(connection));
}

const char *parley_sqlite_message(parley_sqlite *connection) {
    return sqlite3_errmsg(of(connection));
}

int parley_sqlite_is_idle(parley_sqlite *connection) {
    return sqlite3_get_autocommit(of(connection));
}

int parley_file_make(const char *path) {
    int made = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (made < 0) return errno;
    close(made);
    return 0;
}

static int sync_one(const char *path) {
    int opened = open(path, O_RDONLY | O_CLOEXEC);
    if (opened < 0) return errno;
    int result = fsync(opened) == 0 ? 0 : errno;
    close(opened);
    return result;
}

int parley_file_sync(const char *path, const char *folder) {
    int result = sync_one(path);
    return result != 0 ? result : sync_one(folder);
}

void parley_file_remove(const char *path) {
    unlink(path);
}

const char *parley_system_message(int number) {
    return strerror(number);
}

int parley_statement_prepare(
    parley_sqlite *connection, const char *text, size_t count, parley_statement **statement) {
    sqlite3_stmt *prepared = NULL;
    int result = sqlite3_prepare_v3(
        of(connection), text, (int)count, SQLITE_PREPARE_PERSISTENT, &prepared, NULL);
    *statement = (parley_statement *)prepared;
    return result;
}

void parley_statement_end(parley_statement *statement) {
    sqlite3_finalize(statement_of(statement));
}

int parley_statement_bind_integer(parley_statement *statement, int index, int64_t value) {
    return sqlite3_bind_int64(statement_of(statement), index, value);
}

int parley_statement_bind_text(
    parley_statement *statement, int index, const uint8_t *text, size_t count) {
    return sqlite3_bind_text64(
        statement_of(statement), index, text ? (const char *)text : "", count, SQLITE_TRANSIENT,
        SQLITE_UTF8);
}

int parley_statement_bind_bytes(
    parley_statement *statement, int index, const uint8_t *bytes, size_t count) {
    // SQLite takes NULL for the value NULL, but empty bytes are bytes.
    return sqlite3_bind_blob64(
        statement_of(statement), index, bytes ? (const void *)bytes : "", count, SQLITE_TRANSIENT);
}

int parley_statement_bind_null(parley_statement *statement, int index) {
    return sqlite3_bind_null(statement_of(statement), index);
}

int parley_statement_step(parley_statement *statement) {
    return sqlite3_step(statement_of(statement));
}

void parley_statement_reset(parley_statement *statement) {
    sqlite3_reset(statement_of(statement));
    sqlite3_clear_bindings(statement_of(statement));
}

int parley_statement_column_count(parley_statement *statement) {
    return sqlite3_column_count(statement_of(statement));
}

int parley_statement_column_kind(parley_statement *statement, int column) {
    return sqlite3_column_type(statement_of(statement), column);
}

int64_t parley_statement_column_integer(parley_statement *statement, int column) {
    return sqlite3_column_int64(statement_of(statement), column);
}

const uint8_t *parley_statement_column_bytes(
    parley_statement *statement, int column, size_t *count) {
    // The pointer first: asking for it may convert the value, and change its length.
    const uint8_t *bytes = sqlite3_column_blob(statement_of(statement), column);
    *count = (size_t)sqlite3_column_bytes(statement_of(statement), column);
    return bytes;
}
