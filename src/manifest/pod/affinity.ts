import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { checkExpressions } from './label-selector.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, listOf, textsOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import { checkStructure } from '../schema/structure.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** What the schema does not see of an affinity (validateAffinity). */
export function checkAffinity(affinity: Fields, at: Cursor, report: Report): void {
  const nodes = fieldsOf(affinity['nodeAffinity']);
  const nodesAt = below(at, 'nodeAffinity');
  listOf(fieldsOf(nodes[REQUIRED])['nodeSelectorTerms']).forEach((term, index) =>
    checkNodeTerm(term, below(nodesAt, REQUIRED, 'nodeSelectorTerms', index), true, report),
  );
  listOf(nodes[PREFERRED]).forEach((each, index) =>
    checkNodeTerm(fieldsOf(each)['preference'], below(nodesAt, PREFERRED, index, 'preference'), false, report),
  );
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const pods = fieldsOf(affinity[kind]);
    listOf(pods[REQUIRED]).forEach((term, index) =>
      checkPodTerm(fieldsOf(term), below(at, kind, REQUIRED, index), report),
    );
    listOf(pods[PREFERRED]).forEach((each, index) =>
      checkPodTerm(
        fieldsOf(fieldsOf(each)['podAffinityTerm']),
        below(at, kind, PREFERRED, index, 'podAffinityTerm'),
        report,
      ),
    );
  }
}

/** ValidateNodeSelectorTerm; what is only preferred may ask for values that no label has. */
function checkNodeTerm(term: unknown, at: Cursor, isRequired: boolean, report: Report): void {
  const { matchFields } = fieldsOf(term);
  checkExpressions(term, at, report);
  listOf(fieldsOf(term)['matchExpressions']).forEach((each, index) => {
    const { operator, values } = fieldsOf(each);
    const valuesAt = below(at, 'matchExpressions', index, 'values');
    if ((operator === 'Gt' || operator === 'Lt') && listOf(values).length !== 1)
      report(valuesAt, "Required value: must be specified single value when `operator` is 'Lt' or 'Gt'", { on: 'key' });
    if (isRequired)
      textsOf(values).forEach((value, position) =>
        checkStructure('labelValue', value, below(valuesAt, position), report),
      );
  });
  listOf(matchFields).forEach((each, index) => {
    const message = "Required value: must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    if (listOf(fieldsOf(each)['values']).length !== 1)
      report(below(at, 'matchFields', index, 'values'), message, { on: 'key' });
  });
}

/** validatePodAffinityTerm. */
function checkPodTerm(term: Fields, at: Cursor, report: Report): void {
  checkExpressions(term['labelSelector'], below(at, 'labelSelector'), report);
  checkExpressions(term['namespaceSelector'], below(at, 'namespaceSelector'), report);
  const unlike = textsOf(term['mismatchLabelKeys']);
  for (const field of ['matchLabelKeys', 'mismatchLabelKeys'])
    if (listOf(term[field]).length > 0 && term['labelSelector'] === undefined)
      report(below(at, field), 'Forbidden: must not be specified when labelSelector is not set', { on: 'key' });
  const { matchLabels } = fieldsOf(term['labelSelector']);
  textsOf(term['matchLabelKeys']).forEach((key, index) => {
    const here = below(at, 'matchLabelKeys', index);
    if (unlike.includes(key)) report(here, invalid(key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
    if (key in fieldsOf(matchLabels)) report(here, invalid(key, 'exists in both matchLabelKeys and labelSelector'));
  });
}
