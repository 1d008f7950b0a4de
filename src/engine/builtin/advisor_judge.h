#ifndef ADVISOR_JUDGE_H
#define ADVISOR_JUDGE_H

/*
 * Does a target fit its question? Advice is drawn only from examples where it does: from a target
 * that was put to the wrong question nothing can be learned. Judged by the kind of thing that the
 * question asks for, by the options that it offers, and by where the target stands in the texts at
 * hand.
 */
#include "advisor_words.h"

enum asked {
    ASKED_ANYTHING,
    ASKED_YES_NO,
    ASKED_OPTION,
    ASKED_NAME,
    ASKED_DATE,
    ASKED_YEAR,
    ASKED_NUMBER
};

enum shape {
    SHAPE_EMPTY,
    SHAPE_YES_NO,
    SHAPE_DATE,
    SHAPE_YEAR,
    SHAPE_NUMBER,
    SHAPE_NAME,
    SHAPE_WORDS,
    SHAPE_SENTENCE
};

/* FIT_WEAK: nothing speaks against it. FIT_TYPE: kinds agree that agree seldom by chance.
 * FIT_OPTION: the target is one of the options that the question offers. FIT_TEXT: the texts lead
 * from the question to the target. The last two are no chance. */
enum fit { FIT_NOT, FIT_UNSEEN, FIT_WEAK, FIT_TYPE, FIT_OPTION, FIT_TEXT };

enum asked judge_question(const struct words *question);
enum shape judge_shape(const struct words *text);
bool judge_is_unknown(const struct words *output); /* empty, "unknown", "not known" … */

/* One example as a step saw it. */
struct evidence_text {
    struct words question, target, output;
    bool has_question;
    struct piece question_text, target_text, output_text;
    struct sources sources; /* what could be read, the question's own section left out */
};

enum { SPOTS_MAX = 64 };

/* A place where the target stands in the sources. */
struct spot {
    size_t source;
    size_t near; /* content words that its sentence and title share with the question */
    bool subject_only_in_title;
    bool through_bridge; /* its passage is named in another passage that the question leads to, not
                            in the question */
};

struct spots {
    struct spot items[SPOTS_MAX];
    size_t count;
    const struct spot *best; /* NULL: the target is nowhere near what the question asks */
    bool anywhere;
    bool as_title; /* the target is the title of a source that shares words with the question */
};

/* `spots` may point to an unfilled struct; it is filled. */
enum fit judge_fit(const struct evidence_text *text, struct spots *spots);
void evidence_text_free(struct evidence_text *text);

#endif
