import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { parseQuantity } from '../../model/quantity.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, isFields, listOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid, show, unsupported } from '../yaml/report.ts';
import { checkQuantities } from '../container/resources.ts';
import type { Container } from '../../model/container.ts';

/** A container as it is read, and where it stands. */
export interface PlacedContainer {
  readonly container: Container;
  readonly fields: Fields;
  readonly at: Cursor;
}

/** Requests, limits and devices of a Pod as a whole, and its containers' beside them (validatePodResources). */
export function checkPodResources(
  spec: Fields,
  at: Cursor,
  init: readonly PlacedContainer[],
  main: readonly PlacedContainer[],
  report: Report,
): void {
  const claims = checkResourceClaims(spec, at, report);
  for (const { fields, at: here } of [...init, ...main]) {
    checkClaimNames(fieldsOf(fields['resources'])['claims'], claims, below(here, 'resources', 'claims'), report);
    checkResizePolicy(listOf(fields['resizePolicy']), spec['restartPolicy'], below(here, 'resizePolicy'), report);
  }
  const overheadAt = below(at, 'overhead');
  if (isFields(spec['overhead'])) checkQuantities({ limits: spec['overhead'] }, overheadAt, report);
  const resources = spec['resources'];
  if (!isFields(resources)) return;
  const here = below(at, 'resources');
  if (listOf(resources['claims']).length > 0)
    report(below(here, 'claims'), 'Forbidden: claims cannot be set for Resources at pod-level', { on: 'key' });
  for (const kind of ['limits', 'requests'])
    for (const name of Object.keys(fieldsOf(resources[kind])))
      if (name !== 'cpu' && name !== 'memory' && !name.startsWith('hugepages-'))
        report(below(here, kind, name), unsupported(name, ['cpu', 'memory', 'hugepages-*']), { on: 'key' });
  const { limits, requests } = checkQuantities(resources, here, report);
  const asked = requestsOf(
    init.map(({ container }) => container),
    main.map(({ container }) => container),
  );
  for (const [name, milli] of asked) {
    const kind = requests[name] === undefined ? 'limits' : 'requests';
    const written = requests[name] ?? limits[name];
    if (written === undefined || milli <= (parseQuantity(written) ?? milli)) continue;
    const rule = `must be greater than or equal to aggregate container requests of ${textOfMilli(milli)}`;
    report(below(here, kind, name), invalid(written, rule));
  }
  for (const { container, at: placeAt } of main)
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const most = limits[name];
      if (most === undefined || (parseQuantity(limit) ?? 0n) <= (parseQuantity(most) ?? 0n)) continue;
      const rule = `must be less than or equal to pod limits of ${most}`;
      report(below(placeAt, 'resources', 'limits', name), invalid(limit, rule));
    }
}

/** By resource: the containers together, or the largest stage of init (AggregateContainerRequests). */
function requestsOf(init: readonly Container[], main: readonly Container[]): ReadonlyMap<string, bigint> {
  const names = new Set([...init, ...main].flatMap(({ resources }) => Object.keys(resources?.requests ?? {})));
  return new Map(
    [...names].map((name) => {
      const of = ({ resources }: Container): bigint => parseQuantity(resources?.requests[name] ?? '0') ?? 0n;
      let [sidecars, most] = [0n, 0n];
      for (const container of init) {
        if (container.restartPolicy === 'Always') sidecars += of(container);
        const stage = container.restartPolicy === 'Always' ? sidecars : sidecars + of(container);
        if (stage > most) most = stage;
      }
      const whole = main.reduce((sum, container) => sum + of(container), sidecars);
      return [name, whole > most ? whole : most];
    }),
  );
}

const textOfMilli = (milli: bigint): string => (milli % 1000n === 0n ? String(milli / 1000n) : `${milli}m`);

/** validateResizePolicy. */
function checkResizePolicy(policies: readonly unknown[], ofPod: unknown, at: Cursor, report: Report): void {
  const seen = new Set<unknown>();
  policies.map(fieldsOf).forEach(({ resourceName, restartPolicy }, index) => {
    if (seen.has(resourceName)) report(below(at, index, 'resourceName'), duplicate(resourceName));
    if (resourceName !== undefined) seen.add(resourceName);
    if (ofPod === 'Never' && restartPolicy === 'RestartContainer') {
      const rule = "must be 'NotRequired' when `restartPolicy` is 'Never'";
      report(below(at, index, 'restartPolicy'), invalid(restartPolicy, rule));
    }
  });
}

/** validatePodResourceClaims; gives their names. */
function checkResourceClaims(spec: Fields, at: Cursor, report: Report): ReadonlySet<string> {
  const names = new Set<string>();
  listOf(spec['resourceClaims']).forEach((item, index) => {
    if (!isFields(item)) return;
    const here = below(at, 'resourceClaims', index);
    const name = wordOf(item['name']);
    if (name !== undefined && names.has(name)) report(below(here, 'name'), duplicate(name));
    if (name !== undefined) names.add(name);
    const [claim, template] = [item['resourceClaimName'], item['resourceClaimTemplateName']];
    if (claim !== undefined && template !== undefined)
      report(here, 'Invalid value: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
    if (claim === undefined && template === undefined)
      report(here, 'Invalid value: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  });
  return names;
}

/** validateResourceClaimNames. */
function checkClaimNames(claims: unknown, known: ReadonlySet<string>, at: Cursor, report: Report): void {
  const seen: string[] = [];
  listOf(claims).forEach((item, index) => {
    const [name, request] = [wordOf(fieldsOf(item)['name']), wordOf(fieldsOf(item)['request'])];
    if (name === undefined) return;
    const key = request === undefined ? name : `${name}/${request}`;
    const here = below(at, index);
    if (
      seen.includes(name) ||
      seen.includes(key) ||
      (request === undefined && seen.some((each) => each.startsWith(`${name}/`)))
    )
      report(here, duplicate(key));
    seen.push(key);
    if (!known.has(name)) {
      const among = known.size === 0 ? ' which is empty' : `: ${[...known].join(', ')}`;
      report(here, `Not found: ${show(name)}: must be one of the names in pod.spec.resourceClaims${among}`);
    }
  });
}
