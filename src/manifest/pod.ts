import type { Cursor } from './cursor.ts';
import { below } from './cursor.ts';
import type { ReadContainer, Sited } from './container.ts';
import { readContainer } from './container.ts';
import { NAMESPACE, RESTART_POLICY, TERMINATION_GRACE_PERIOD_SECONDS } from './defaults.ts';
import type { Entry } from './entry.ts';
import { entriesOf } from './entry.ts';
import type { Fields } from './read.ts';
import { flagOf, integerOf, oneOf, textMapOf, textOf } from './read.ts';
import type { Report } from './report.ts';
import { duplicate, show } from './report.ts';
import type { ContainerPort, Pod, Volume } from './types.ts';
import { readVolume } from './volume.ts';

/** Where one Pod stands in a file: two maps in Kubernetes' dialect, the same one twice in the short form. */
export interface PodPlace {
  readonly name: string;
  readonly nameAt: Cursor;
  readonly meta: Fields;
  readonly spec: Fields;
  readonly specAt: Cursor;
  readonly isShort: boolean;
}

export interface PodScope {
  readonly fileVolumes: ReadonlySet<string>;
  readonly home: string | undefined;
}

/** A Pod with every default filled in, and the places that checks between Pods point at. */
export interface ReadPod {
  readonly pod: Pod;
  readonly nameAt: Cursor;
  readonly ports: readonly Sited<ContainerPort>[];
}

/** Reads one Pod of either dialect and reports what the schema cannot see. */
export function readPod(
  { name, nameAt, meta, spec, specAt, isShort }: PodPlace,
  scope: PodScope,
  report: Report,
): ReadPod {
  const volumeEntries = entriesOf(spec['volumes'], below(specAt, 'volumes'));
  const own = volumeEntries.map((entry) => readVolume(entry, { isShort, home: scope.home }, report));
  checkUnique(volumeEntries, report);
  const mountScope = { ...scope, podVolumes: own.map((volume) => volume.name) };
  const entries = entriesOf(spec['containers'], below(specAt, 'containers'));
  const containers = entries.map((entry) => readContainer(entry, isShort, mountScope, report));
  checkUnique(entries, report);
  const hostname = textOf(spec['hostname']);
  const grace = integerOf(spec['terminationGracePeriodSeconds']) ?? TERMINATION_GRACE_PERIOD_SECONDS;
  const pod: Pod = {
    metadata: {
      name,
      namespace: textOf(meta['namespace']) || NAMESPACE,
      labels: textMapOf(meta['labels']),
      annotations: textMapOf(meta['annotations']),
    },
    spec: {
      restartPolicy: oneOf(spec['restartPolicy'], ['Always', 'OnFailure', 'Never'] as const) ?? RESTART_POLICY,
      // A negative grace is 1 in Kubernetes.
      terminationGracePeriodSeconds: grace < 0 ? 1 : grace,
      ...(hostname === undefined || hostname === '' ? {} : { hostname }),
      shareProcessNamespace: flagOf(spec['shareProcessNamespace']),
      containers: containers.map((each) => each.container),
      volumes: [...own, ...broughtBy(containers)],
    },
  };
  return { pod, nameAt, ports: containers.flatMap((each) => each.ports) };
}

/** The volumes that mounts bring, each once. */
function broughtBy(containers: readonly ReadContainer[]): readonly Volume[] {
  const byName = new Map<string, Volume>();
  for (const { brings } of containers) for (const volume of brings) byName.set(volume.name, volume);
  return [...byName.values()];
}

function checkUnique(entries: readonly Entry[], report: Report): void {
  const seen = new Set<string>();
  for (const { name, nameAt } of entries) {
    if (name === '') continue;
    if (seen.has(name)) report(nameAt, duplicate(name), { hint: `another one is named ${show(name)} above` });
    seen.add(name);
  }
}
