/** Field selectors as kubectl's --field-selector takes them (apimachinery/pkg/fields/selector.go). */
import type { Pod } from 'kubernetes-types/core/v1.js';

/** The fields of a Pod that the API server selects by (AddFieldLabelConversionsForPod in pkg/apis/core/v1/conversion.go). */
const podFields: Readonly<Record<string, (pod: Pod) => string | undefined>> = {
  'metadata.name': ({ metadata }) => metadata?.name,
  'metadata.namespace': ({ metadata }) => metadata?.namespace,
  'spec.nodeName': ({ spec }) => spec?.nodeName,
  'spec.restartPolicy': ({ spec }) => spec?.restartPolicy,
  'spec.schedulerName': ({ spec }) => spec?.schedulerName ?? 'default-scheduler',
  'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName ?? 'default',
  'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
  'status.phase': ({ status }) => status?.phase,
  'status.podIP': ({ status }) => status?.podIP,
  'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName,
};

/** Reads `status.phase!=Running,spec.restartPolicy=Always`; a text says what is wrong with it. */
export function parsePodFields(text: string): ((pod: Pod) => boolean) | string {
  const tests: ((pod: Pod) => boolean)[] = [];
  for (const part of text.split(',').filter((each) => each !== '')) {
    const operator = ['!=', '==', '='].find((each) => part.split(each).length === 2);
    if (operator === undefined) return `invalid selector: '${text}'; can't understand '${part}'`;
    const [field = '', value = ''] = part.split(operator);
    const read = Object.hasOwn(podFields, field) ? podFields[field] : undefined;
    if (read === undefined)
      return `field label not supported: ${field}; those of a Pod are ${Object.keys(podFields).join(', ')}`;
    tests.push((pod) => ((read(pod) ?? '') === value) === (operator !== '!='));
  }
  return (pod) => tests.every((test) => test(pod));
}
