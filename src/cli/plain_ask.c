/* The questions of the plain display: each one line with numbers, answered by a line. */
#include <stdlib.h>

#include "mem.h"
#include "plain.h"
#include "str.h"

/* ---- asking ---- */

/* The numbers stay what they are: people know them by heart, and scripts have them. */
void plain_ask(struct plain *plain)
{
    bool is_edited = plain->drafts.at > 0;
    char *question = mem_printf("%s, 2 reject with a reason, 3 show the proposal%s, 4 stop now and "
                                "keep the best, 5 leave it for later, 6 edit in $EDITOR, "
                                "7 change the review mode%s",
        is_edited ? "1 accept as edited" : "1 accept", is_edited ? " as edited" : "",
        is_edited ? ", 8 undo the edit" : "");

    plain->asking = PLAIN_CHOICE;
    plain_say(plain, question);
    free(question);
}

void plain_ask_again(struct plain *plain, const char *why)
{
    char *text = mem_printf("this cannot be used: %s", why);

    plain->asking = PLAIN_AGAIN;
    plain_say(plain, text);
    plain_say(plain, "1 edit it again, 2 drop what was written");
    free(text);
}

static void ask_mode(struct plain *plain)
{
    char *question =
        mem_printf("from the next proposal on wait for a decision on: 1 everything, 2 changes of "
                   "the structure, 3 changes of prompts, 4 nothing; now: %s (an empty line: back)",
            review_mode_name(session_review(plain->session)));

    plain->asking = PLAIN_MODE;
    plain_say(plain, question);
    free(question);
}

static void expect_numbers(struct plain *plain, int last)
{
    char *text = mem_printf("a number from 1 to %d is expected", last);

    plain_say(plain, text);
    free(text);
}

/* ---- what is done ---- */

static void give(struct plain *plain, enum answer_kind kind, const char *reason)
{
    struct draft *draft = drafts_current(&plain->drafts);
    struct answer answer = { .proposal = plain->proposal, .kind = kind, .reason = reason };
    struct err err = { .code = ERR_NONE };

    if (kind == ANSWER_ACCEPT && draft != NULL && draft->workflow != NULL) {
        answer.kind = ANSWER_EDIT;
        answer.workflow_json = draft->workflow;
    }
    plain->asking = PLAIN_NO_QUESTION;
    if (session_decide(plain->session, &answer, &err)) {
        drafts_free(&plain->drafts); /* nothing of it is left to be decided */
        return;
    }
    plain_say(plain, err.message);
    plain_ask(plain);
}

static void stop(struct plain *plain)
{
    struct err err = { .code = ERR_NONE };

    plain->asking = PLAIN_NO_QUESTION;
    if (!session_stop(plain->session, &err)) /* else the log says it */
        plain_say(plain, err.message);
}

static void choose(struct plain *plain, char number)
{
    switch (number) {
    case '1':
        give(plain, ANSWER_ACCEPT, NULL);
        break;
    case '2':
        plain->asking = PLAIN_REASON;
        plain_say(plain, "the reason, which the meta model is shown (an empty line: back)");
        break;
    case '3':
        plain_show(plain);
        plain_ask(plain);
        break;
    case '4':
        stop(plain);
        break;
    case '5':
        plain->asking = PLAIN_NO_QUESTION;
        session_interrupt(plain->session);
        break;
    case '6':
        plain_edit(plain, NULL);
        break;
    case '7':
        ask_mode(plain);
        break;
    case '8':
        plain_undo(plain);
        break;
    default:
        expect_numbers(plain, plain->drafts.at > 0 ? 8 : 7);
        plain_ask(plain);
    }
}

static void choose_mode(struct plain *plain, char number)
{
    static const enum review_mode modes[] = { REVIEW_ALL, REVIEW_STRUCTURE, REVIEW_PROMPTS,
        REVIEW_NONE };
    struct err err = { .code = ERR_NONE };
    char *text;

    if (number < '1' || number > '4') {
        expect_numbers(plain, 4);
        ask_mode(plain);
        return;
    }
    if (session_set_review(plain->session, modes[number - '1'], &err)) {
        text = mem_printf("review %s from the next proposal on; this one still waits",
            review_mode_name(modes[number - '1']));
        plain_say(plain, text);
        free(text);
    } else {
        plain_say(plain, err.message);
    }
    plain_ask(plain);
}

static void choose_again(struct plain *plain, char number)
{
    if (number == '1') {
        plain_edit(plain, plain->unusable);
    } else if (number == '2') {
        free(plain->unusable);
        plain->unusable = NULL;
        plain_ask(plain);
    } else {
        expect_numbers(plain, 2);
    }
}

/* ---- answers ---- */

static void answer(struct plain *plain, const char *line)
{
    char number = ' ';

    if (line[0] != '\0' && line[1] == '\0')
        number = line[0];
    switch (plain->asking) {
    case PLAIN_CHOICE:
        choose(plain, number);
        break;
    case PLAIN_REASON:
        if (line[0] != '\0')
            give(plain, ANSWER_REJECT, line);
        else
            plain_ask(plain);
        break;
    case PLAIN_MODE:
        if (line[0] != '\0')
            choose_mode(plain, number);
        else
            plain_ask(plain);
        break;
    case PLAIN_AGAIN:
        choose_again(plain, number);
        break;
    case PLAIN_NO_QUESTION:
        if (line[0] != '\0')
            plain_say(plain, "nothing is asked at the moment");
    }
}

void plain_serve(struct plain *plain)
{
    char *line;

    while ((plain->asking != PLAIN_NO_QUESTION || (plain->is_input_typed && !plain->editor)) &&
           (line = line_input_take(plain->input)) != NULL) {
        answer(plain, line);
        free(line);
    }
    if (plain->asking != PLAIN_NO_QUESTION && line_input_has_ended(plain->input)) {
        plain->asking = PLAIN_NO_QUESTION;
        session_interrupt(plain->session); /* nobody can answer: it waits for a later sitting */
    }
}

void plain_ask_if_pending(struct plain *plain)
{
    const cJSON *pending = session_view(plain->session)->pending;
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(pending, "proposal");

    if (!cJSON_IsNumber(number) || (unsigned)number->valuedouble == plain->proposal ||
        session_outcome(plain->session) != NULL)
        return;
    plain->proposal = (unsigned)number->valuedouble;
    drafts_begin(&plain->drafts, plain->proposal, 0);
    plain_ask(plain);
    plain_serve(plain);
}
