#ifndef METRICS_H
#define METRICS_H

/* Every metric's table. A new one: its file, a line here, a line in metric.c. Private to this
 * folder. */
#include "metric.h"

extern const struct metric metric_exact_match;
extern const struct metric metric_f1;
extern const struct metric metric_supporting_facts;
extern const struct metric metric_contains;
extern const struct metric metric_regex;
extern const struct metric metric_json_match;
extern const struct metric metric_rouge_l;
extern const struct metric metric_aflow_drop_f1;
extern const struct metric metric_aflow_hotpot_f1;
extern const struct metric metric_drop_em;
extern const struct metric metric_drop_f1;
extern const struct metric metric_dspy_em;
extern const struct metric metric_dspy_f1;
extern const struct metric metric_gsm8k;
extern const struct metric metric_gsm8k_aflow;
extern const struct metric metric_gsm8k_extract;
extern const struct metric metric_gsm8k_aflow_extract;
extern const struct metric metric_hover_retrieval;
extern const struct metric metric_hover_recall;
extern const struct metric metric_hover_doc_em;
extern const struct metric metric_hover_doc_f1;
extern const struct metric metric_hover_hit5;
extern const struct metric metric_hover_hit8;
extern const struct metric metric_hover_hit10;
extern const struct metric metric_math;
extern const struct metric metric_math_equiv;
extern const struct metric metric_math_boxed;
extern const struct metric metric_math_normalize;
extern const struct metric metric_math_aflow;
extern const struct metric metric_math_aflow_equal;
extern const struct metric metric_math_aflow_extract;
extern const struct metric metric_hotpot_normalize;
extern const struct metric metric_dspy_normalize;
extern const struct metric metric_drop_normalize;
extern const struct metric metric_pass_at_k;
extern const struct metric metric_pupa_quality;
extern const struct metric metric_pupa_leakage;
extern const struct metric metric_pupa_overall;
extern const struct metric metric_papillon_quality;
extern const struct metric metric_papillon_leak_count;
extern const struct metric metric_hotpot_sp_em;
extern const struct metric metric_hotpot_joint_em;
extern const struct metric metric_hotpot_joint_f1;
extern const struct metric metric_ifbench;
extern const struct metric metric_ifbench_loose;
extern const struct metric metric_ifbench_strict;
extern const struct metric metric_ifeval_instructions_strict;
extern const struct metric metric_pass_at_1;
extern const struct metric metric_command;
extern const struct metric metric_judge;
extern const struct metric metric_pupa;
extern const struct metric metric_sum;

#endif
