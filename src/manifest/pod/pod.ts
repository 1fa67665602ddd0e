import { AUTO_PORTS, BUILD, DEPENDS_ON, ENDPOINTS, ON_CHANGE, PLATFORM, PROFILES } from '../../model/annotations.ts';
import { autoPortsAnnotation, checkAutoPorts, withAutoPorts } from './auto-ports.ts';
import { readBuilds, withBuild } from './build-annotation.ts';
import { withOnConfigChange } from './config-change.ts';
import type { CronJob, CronTimes } from '../../model/job.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { ReadContainer, Role } from '../container/container.ts';
import { readContainer } from '../container/container.ts';
import { NAMESPACE, RESTART_POLICY, TERMINATION_GRACE_PERIOD_SECONDS } from '../defaults.ts';
import type { Asked } from './depends-on.ts';
import { dependsOnAnnotation, readDependsOn, splitList } from './depends-on.ts';
import { readNames } from './dns.ts';
import type { Entry } from '../yaml/entry.ts';
import { entriesOf } from '../yaml/entry.ts';
import type { NamedFiles } from '../variables/named-file.ts';
import { checkSyncTargets, readOnChanges, withOnChange } from './on-change-annotation.ts';
import type { WrittenEndpoint } from '../project/written-endpoint.ts';
import { readAnnotatedEndpoints } from '../project/written-endpoint.ts';
import { readHostNamespaces } from './host-namespaces.ts';
import { readOwner } from './owner.ts';
import { readPlacement } from './placement.ts';
import { checkPlatform, withPlatform } from './platform.ts';
import { checkAnnotations } from './object-meta.ts';
import { checkPodAnnotations } from './pod-annotations.ts';
import type { PlacedContainer } from './pod-resources.ts';
import { checkPodResources } from './pod-resources.ts';
import { readPodSecurity } from './pod-security.ts';
import type { Fields } from '../yaml/read.ts';
import {
  fieldsOf,
  flagOf,
  integerOf,
  listOf,
  onlyTrue,
  oneOf,
  textMapOf,
  textOf,
  textsOf,
  whereSet,
  wordOf,
} from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid, show } from '../yaml/report.ts';
import { checkScheduling } from './scheduling.ts';
import type { Pod, PodSpec } from '../../model/pod.ts';
import type { Volume } from '../../model/volume.ts';
import { checkVolumeDevices } from '../volume/volume-devices.ts';
import { checkCreatedClaims, readVolume } from '../volume/volume.ts';

/** Where one Pod stands in a file: two maps in Kubernetes' dialect, the same one twice in the short form. */
export interface PodPlace {
  readonly name: string;
  readonly nameAt: Cursor;
  readonly meta: Fields;
  readonly metaAt: Cursor;
  readonly spec: Fields;
  readonly specAt: Cursor;
  readonly isShort: boolean;
}

export interface PodScope {
  readonly fileVolumes: ReadonlySet<string>;
  readonly home: string | undefined;
  readonly files: NamedFiles;
}

/** A Pod with every default filled in, and the places that checks between Pods point at. */
export interface ReadPod {
  readonly pod: Pod;
  readonly nameAt: Cursor;
  readonly initContainers: readonly ReadContainer[];
  readonly containers: readonly ReadContainer[];
  /** What its first start waits for. */
  readonly asked: readonly Asked[];
  /** Those that it runs with; none: always. */
  readonly profiles: readonly string[];
  /** Those that its annotation gives the project. */
  readonly endpoints: readonly WrittenEndpoint[];
  /** It is no Pod but what those of a CronJob's Jobs are made of. */
  readonly cron?: CronTimes & Pick<CronJob, 'job'>;
  /** It is no Pod but what those of a workload would be that is to have none. */
  readonly isSample?: true;
}

