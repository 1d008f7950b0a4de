#include "corpus_growth.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "mem.h"

enum { NOTE_MAX = 1 << 20 };

bool corpus_file_read(struct corpus_file *file, const char *path, struct err *err)
{
    struct stat info;

    *file = (struct corpus_file){ .path = path };
    if (stat(path, &info) != 0)
        return err_set(err, ERR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    file->bytes = (uint64_t)info.st_size;
    return file_hash(path, &file->hash, err);
}

static char *note_path(const char *cache_folder, struct hash name)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(name, hex);
    return mem_printf("%s/corpus-%s.last", cache_folder, hex);
}

/* One file of then: all of it must still be there, ending in a whole line unless nothing follows.
 */
static bool is_beginning(struct corpus_file *file, uint64_t bytes, struct hash hash)
{
    struct err gone = { 0 };
    struct hash start;

    if (bytes > file->bytes)
        return false;
    if (!file_hash_start(file->path, bytes, &start, &file->indexed_lines, &gone) ||
        !hash_equal(start, hash))
        return false;
    file->indexed_bytes = bytes;
    return true;
}

static bool ends_in_line(const struct corpus_file *file)
{
    FILE *stream = fopen(file->path, "re");
    bool ends = stream != NULL && file->indexed_bytes > 0 &&
                fseeko(stream, (off_t)file->indexed_bytes - 1, SEEK_SET) == 0 &&
                fgetc(stream) == '\n';

    if (stream != NULL)
        (void)fclose(stream);
    return ends;
}

/* Lines of "BYTES HASH" behind the line of the index's own hash. */
static bool read_note(const char *note, struct corpus_file *files, size_t count, struct hash *base)
{
    char hex[HASH_HEX_SIZE];
    struct hash hash;
    uint64_t bytes;
    size_t at = 0;
    int used = 0;

    if (sscanf(note, "%32s%n", hex, &used) != 1 || !hash_from_hex(hex, base))
        return false;
    for (note += used; sscanf(note, "%" SCNu64 " %32s%n", &bytes, hex, &used) == 2; note += used) {
        bool is_whole = at == 0 || files[at - 1].indexed_bytes == files[at - 1].bytes;

        /* what stands behind must not have been moved by what was added before */
        if (at >= count || !is_whole || !hash_from_hex(hex, &hash) ||
            !is_beginning(&files[at], bytes, hash))
            return false;
        at++;
    }
    return at > 0 &&
           (files[at - 1].indexed_bytes == files[at - 1].bytes || ends_in_line(&files[at - 1]));
}

bool corpus_growth_find(const char *cache_folder, struct hash name, struct corpus_file *files,
    size_t count, struct hash *base)
{
    char *path = note_path(cache_folder, name);
    struct str note = STR_INIT;
    struct err missing = { 0 }; /* the first time */
    bool found = file_read(path, NOTE_MAX, &note, &missing) &&
                 read_note(str_text(&note), files, count, base);

    for (size_t i = 0; i < count && !found; i++)
        files[i].indexed_bytes = files[i].indexed_lines = 0;
    str_free(&note);
    free(path);
    return found;
}

void corpus_growth_note(const char *cache_folder, struct hash name, const struct corpus_file *files,
    size_t count, struct hash content)
{
    char *path = note_path(cache_folder, name);
    struct str note = STR_INIT;
    struct err ignored = { 0 };
    char hex[HASH_HEX_SIZE];

    hash_hex(content, hex);
    str_addf(&note, "%s\n", hex);
    for (size_t i = 0; i < count; i++) {
        hash_hex(files[i].hash, hex);
        str_addf(&note, "%" PRIu64 " %s\n", files[i].bytes, hex);
    }
    (void)file_write(path, str_text(&note), note.len, &ignored);
    str_free(&note);
    free(path);
}
