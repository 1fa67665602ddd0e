import { COMPOSE_FILE, convertHint, isCompose } from './compose/recognize.ts';
import { nameBuilds } from './project/build-names.ts';
import type { CronJob, Job } from '../model/job.ts';
import { makerKey } from '../model/workload.ts';
import type { Workload } from '../model/workload.ts';
import { firstPods } from '../model/job.ts';
import type { Doc } from './yaml/cursor.ts';
import { NAMESPACE } from './defaults.ts';
import { keyOf, withDependencies } from './pod/depends-on.ts';
import { isShort } from './project/dialect.ts';
import { readDocumentsOf } from './project-documents.ts';
import type { ProjectInput } from './input.ts';
import { resolveEndpoints } from './project/endpoints.ts';
import { checkHostPorts } from './project/host-port.ts';
import { byIdentity, checkIdentities, compare } from './pod/identity.ts';
import type { FileObjects } from './kubernetes.ts';
import { joined, readObject } from './kubernetes.ts';
import { withoutRepeats } from './schema/left-out.ts';
import type { FileContent } from './variables/named-file.ts';
import { namedPods, namesMeant, withAwaited } from './project/naming.ts';
import { checkPlatforms } from './pod/platform.ts';
import type { ReadPod } from './pod/pod.ts';
import { MAX_MADE_PODS } from '../model/workload.ts';
import { noneSelected, selectPods } from './project/profiles.ts';
import { nameProject } from './project/project-name.ts';
import { isFields } from './yaml/read.ts';
import { reportInto } from './yaml/report.ts';
import { withServices } from './service/service-pods.ts';
import { isForeign, readShortForm, volumesOf } from './short-form/short-form.ts';
import type { Claim, Project } from '../model/project.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Pod } from '../model/pod.ts';
import type { Written } from './short-form/written-objects.ts';
import { writtenIn } from './short-form/written-objects.ts';

export interface ParseResult {
  /** Absent when there is an error. */
  readonly project?: Project;
  /** The project's name, also when something else is wrong. */
  readonly name?: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The absolute paths of the files that these name, sorted. */
  readonly reads: readonly string[];
  /** What findings may point into beside the sources: the texts of env files, by their names there. */
  readonly texts: ReadonlyMap<string, string>;
  readonly written: Written;
}

const ONE_OF_TWO = 'begin it with pods:, or with apiVersion: and kind:';