/** Reads one Pod of either dialect and reports what the schema cannot see. */
export function readPod(
  { name, nameAt, meta, metaAt, spec, specAt, isShort }: PodPlace,
  scope: PodScope,
  report: Report,
): ReadPod {
  const volumeEntries = entriesOf(spec['volumes'], below(specAt, 'volumes'));
  const own = volumeEntries.map((entry) => readVolume(entry, { isShort, home: scope.home }, report));
  checkUnique(volumeEntries, report);
  const grace = integerOf(spec['terminationGracePeriodSeconds']) ?? TERMINATION_GRACE_PERIOD_SECONDS;
  // A negative grace is 1 in Kubernetes.
  const terminationGracePeriodSeconds = grace < 0 ? 1 : grace;
  const host = readHostNamespaces(spec, specAt, report);
  const containerScope = {
    ...scope,
    isShort,
    hostNetwork: host.hostNetwork === true,
    podVolumes: own.map((volume) => volume.name),
    // A grace that is wrong itself limits nothing.
    graceSeconds: isWrong(spec['terminationGracePeriodSeconds']) ? Infinity : terminationGracePeriodSeconds,
    hostUsers: spec['hostUsers'] !== false,
    // The short form is for Linux: what it means for a cluster says so.
    hasOs: isShort || fieldsOf(spec['os'])['name'] !== undefined,
  };
  // The arguments of a build and endpoints may be secret, and paths here mean nothing there: they are in no annotation of what runs.
  const {
    [BUILD]: written,
    [ON_CHANGE]: writtenRules,
    [ENDPOINTS]: writtenEndpoints,
    ...given
  } = textMapOf(meta['annotations']);
  const annotationAt = (name: string): Cursor => below(metaAt, 'annotations', name);
  const initEntries = entriesOf(spec['initContainers'], below(specAt, 'initContainers'));
  const entries = entriesOf(spec['containers'], below(specAt, 'containers'));
  const names = [...initEntries, ...entries].map((entry) => entry.name);
  const builds = readBuilds(written, names, annotationAt(BUILD), scope.home, report);
  const rules = readOnChanges(writtenRules, names, annotationAt(ON_CHANGE), scope.home, report);
  const autoPorts = splitList(given[AUTO_PORTS]);
  checkAutoPorts(autoPorts, names, annotationAt(AUTO_PORTS), report);
  const readAs = (role: Role, entry: Entry): ReadContainer => {
    const plain = readContainer(entry, role, containerScope, report);
    const ported = withAutoPorts(plain, autoPorts, host.hostNetwork === true, annotationAt(AUTO_PORTS), report);
    const read = withBuild(ported, builds, annotationAt(BUILD));
    return withPlatform(withOnChange(read, role, rules, annotationAt(ON_CHANGE), report), given[PLATFORM], report);
  };
  const initContainers = initEntries.map((entry) => readAs('init', entry));
  const containers = entries.map((entry) => readAs('main', entry));
  checkUnique(entries, report);
  checkUnique(initEntries, report, entries);
  checkAnnotations(meta, metaAt, report);
  checkPodAnnotations(given, below(metaAt, 'annotations'), spec, [...initEntries, ...entries], report);
  checkScheduling(spec, specAt, report);
  checkCreatedClaims(name, volumeEntries, report);
  for (const entry of [...initEntries, ...entries]) checkVolumeDevices(entry.fields, own, entry.at, report);
  const placed = (list: readonly Entry[], read: readonly ReadContainer[]): readonly PlacedContainer[] =>
    list.flatMap((entry, index) => {
      const container = read[index]?.container;
      return container === undefined ? [] : [{ container, fields: entry.fields, at: entry.at }];
    });
  checkPodResources(spec, specAt, placed(initEntries, initContainers), placed(entries, containers), report);
  checkPlatform(given[PLATFORM], annotationAt(PLATFORM), report);
  const podSpec: PodSpec = {
    restartPolicy: oneOf(spec['restartPolicy'], ['Always', 'OnFailure', 'Never'] as const) ?? RESTART_POLICY,
    terminationGracePeriodSeconds,
    ...whereSet({
      hostname: wordOf(spec['hostname']),
      subdomain: wordOf(spec['subdomain']),
      setHostnameAsFQDN: onlyTrue(spec['setHostnameAsFQDN']),
      enableServiceLinks: spec['enableServiceLinks'] === false ? false : undefined,
      hostnameOverride: readHostnameOverride(spec, specAt, report),
      activeDeadlineSeconds: integerOf(spec['activeDeadlineSeconds']),
      securityContext: readPodSecurity(spec['securityContext'], below(specAt, 'securityContext'), host, report),
    }),
    ...host,
    ...readNames(spec, specAt, report),
    ...readPlacement(spec, specAt, report),
    shareProcessNamespace: flagOf(spec['shareProcessNamespace']),
    initContainers: initContainers.map((each) => each.container),
    containers: containers.map((each) => each.container),
    readinessGates: readGates(spec['readinessGates'], below(specAt, 'readinessGates'), report),
    volumes: [...own, ...broughtBy([...initContainers, ...containers])],
  };
  checkSyncTargets([...initContainers, ...containers], podSpec.volumes, report);
  const asked = readDependsOn(
    { field: isShort ? spec['dependsOn'] : undefined, fieldAt: below(specAt, 'dependsOn') },
    { annotation: given[DEPENDS_ON], at: annotationAt(DEPENDS_ON) },
    report,
  );
  const profiles = isShort && spec['profiles'] !== undefined ? textsOf(spec['profiles']) : splitList(given[PROFILES]);
  const automatic = autoPortsAnnotation([...podSpec.initContainers, ...podSpec.containers]);
  const annotations = { ...given, ...ownAnnotations(asked, profiles), ...automatic };
  const pod: Pod = {
    metadata: {
      name,
      namespace: textOf(meta['namespace']) || NAMESPACE,
      labels: textMapOf(meta['labels']),
      annotations: withOnConfigChange(annotations, podSpec, isShort, below(metaAt, 'annotations'), report),
      ...whereSet({ ownerReference: readOwner(meta['ownerReferences']) }),
    },
    spec: podSpec,
  };
  const endpoints = readAnnotatedEndpoints(writtenEndpoints, annotationAt(ENDPOINTS), report);
  return { pod, nameAt, initContainers, containers, asked, profiles, endpoints };
}

