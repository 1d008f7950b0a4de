/* Deciding: what is chosen stays a draft, to be undone and changed, until it is committed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review_state.h"

bool review_can_decide(struct review *review)
{
    struct ui *ui = review->ui;
    const struct view_proposal *proposal = review_shown(review);

    if (session_kind(ui_session(ui)) == SESSION_WATCH)
        ui_say(ui, ROLE_WARNING,
            "this run is only watched: it is decided where it runs, or by flowbot review");
    else if (session_kind(ui_session(ui)) == SESSION_REPLAY)
        ui_say(ui, ROLE_WARNING, "a replay decides nothing: all this is over");
    else if (proposal == NULL)
        ui_say(ui, ROLE_WARNING, "there is no proposal yet");
    else if (!review_shows_waiting(review))
        ui_say(ui, ROLE_WARNING, "proposal %u does not wait for a decision%s", proposal->ordinal,
            review_waiting(review) != 0 ? "; the first of the list does" : "");
    else if (review->delta == NULL || drafts_current(&review->drafts) == NULL)
        ui_say(ui, ROLE_WARNING, "the proposal is being read");
    else
        return true;
    return false;
}

bool review_still_asked(struct review *review)
{
    if (review_waiting(review) == review->asked && review->drafts.proposal == review->asked)
        return true;
    ui_say(review->ui, ROLE_WARNING, "proposal %u was decided meanwhile", review->asked);
    return false;
}

/* ---- what the draft comes to ---- */

struct tally {
    size_t open, yes, no;
};

static struct tally tally_of(const struct draft *draft)
{
    struct tally tally = { 0, 0, 0 };

    for (size_t i = 0; i < draft->count; i++)
        *(draft->takes[i] == TAKE_YES    ? &tally.yes
            : draft->takes[i] == TAKE_NO ? &tally.no
                                         : &tally.open) += 1;
    return tally;
}

static enum answer_kind answer_of(const struct draft *draft)
{
    struct tally tally = tally_of(draft);

    if (tally.yes == 0 && (tally.no > 0 || draft->reason != NULL))
        return ANSWER_REJECT;
    return tally.no > 0 || draft_is_edited(draft) ? ANSWER_EDIT : ANSWER_ACCEPT;
}

const char *review_without_place(const char *message)
{
    const char *end = strstr(message, ": ");

    return str_starts(message, "the edited workflow:") && end != NULL ? end + 2 : message;
}

/* The workflow that would be gone on with; NULL and said where it is none. The caller's. */
static char *result_of(struct review *review, const struct draft *draft)
{
    cJSON *workflow = delta_result(review->delta, draft->takes);
    char *text = cJSON_Print(workflow);
    struct err err = { .code = ERR_NONE };

    cJSON_Delete(workflow);
    if (session_check_workflow(ui_session(review->ui), text, &err))
        return text;
    ui_say(review->ui, ROLE_ERROR, "this choice makes no workflow: %s",
        review_without_place(err.message));
    cJSON_free(text);
    return NULL;
}

static void decide(struct review *review)
{
    static const char *const words[] = { "accepted", "declined", "accepted as chosen" };
    const struct draft *draft = drafts_current(&review->drafts);
    struct answer answer = {
        .proposal = review->asked, .kind = answer_of(draft), .reason = draft->reason
    };
    char *workflow = NULL;
    struct err err = { .code = ERR_NONE };

    if (answer.kind == ANSWER_EDIT) {
        workflow = result_of(review, draft);
        if (workflow == NULL)
            return;
        answer.workflow_json = workflow;
    }
    if (session_decide(ui_session(review->ui), &answer, &err)) {
        ui_say(review->ui, ROLE_TEXT, "proposal %u: %s", review->asked, words[answer.kind]);
        drafts_free(&review->drafts);
    } else {
        ui_say(review->ui, ROLE_ERROR, "%s", err.message);
    }
    cJSON_free(workflow);
}

static void on_commit(void *data, int answer)
{
    struct review *review = data;

    if (answer != 0)
        ui_say(review->ui, ROLE_TEXT, "nothing is final yet: C commits, u takes it back");
    else if (review_still_asked(review))
        decide(review);
}

