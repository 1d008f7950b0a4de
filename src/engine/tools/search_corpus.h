#ifndef SEARCH_CORPUS_H
#define SEARCH_CORPUS_H

/*
 * The passages of a search tool: a JSONL file of {"title": …, "text": …} (text a string, or an
 * array of sentences as in Wikipedia's abstracts; other keys are left alone), or the paragraphs of
 * the task's own data. Private to engine/tools.
 */
#include "err.h"
#include "hash.h"
#include "task.h"

enum { CORPUS_LINE_MAX = 16 << 20 };

/* The index of the corpus (a path, or "data") is in the cache folder afterwards; *content names it.
 */
bool search_corpus_index(const struct task *task, const char *corpus, const char *cache_folder,
    struct hash *content, struct err *err);

#endif