/** What the short form says in fields and Kubernetes in no field, always in the same words. */
function ownAnnotations(asked: readonly Asked[], profiles: readonly string[]): Readonly<Record<string, string>> {
  return { ...dependsOnAnnotation(asked), ...(profiles.length === 0 ? {} : { [PROFILES]: profiles.join(', ') }) };
}

function readHostnameOverride(spec: Fields, at: Cursor, report: Report): string | undefined {
  const override = wordOf(spec['hostnameOverride']);
  for (const other of ['setHostnameAsFQDN', 'hostNetwork'])
    if (override !== undefined && spec[other] === true)
      report(below(at, 'hostnameOverride'), invalid(override, `may not be specified when ${other} is true`), {
        hint: `remove one of them`,
      });
  return override;
}

function isWrong(integer: unknown): boolean {
  return integer !== undefined && integerOf(integer) === undefined;
}

function readGates(value: unknown, at: Cursor, report: Report): PodSpec['readinessGates'] {
  const seen = new Set<string>();
  return listOf(value).map((gate, index) => {
    const conditionType = textOf(fieldsOf(gate)['conditionType']) ?? '';
    if (seen.has(conditionType))
      report(below(at, index, 'conditionType'), duplicate(conditionType), { hint: 'remove it' });
    if (conditionType !== '') seen.add(conditionType);
    return { conditionType };
  });
}

/** The volumes that mounts bring, each once. */
function broughtBy(containers: readonly ReadContainer[]): readonly Volume[] {
  const byName = new Map<string, Volume>();
  for (const { brings } of containers) for (const volume of brings) byName.set(volume.name, volume);
  return [...byName.values()];
}

/** Reports names that stand twice in a list, or also among the containers where those are given. */
function checkUnique(entries: readonly Entry[], report: Report, containers: readonly Entry[] = []): void {
  const seen = new Set<string>();
  for (const { name, nameAt } of entries) {
    if (name === '') continue;
    if (seen.has(name)) report(nameAt, duplicate(name), { hint: `another one is named ${show(name)} above` });
    else if (containers.some((each) => each.name === name))
      report(nameAt, duplicate(name), { hint: `one of the Pod's containers is named ${show(name)}` });
    seen.add(name);
  }
}