/** Reads a project's files: all that they mean, or all that is wrong with them. Never throws for what they hold. */
export function parseProject(input: ProjectInput): ParseResult {
  const diagnostics: Diagnostic[] = [];
  const report = reportInto(diagnostics);
  const unset: Diagnostic[] = [];
  const docs = readDocumentsOf(input, diagnostics, unset);
  const isPartial = input.isPartial === true || diagnostics.some(isError);
  const shortDocs = docs.filter(({ value }) => isShort(value));
  const fileVolumes = new Set(shortDocs.flatMap(volumesOf));
  const home = input.env['HOME'];
  const files = {
    contents: input.files ?? new Map<string, FileContent>(),
    reads: new Set<string>(),
    texts: new Map<string, string>(),
    env: input.env,
    folder: { path: input.dir, named: input.sources[0]?.path.replace(/[^/]*$/, '') ?? '' },
  };
  const room = { left: MAX_MADE_PODS };
  const { strict = false } = input;
  const found: FileObjects[] = [];
  for (const doc of docs) {
    if (!isFields(doc.value)) report({ doc, path: [] }, 'a document must be a map', { hint: ONE_OF_TWO });
    else if (isCompose(doc.value))
      report({ doc, path: ['services'] }, COMPOSE_FILE, { on: 'key', hint: convertHint(doc.file) });
    else if (isForeign(doc))
      report({ doc, path: [] }, 'neither the short form nor a Kubernetes object', { hint: ONE_OF_TWO });
    else if (isShort(doc.value))
      found.push(readShortForm(doc, { fileVolumes, home, files, env: input.env, room }, report));
    else found.push(readObject(doc.value, { doc, path: [] }, { home, files, room, strict }, report));
  }
  const { pods: all, objects, claims, services, controllers, endpoints: written, ...declared } = joined(found);
  const own = all.filter(isOwn);
  const name = nameProject(input, shortDocs, diagnostics);
  checkIdentities(
    [
      ...controllers,
      ...services.map((service) => ({ kind: 'Service', ...service })),
      ...own.map(({ pod, nameAt }) => ({ kind: 'Pod', ...pod.metadata, nameAt })),
      ...objects.map(({ object, nameAt }) => ({ ...object, nameAt })),
    ],
    report,
  );
  const { profiles = [], only = [] } = input;
  const asked = namedPods(only, all, { controllers, services }, diagnostics);
  const meant = namesMeant(input.named ?? [], all, controllers);
  const named = [...meant, ...asked.map(({ pod }) => pod.metadata.name)];
  const selected = withDependencies(selectPods(all, { profiles, named }, diagnostics), own, controllers, report);
  const pods = only.length === 0 ? selected : withAwaited(asked, selected);
  checkHostPorts(pods, report);
  checkPlatforms(pods, report);
  const endpoints = resolveEndpoints([...written, ...own.flatMap((each) => each.endpoints)], own, controllers, report);
  const data = objects.map(({ object }) => object);
  const finished = withServices(nameBuilds(pods, name ?? '', data, report), services);
  const whole = diagnostics.filter((each) => !unset.some((other) => covers(each, other)));
  const told = [...(input.isPartial === true ? [] : unset), ...(isPartial ? present(whole, input) : whole)];
  if (pods.length === 0 && !isPartial) told.push(...(told.some(isError) ? [] : noPod(input, docs, all)));
  const reads = [...files.reads].toSorted(compare);
  const result = { diagnostics: withoutRepeats(told), reads, texts: files.texts, written: writtenIn(docs) };
  if (name === undefined) return result;
  if (told.some(isError)) return { ...result, name };
  const inOrder = finished.filter((_, index) => isOwn(pods[index]));
  const samples = finished.filter((_, index) => pods[index]?.isSample === true);
  const cronJobs = cronJobsOf(all, pods, finished, only.length > 0);
  const workloads = workloadsOf(declared.workloads, inOrder, samples, only.length > 0);
  const jobs = jobsOf(declared.jobs, inOrder, only.length > 0);
  return {
    ...result,
    name,
    project: {
      name,
      dir: input.dir,
      pods: inOrder,
      ...(only.length === 0 ? {} : { apart: keysBeside(inOrder, own) }),
      ...(workloads.length === 0 ? {} : { workloads }),
      ...(jobs.length === 0 ? {} : { jobs }),
      ...(cronJobs.length === 0 ? {} : { cronJobs }),
      ...(services.length === 0
        ? {}
        : { services: services.map(({ nameAt: _nameAt, ...service }) => service).toSorted(byIdentity) }),
      claims: joinClaims(claims, fileVolumes, [...inOrder, ...cronJobs.map(({ template }) => template)]),
      objects: data.toSorted((a, b) => compare(a.kind, b.kind) || byIdentity(a, b)),
      ...(endpoints.length === 0 ? {} : { endpoints }),
    },
  };
}

/** A Pod by itself: not what others are made of. */
const isOwn = (read: ReadPod | undefined): boolean => read?.cron === undefined && read?.isSample !== true;

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Without what may be there for all we know, in Kubernetes' words: in what cannot be read, or in a file that goes over. */
function present(findings: readonly Diagnostic[], { sources, isPartial }: ProjectInput): readonly Diagnostic[] {
  const absence = isPartial === true || sources.length > 1 ? /^(Required value|Not found)\b/ : /^Not found\b/;
  return findings.filter(({ message }) => !absence.test(message));
}

/** Those that are to run with their finished templates; the others only where Pods were named, for what of theirs is there. */
function cronJobsOf(
  all: readonly ReadPod[],
  selected: readonly ReadPod[],
  finished: readonly Pod[],
  areNamed: boolean,
): readonly CronJob[] {
  const templates = new Map(selected.map(({ nameAt }, index) => [nameAt, finished[index]]));
  return all
    .flatMap(({ cron, pod, nameAt }): readonly CronJob[] => {
      const template = templates.get(nameAt);
      if (cron === undefined || (template === undefined && !areNamed)) return [];
      const { name, namespace } = pod.metadata;
      return [
        { name, namespace, ...cron, template: template ?? pod, ...(template === undefined ? { apart: true } : {}) },
      ];
    })
    .toSorted(byIdentity);
}

