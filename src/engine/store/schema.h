#ifndef SCHEMA_H
#define SCHEMA_H

/*
 * The tables of a run's file, their version, and the checks that a file must pass before it is
 * used. Private to engine/store.
 */
#include <stdint.h>

#include "sql.h"

enum {
    SCHEMA_APPLICATION = 0x464C4F57, /* "FLOW", in PRAGMA application_id */
    SCHEMA_VERSION = 1, /* in PRAGMA user_version; raise it with every change of the tables */
};

struct schema_run {
    const char *id, *snapshot;
    int64_t created_ms;
};

/* Makes a complete file at `path`, which must not exist: it appears whole or not at all. */
bool schema_create(const char *path, const struct schema_run *run, struct err *err);

/* Opens for writing after all checks; the file is not changed by a refusal. NULL on error. */
sqlite3 *schema_open(const char *path, struct err *err);

/* Opens for reading alone: only kind and version are checked. NULL on error. */
sqlite3 *schema_open_reader(const char *path, struct err *err);

/* Chooses the journal: write-ahead log, or with wal false the rollback journal. */
bool schema_set_journal(sqlite3 *db, bool wal, struct err *err);

/* The name of the network file system that holds `folder`, or NULL where it is a local one. */
const char *schema_network_name(const char *folder);

/* Checkpoints and closes; a file that nobody else reads is left as one plain file, readable from
 * anywhere. */
void schema_close(sqlite3 *db);

#endif
