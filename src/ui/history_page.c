#include "history_page.h"

#include "view_words.h"

static void add_gradient(struct history_page *page, const struct view_gradient *gradient)
{
    const struct run_view *view = ui_view(page->ui);
    struct reader *reader = ui_reader(page->ui);
    bool missing = reader == NULL;
    const struct text *text = reader != NULL ? reader_text(reader, gradient->text, &missing) : NULL;
    struct doc_text words = { .role = ROLE_CHANGE, .mark = ' ' };
    char id[WORDS_ID];

    doc_add_head(&page->doc, ROLE_ACCENT, words_id(view->examples.items[gradient->example].id, id));
    if (text == NULL) {
        doc_add_plain(&page->doc, ROLE_DIM, "%s", missing ? "the text is not there" : "...");
        page->waits |= !missing;
        return;
    }
    words.text = text->data;
    words.len = text->len;
    doc_add(&page->doc, &words);
}

static void add_gradients(struct history_page *page, int rollout)
{
    const struct run_view *view = ui_view(page->ui);

    for (size_t i = 0; i < view->gradient_list.count; i++) {
        const struct view_gradient *gradient = &view->gradient_list.items[i];

        if (gradient->rollout == rollout && gradient->node == VIEW_NONE && gradient->example >= 0)
            add_gradient(page, gradient);
    }
}

static void add_scores(struct history_page *page, const struct view_rollout *pass)
{
    const struct run_view *view = ui_view(page->ui);
    struct str line = STR_INIT;
    char score[8], id[WORDS_ID];

    str_addf(&line, "score %s", run_view_score(pass->score, score));
    if (pass->lost > 0)
        str_addf(&line, ", %u lost", pass->lost);
    if (pass->spoiled > 0)
        str_addf(&line, ", %u spoiled", pass->spoiled);
    if (pass->workflow != VIEW_NONE)
        str_addf(&line, "; workflow %.8s", view->workflows.items[pass->workflow].id);
    doc_add_plain(&page->doc, ROLE_TEXT, "%s", str_text(&line));
    str_free(&line);
    for (uint32_t i = 0; i < pass->score_count; i++) {
        const struct view_score *row = &view->scores.items[pass->first_score + i];

        doc_add_plain(&page->doc, row->score > 0 ? ROLE_TEXT : ROLE_ERROR, "%5s  %s",
            run_view_score(row->score, score),
            row->example >= 0 ? words_id(view->examples.items[row->example].id, id) : "?");
    }
}

static void add_proposal(struct history_page *page, const struct view_proposal *proposal)
{
    if (proposal->changes != NULL)
        doc_add_plain(&page->doc, ROLE_TEXT, "%s", proposal->changes);
    if (proposal->reason != NULL && proposal->reason[0] != '\0')
        doc_add_plain(&page->doc, ROLE_TEXT, "The reason given: %s", proposal->reason);
    doc_add_plain(&page->doc, ROLE_DIM, "%s",
        proposal->verdict == VIEW_PENDING
            ? "It is not decided yet; Enter shows what it would change."
            : "It never became the current workflow; Enter shows what it was.");
}

static void add_words(struct history_page *page, const struct history_row *row)
{
    const struct run_view *view = ui_view(page->ui);

    switch (row->kind) {
    case HISTORY_PASS:
        add_scores(page, &view->rollouts.items[row->index]);
        break;
    case HISTORY_GRADIENTS:
        add_gradients(page, row->index);
        break;
    case HISTORY_PROPOSAL:
        add_proposal(page, &view->proposal_list.items[row->index]);
        break;
    case HISTORY_BACK:
        doc_add_plain(&page->doc, ROLE_TEXT, "%s", view->log.items[row->index].text);
        break;
    }
}

void history_page_lay_out(
    struct history_page *page, const struct history_rows *rows, int row, int width)
{
    if (page->waits || page->row != row)
        page->version++;
    if (page->row != row)
        page->doc.top = 0;
    page->row = row;
    if (!doc_begin(&page->doc, width - 1, page->version * 1000003u + rows->made_of))
        return;
    page->waits = false;
    if (row >= 0 && (size_t)row < rows->count)
        add_words(page, &rows->items[row]);
}

void history_page_draw(struct history_page *page, const struct pane *pane, bool focused)
{
    static const struct doc_source source = { NULL, NULL, "nothing has happened yet" };

    doc_draw(&page->doc, &source, NULL, pane, focused);
}
