import { below } from '../yaml/cursor.ts';
import { checkExpressions, selects } from '../pod/label-selector.ts';
import type { Controller } from './pod-template.ts';
import { fieldsOf, isFields, textMapOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';

type Labels = Readonly<Record<string, string | undefined>>;

/**
 * A Job's selector is made by a cluster, unless manualSelector says that it is written by hand; labels that are made
 * must not be written otherwise (ValidateGeneratedSelector, ValidateJobSpec). What a cluster gave by itself, with the uid
 * beside it, is taken back.
 */
export function checkJobSelector(
  { kind, name, spec, specAt }: Controller,
  uid: string | undefined,
  report: Report,
): void {
  const { selector, manualSelector } = spec;
  const at = below(specAt, 'selector');
  const labels = textMapOf(fieldsOf(fieldsOf(spec['template'])['metadata'])['labels']);
  const labelsAt = below(specAt, 'template', 'metadata', 'labels');
  if (kind === 'CronJob') {
    if (isFields(selector))
      report(at, `Invalid value: ${show(selector)}: \`selector\` will be auto-generated`, {
        on: 'key',
        hint: 'remove it',
      });
    if (manualSelector === true) {
      const message = 'Unsupported value: true: supported values: "nil", "false"';
      report(below(specAt, 'manualSelector'), message, { hint: 'remove it' });
    }
    return;
  }
  if (isFields(selector)) checkExpressions(selector, at, report);
  if (manualSelector === true) {
    if (selector === undefined) report(at, 'Required value', { on: 'key', hint: 'or leave out manualSelector' });
    else if (isFields(selector) && !selects(selector, labels)) {
      const message = `Invalid value: ${show(labels)}: \`selector\` does not match template \`labels\``;
      report(labelsAt, message, { on: 'key' });
    }
    return;
  }
  const made: Labels = {
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
  };
  for (const [key, value] of Object.entries(made)) {
    const written = labels[key];
    if (written === undefined || written === value) continue;
    report(
      below(labelsAt, key),
      invalid(written, `must be ${value === undefined ? 'the uid that a cluster makes' : `'${value}'`}`),
      {
        hint: 'remove it: a cluster sets it',
      },
    );
  }
  const expected = Object.fromEntries(
    Object.entries(made).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  if (isFields(selector) && !selects(selector, expected))
    report(at, `Invalid value: ${show(selector)}: \`selector\` not auto-generated`, {
      on: 'key',
      hint: 'remove it, or write manualSelector: true',
    });
}
