import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { checkFailurePolicy, checkSuccessPolicy } from './job-policies.ts';
import { checkJobSelector } from './job-selector.ts';
import type { Controller } from './pod-template.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, unsupported } from '../yaml/report.ts';

/** What the schema does not see of a Job, or of those of a CronJob (ValidateJob, ValidateJobTemplateSpec). */
export function checkJob(job: Controller, uid: string | undefined, report: Report): void {
  const { spec, specAt: at } = job;
  if (spec['completionMode'] === 'Indexed') checkIndexed(job, report);
  else
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'])
      if (spec[field] !== undefined)
        report(below(at, field), invalid(spec[field], 'requires indexed completion mode'), {
          hint: 'write completionMode: Indexed',
        });
  if (spec['maxFailedIndexes'] !== undefined && spec['backoffLimitPerIndex'] === undefined)
    report(below(at, 'backoffLimitPerIndex'), 'Required value: when maxFailedIndexes is specified', { on: 'key' });
  checkPolicy(spec, at, report);
  checkFailurePolicy(spec, at, report);
  checkSuccessPolicy(spec, at, report);
  checkJobSelector(job, uid, report);
}

/** A hundred thousand indexes, and no more at once. */
const MOST_INDEXES = 100_000;

function checkIndexed({ kind, name, nameAt, spec, specAt: at }: Controller, report: Report): void {
  const [completions, parallelism] = [integerOf(spec['completions']), integerOf(spec['parallelism'])];
  if (spec['completions'] === undefined)
    report(below(at, 'completions'), 'Required value: when completion mode is Indexed', { on: 'key' });
  if (parallelism !== undefined && parallelism > MOST_INDEXES) {
    const rule = `must be less than or equal to ${MOST_INDEXES} when completion mode is Indexed`;
    report(below(at, 'parallelism'), invalid(parallelism, rule));
  }
  const failed = integerOf(spec['maxFailedIndexes']);
  if (failed !== undefined && completions !== undefined && failed > completions)
    report(below(at, 'maxFailedIndexes'), invalid(failed, 'must be less than or equal to completions'));
  if (kind !== 'Job' || completions === undefined || completions < 1) return;
  const longest = `${name}-${completions - 1}`;
  if (name !== '' && (longest.length > 63 || name.includes('.')))
    report(nameAt, invalid(name, `will not able to create pod with invalid DNS label: ${longest}`));
}

/** What podFailurePolicy asks of fields beside it. */
function checkPolicy(spec: Fields, at: Cursor, report: Report): void {
  if (spec['podFailurePolicy'] === undefined) return;
  const { restartPolicy } = fieldsOf(fieldsOf(spec['template'])['spec']);
  if (restartPolicy === 'OnFailure') {
    const rule = 'only "Never" is supported when podFailurePolicy is specified';
    report(below(at, 'template', 'spec', 'restartPolicy'), invalid(restartPolicy, rule));
  }
  if (spec['podReplacementPolicy'] === 'TerminatingOrFailed')
    report(below(at, 'podReplacementPolicy'), unsupported('TerminatingOrFailed', ['Failed']));
}