/** Each with whether all of its Pods are selected; of one that is to have none, whether no Pods were named. */
function workloadsOf(
  declared: readonly Workload[],
  selected: readonly Pod[],
  samples: readonly Pod[],
  areNamed: boolean,
): readonly Workload[] {
  const ownerOf = ({ metadata: { namespace, ownerReference: owner } }: Pod): string =>
    [namespace, owner?.kind, owner?.name].join('/');
  const owners = selected.map(ownerOf);
  const firsts = new Map([...samples, ...selected].toReversed().map((pod) => [ownerOf(pod), pod]));
  return declared
    .map((bare): Workload => {
      const template = firsts.get(makerKey(bare));
      const workload = template === undefined ? bare : { ...bare, declared: { ...bare.declared, template } };
      const count = owners.filter((owner) => owner === makerKey(workload)).length;
      const isWhole = count === workload.replicas && (count > 0 || !areNamed);
      return isWhole ? workload : { ...workload, apart: true };
    })
    .toSorted(byIdentity);
}

/** The same of Jobs. */
function jobsOf(declared: readonly Job[], selected: readonly Pod[], areNamed: boolean): readonly Job[] {
  return declared
    .map((job): Job => {
      const own = selected.filter(({ metadata: { namespace, ownerReference: owner } }) => {
        return namespace === job.namespace && owner?.kind === 'Job' && owner.name === job.name;
      });
      const isWhole = own.length === firstPods(job) && (own.length > 0 || !areNamed);
      return isWhole ? job : { ...job, apart: true };
    })
    .toSorted(byIdentity);
}

/** All Pods of the files but those. */
function keysBeside(pods: readonly Pod[], all: readonly ReadPod[]): readonly string[] {
  const keys = new Set(pods.map(({ metadata }) => keyOf(metadata)));
  return all
    .map(({ pod }) => keyOf(pod.metadata))
    .filter((key) => !keys.has(key))
    .toSorted(compare);
}

/** Whether a finding is about a value that only stands in for a variable that is not set. */
function covers(finding: Diagnostic, unset: Diagnostic): boolean {
  if (finding.file !== unset.file || finding.line !== unset.line) return false;
  return finding.col <= unset.col && finding.col + finding.width >= unset.col + unset.width;
}

/** A file of other objects alone is a good one: that is worth a word where it is to run, and an empty file is an error. */
function noPod(
  { sources, toRun = false }: ProjectInput,
  docs: readonly Doc[],
  pods: readonly ReadPod[],
): readonly Diagnostic[] {
  const file = sources[0]?.path ?? '';
  if (pods.length > 0) return [noneSelected(pods, file)];
  const place = { file, line: 1, col: 1, width: 1, path: '' };
  const message = 'there is no Pod in it';
  if (docs.some(({ value }) => !isShort(value))) return toRun ? [{ severity: 'warning', ...place, message }] : [];
  const hint = 'write pods: with at least one Pod, or a Kubernetes object of kind Pod';
  return [{ severity: 'error', ...place, message, hint }];
}

/** A claim for each PersistentVolumeClaim, each volume of the file, and each claim of a Pod that nothing declares. */
function joinClaims(
  declared: readonly Claim[],
  fileVolumes: ReadonlySet<string>,
  pods: readonly Pod[],
): readonly Claim[] {
  const claimed = pods.flatMap(({ metadata, spec }) =>
    spec.volumes.flatMap(({ persistentVolumeClaim: source }) =>
      source === undefined ? [] : [{ name: source.claimName, namespace: metadata.namespace }],
    ),
  );
  const unused = [...fileVolumes].filter((name) => !claimed.some((claim) => claim.name === name));
  const all = [...declared, ...claimed, ...unused.map((name) => ({ name, namespace: NAMESPACE }))];
  const byKey = new Map(all.map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
  return [...byKey.values()].toSorted((a, b) => compare(a.name, b.name) || compare(a.namespace, b.namespace));
}
