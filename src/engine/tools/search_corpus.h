#ifndef SEARCH_CORPUS_H
#define SEARCH_CORPUS_H

/*
 * The passages of a search tool: JSONL files of {"title": …, "text": …} (text a string, or an
 * array of sentences as in Wikipedia's abstracts; other members are left alone; which members are
 * title and text can be told), or the paragraphs of the task's own data. Private to engine/tools.
 */
#include "err.h"
#include "hash.h"
#include "task.h"

enum { CORPUS_LINE_MAX = 16 << 20 };

struct corpus {
    const char *const *paths; /* or the one word "data" */
    size_t path_count;
    const char *title;        /* the member that is the title */
    const char *const *texts; /* those that are the text, one after the other */
    size_t text_count;
};

/* The index of the corpus is in the cache folder afterwards; *content names it. Where files have
 * only grown since the last time (lines at the end of the last one, files behind it) only what is
 * new is indexed. */
bool search_corpus_index(const struct task *task, const struct corpus *corpus,
    const char *cache_folder, struct hash *content, struct err *err);

#endif