static void add_summary(const struct review *review, const struct draft *draft, struct str *out)
{
    struct tally tally = tally_of(draft);
    unsigned proposal = review->asked;

    switch (answer_of(draft)) {
    case ANSWER_ACCEPT:
        str_addf(out, "Accept proposal %u as it is?", proposal);
        break;
    case ANSWER_REJECT:
        str_addf(out, "Decline proposal %u? The meta model is told why: \"%.300s\".", proposal,
            draft->reason);
        break;
    case ANSWER_EDIT:
        str_addf(out, "Accept proposal %u%s, %zu of its %zu changes?", proposal,
            draft_is_edited(draft) ? " as you edited it" : "", tally.yes, tally.yes + tally.no);
        break;
    }
    str_add(out, " This is final, and the run goes on.");
}

static void on_reason_to_commit(void *data, const char *line);

static void ask_reason(struct review *review, void (*on_line)(void *data, const char *line))
{
    const struct draft *draft = drafts_current(&review->drafts);

    ui_ask_line(review->ui, "why not (the meta model is told): ", draft->reason, on_line, review);
}

/* Shows what would be decided and asks; the answer that changes nothing is the default. */
static void ask_commit(struct review *review)
{
    const struct draft *draft = drafts_current(&review->drafts);
    struct tally tally = tally_of(draft);
    struct str text = STR_INIT;
    char *workflow;

    review->asked = review->drafts.proposal;
    if (tally.open > 0) {
        ui_say(review->ui, ROLE_WARNING,
            "%zu of %zu changes %s undecided: Space takes or leaves one, A takes the rest, X "
            "leaves it",
            tally.open, draft->count, tally.open == 1 ? "is" : "are");
        return;
    }
    if (answer_of(draft) == ANSWER_REJECT && draft->reason == NULL) {
        ask_reason(review, on_reason_to_commit);
        return;
    }
    if (answer_of(draft) == ANSWER_EDIT) {
        workflow = result_of(review, draft);
        if (workflow == NULL)
            return;
        cJSON_free(workflow);
    }
    add_summary(review, draft, &text);
    ui_ask_choice(review->ui, str_text(&text), "c commit|n not yet", on_commit, review);
    str_free(&text);
}

/* ---- choosing ---- */

static void take_all(struct review *review, enum take take, bool only_open)
{
    struct draft *draft = drafts_push(&review->drafts);

    for (size_t i = 0; i < draft->count; i++)
        if (!only_open || draft->takes[i] == TAKE_OPEN)
            draft->takes[i] = take;
}

static void cycle(struct review *review)
{
    size_t item = (size_t)review->diff.doc.selected;
    struct draft *draft = drafts_push(&review->drafts);

    if (item < draft->count)
        draft->takes[item] = (draft->takes[item] + 1) % 3;
}

static void split(struct review *review)
{
    size_t item = (size_t)review->diff.doc.selected;
    size_t more = delta_split(review->delta, item);

    if (more > 0)
        draft_split(drafts_push(&review->drafts), item, more);
    else
        ui_say(review->ui, ROLE_TEXT, "this cannot be split further");
}

static void on_commit_reason(struct review *review, const char *line, bool all)
{
    if (line == NULL || !review_still_asked(review))
        return;
    if (line[strspn(line, " \t")] == '\0') {
        ui_say(review->ui, ROLE_WARNING, "not declined: the meta model needs a reason");
        return;
    }
    if (all)
        take_all(review, TAKE_NO, false);
    else
        (void)drafts_push(&review->drafts);
    draft_set_reason(drafts_current(&review->drafts), line);
    ask_commit(review);
}

static void on_reason_to_commit(void *data, const char *line)
{
    on_commit_reason(data, line, false);
}

static void on_reason_to_decline(void *data, const char *line)
{
    on_commit_reason(data, line, true);
}

static void on_accept_some(void *data, int answer)
{
    struct review *review = data;

    if (answer > 1 || !review_still_asked(review))
        return;
    take_all(review, answer == 0 ? TAKE_YES : TAKE_NO, true);
    ask_commit(review);
}

