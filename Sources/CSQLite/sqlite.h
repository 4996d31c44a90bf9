// SQLite 3.37 or later, from the system: the first version with STRICT tables.
//
// CParleySQLite depends on this for the compiler's and linker's flags. No Swift file imports it.
#ifndef PARLEY_SYSTEM_SQLITE_H
#define PARLEY_SYSTEM_SQLITE_H

#include <sqlite3.h>

#if SQLITE_VERSION_NUMBER < 3037000
#error "Parley needs SQLite 3.37 or later"
#endif

#endif
