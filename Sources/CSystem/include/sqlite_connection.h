// What SQLite lets be set by functions with variable arguments only, which Swift cannot call. Inline, so that
// only who uses them has to link SQLite.
#pragma once

struct sqlite3;
int sqlite3_config(int option, ...);
int sqlite3_db_config(struct sqlite3 *connection, int option, ...);

/// With 1 the last connection that is closed leaves the write-ahead log as it is; with 0 it writes it into the
/// database and removes it, as SQLite does by itself.
static inline int farm_sqlite_keep_log(struct sqlite3 *connection, int on) {
    return sqlite3_db_config(connection, 1006 /* SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE */, on, (int *)0);
}

/// Has names that begin with `file:` taken for URIs. Does nothing once SQLite is in use.
static inline int farm_sqlite_read_uris(void) { return sqlite3_config(17 /* SQLITE_CONFIG_URI */, 1); }
