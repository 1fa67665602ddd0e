import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { didYouMean } from '../schema/field-hint.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { fieldsOf, textOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, unsupported } from '../yaml/report.ts';
import { suggest } from '../schema/suggest.ts';
import type { ResourceFieldRef } from '../../model/container.ts';

/** The fields that a variable may take (validEnvDownwardAPIFieldPathExpressions). */
export const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** The fields that a file may hold (validVolumeDownwardAPIFieldPathExpressions). */
export const FILE_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
  'metadata.uid',
];

const SUBSCRIPTED = ["metadata.labels['<KEY>']", "metadata.annotations['<KEY>']"];
const KEY = /^metadata\.(?:labels|annotations)\['(?:[-a-z0-9.]+\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?'\]$/;

/** A field of the Pod, one of `allowed` or one label or annotation. */
export function readFieldRef(
  value: unknown,
  at: Cursor,
  allowed: readonly string[],
  report: Report,
): { readonly fieldPath: string } {
  const fieldPath = textOf(fieldsOf(value)['fieldPath']) ?? '';
  if (fieldPath !== '' && !allowed.includes(fieldPath) && !KEY.test(fieldPath)) {
    const near = suggest(fieldPath, allowed);
    report(below(at, 'fieldPath'), unsupported(fieldPath, [...allowed, ...SUBSCRIPTED]), {
      hint: near === undefined ? undefined : didYouMean(near),
    });
  }
  return { fieldPath };
}

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [`limits.${name}`, `requests.${name}`]);
const CPU_DIVISORS = ['1m', '1'];
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** A request or limit of a container; a volume has to say of which. */
export function readResourceFieldRef(
  value: unknown,
  at: Cursor,
  { of }: { readonly of: 'env' | 'volume' },
  report: Report,
): ResourceFieldRef {
  const fields = fieldsOf(value);
  const containerName = wordOf(fields['containerName']);
  if (containerName === undefined && of === 'volume')
    report(below(at, 'containerName'), 'Required value', { on: 'key' });
  const resource = textOf(fields['resource']) ?? '';
  const isPages = /^(limits|requests)\.hugepages-./.test(resource);
  const isKnown = isPages || RESOURCES.includes(resource);
  if (resource !== '' && !isKnown) {
    const near = suggest(resource, RESOURCES);
    report(below(at, 'resource'), unsupported(resource, RESOURCES), {
      hint: near === undefined ? undefined : didYouMean(near),
    });
  }
  const divisor = readDivisor(fields['divisor']);
  const name = resource.replace(/^\w+\./, '');
  const divisors = name === 'cpu' ? CPU_DIVISORS : BYTE_DIVISORS;
  const milli = parseQuantity(divisor);
  if (isKnown && !divisors.some((each) => parseQuantity(each) === milli)) {
    const rule = `only divisor's values ${divisors.join(', ')} are supported with the ${name} resource`;
    report(below(at, 'divisor'), invalid(divisor, rule));
  }
  return { ...(containerName === undefined ? {} : { containerName }), resource, divisor };
}

/** Kubernetes writes an unset divisor as 0. */
function readDivisor(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text === '' || text === '0' ? '1' : text;
}
