/* A folder of files *.json with one record each, at any depth, in the order of their paths. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "file.h"
#include "mem.h"
#include "records_form.h"

enum { DEPTH_MAX = 8, FILES_MAX = 1000000 };

static bool collect(struct records *records, const char *folder, int depth, struct err *err);

/* One name of a folder: a file with a record, a folder of them, or nothing of ours. */
static bool take_entry(
    struct records *records, const char *folder, const char *name, int depth, struct err *err)
{
    char *path;
    struct stat info;
    bool ok = true;

    if (name[0] == '.')
        return true;
    path = file_join(folder, name);
    if (stat(path, &info) != 0) {
        ok = err_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    } else if (S_ISDIR(info.st_mode)) {
        ok = collect(records, path, depth + 1, err);
    } else if (S_ISREG(info.st_mode) && str_ends(name, ".json")) {
        if (records->files.count >= FILES_MAX)
            ok = err_set(
                err, ERR_INPUT, "%s: more than %d files below it", records->root, FILES_MAX);
        else
            ARRAY_PUSH(&records->files, mem_strdup(path));
    }
    free(path);
    return ok;
}

// NOLINTNEXTLINE(misc-no-recursion): the depth is bounded
static bool collect(struct records *records, const char *folder, int depth, struct err *err)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    bool ok = true;

    if (dir == NULL)
        return err_set(err, ERR_INPUT, "%s: %s", folder, strerror(errno));
    if (depth > DEPTH_MAX)
        ok = err_set(err, ERR_INPUT, "%s: folders nest more than %d deep", folder, DEPTH_MAX);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own
    while (ok && (entry = readdir(dir)) != NULL)
        ok = take_entry(records, folder, entry->d_name, depth, err);
    (void)closedir(dir);
    return ok;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool open_folder(struct records *records, struct err *err)
{
    if (!collect(records, records->root, 0, err))
        return false;
    if (records->files.count == 0)
        return err_set(err, ERR_INPUT,
            "%s: there is no *.json file in this folder or below it; one record a file was "
            "expected",
            records->root);
    qsort(records->files.items, records->files.count, sizeof *records->files.items, compare_paths);
    return true;
}

static bool next_file(struct records *records, struct place *place, bool wanted, struct err *err)
{
    records->ended = records->number == records->files.count;
    if (records->ended)
        return true;
    records->path = records->files.items[records->number++];
    *place = (struct place){ 1, 1 };
    return !wanted || (file_read(records->path, RECORD_MAX_BYTES, &records->text, err) &&
                          records_parse(records, *place, "; one record a file", err));
}

const struct record_form form_folder = { .next = next_file, .open = open_folder };