/* All of it; what was chosen one by one already stands. */
static void take(struct review *review)
{
    struct tally tally = tally_of(drafts_current(&review->drafts));
    char question[200];

    review->asked = review->drafts.proposal;
    if (tally.yes + tally.no == 0)
        take_all(review, TAKE_YES, false);
    if (tally.open == 0 || tally.yes + tally.no == 0) {
        ask_commit(review);
        return;
    }
    (void)snprintf(question, sizeof question,
        "Of %zu changes %zu taken, %zu left out. What of the %zu undecided?",
        tally.yes + tally.no + tally.open, tally.yes, tally.no, tally.open);
    ui_ask_choice(review->ui, question, "a take them, too|x leave them out|n not yet",
        on_accept_some, review);
}

static void decline(struct review *review)
{
    review->asked = review->drafts.proposal;
    ask_reason(review, on_reason_to_decline);
}

static void accept_rest(struct review *review)
{
    take_all(review, TAKE_YES, true);
}

static void decline_rest(struct review *review)
{
    take_all(review, TAKE_NO, true);
}

static void undo(struct review *review)
{
    if (!drafts_undo(&review->drafts))
        ui_say(review->ui, ROLE_TEXT, "there is nothing to undo");
}

static void redo(struct review *review)
{
    if (!drafts_redo(&review->drafts))
        ui_say(review->ui, ROLE_TEXT, "there is nothing to redo");
}

/* ---- all of this kind ---- */

/* The review mode in which this kind no longer waits. */
static enum review_mode mode_without(enum review_mode mode, bool sketch)
{
    static const enum review_mode without[][2] = {
        [REVIEW_NONE] = { REVIEW_NONE, REVIEW_NONE },
        [REVIEW_STRUCTURE] = { REVIEW_STRUCTURE, REVIEW_NONE },
        [REVIEW_PROMPTS] = { REVIEW_NONE, REVIEW_PROMPTS },
        [REVIEW_ALL] = { REVIEW_STRUCTURE, REVIEW_PROMPTS },
    };

    return without[mode][sketch];
}

static void on_accept_kind(void *data, int answer)
{
    struct review *review = data;
    struct session *session = ui_session(review->ui);
    struct err err = { .code = ERR_NONE };

    if (answer != 0 || !review_still_asked(review))
        return;
    if (!session_set_review(
            session, mode_without(session_review(session), review_shown(review)->sketch), &err)) {
        ui_say(review->ui, ROLE_ERROR, "%s", err.message);
        return;
    }
    take_all(review, TAKE_YES, false);
    decide(review);
}

static void accept_kind(struct review *review)
{
    char question[300];

    review->asked = review->drafts.proposal;
    (void)snprintf(question, sizeof question,
        "Accept proposal %u, and for the rest of the run every change of %s without asking? M "
        "changes that again.",
        review->asked, review_shown(review)->sketch ? "the workflow's structure" : "prompts");
    ui_ask_choice(review->ui, question, "a accept them all|n no", on_accept_kind, review);
}

/* ---- keys ---- */

static void edit_part(struct review *review)
{
    review_edit(review, false);
}

static void edit_whole(struct review *review)
{
    review_edit(review, true);
}

enum outcome review_decide(struct review *review, enum action action)
{
    static const struct {
        enum action action;
        void (*act)(struct review *review);
    } acts[] = {
        { ACTION_ACCEPT, take },
        { ACTION_REJECT, decline },
        { ACTION_CYCLE, cycle },
        { ACTION_SPLIT, split },
        { ACTION_ACCEPT_REST, accept_rest },
        { ACTION_REJECT_REST, decline_rest },
        { ACTION_ACCEPT_KIND, accept_kind },
        { ACTION_EDIT, edit_part },
        { ACTION_EDIT_WHOLE, edit_whole },
        { ACTION_UNDO, undo },
        { ACTION_REDO, redo },
        { ACTION_COMMIT, ask_commit },
    };

    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (acts[i].action == action) {
            if (review_can_decide(review))
                acts[i].act(review);
            return OUTCOME_REDRAW;
        }
    return OUTCOME_IGNORED;
}
