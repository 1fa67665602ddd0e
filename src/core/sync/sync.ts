/** Keeps in a container what the folders hold that its `onChange` rules of action sync name (docs/decisions/sync.md). */
import { containerKey } from '../state/part-key.ts';
import type { Container } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import type { SyncedFile, SyncedFiles } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import type { Life } from '../pod/life.ts';
import type { Instance } from '../runtime/observed.ts';
import { watchedKey } from '../state/files.ts';
import type { Files } from '../state/files.ts';
import { editCause, isWithin, watchedBy } from './on-change.ts';
import type { FileEdit } from './on-change.ts';
import { reason } from '../runtime/reason.ts';
import { isBusy, want } from '../state/planner.ts';
import { syncedFilePath } from '../spec/pod-volumes.ts';
import { isRunning } from '../pod/restart.ts';

/** By path in the container: where a file comes from, and how it prints. */
type Wanted = ReadonlyMap<string, { readonly from: string; readonly print: string }>;

type SyncRule = { readonly paths: readonly string[]; readonly target: string };

/** True when the instance holds what the folders hold; else that is being brought about. */
export function keepSynced(life: Life, container: Container, instance: Instance): boolean {
  const rules = syncRules(container);
  if (rules.length === 0) return true;
  const { p, pod, observed, infra } = life;
  const key = containerKey(observed, container.name);
  const known = p.memory.synced.get(key) ?? (isFirstOfOurs(life) ? nothing : undefined);
  if (known === undefined) {
    const path = syncedFilePath(container.name);
    const action = { verb: 'readSynced', target: infra.container.name, id: infra.container.id, path, key } as const;
    want(p, { action, because: reason('otherSynced'), pod: observed, container: container.name });
    return false;
  }
  const wanted = p.state.files && wantedFiles(pod, container, p.state.files);
  if (wanted === undefined) {
    p.wanted += 1;
    return false;
  }
  const { id, name: target } = instance.container;
  const isKnown = known.instance === id;
  const before = isKnown ? known : { instance: id, files: {}, gone: goneBy(known), pending: goneBy(known) };
  const isUp = isRunning(instance.container);
  const { put, remove, folders, edits } = compare(before, wanted, rules, isMounted(pod, container));
  if (isKnown && put.length === 0 && (remove.length === 0 || !isUp)) return true;
  if (isBusy(p, target)) {
    p.wanted += 1;
    return false;
  }
  const because: readonly Reason[] = isKnown
    ? editCause(container.name, edits, p.self.dir)
    : reason(known.instance === failed ? 'unknownContent' : 'newContainer');
  const gone = [...new Set([...before.gone, ...remove])].filter((path) => !wanted.has(path));
  const after: SyncedFiles = {
    instance: id,
    files: Object.fromEntries([...wanted].map(([path, { print }]) => [path, print])),
    gone,
    pending: isUp ? [] : gone.filter((path) => isApartFrom(wanted, path)),
  };
  const action = {
    ...({ verb: 'syncFiles', target, id, key } as const),
    ...{ remove: isUp ? remove : [], folders, put, after },
    targets: [...new Set(rules.map((rule) => rule.target))],
    record: { infraId: infra.container.id, path: syncedFilePath(container.name) },
  };
  want(p, { action, because, pod: observed, container: container.name });
  return false;
}

/** Stands for an instance of which a failed call made nothing sure. */
const failed = '?';

/** What is known of a container when a sync of it has failed: each file of before and after may be there. */
export function doubted(before: SyncedFiles | undefined, after: SyncedFiles): SyncedFiles {
  return { ...after, instance: failed, files: { ...before?.files, ...after.files } };
}

export const nothing: SyncedFiles = { instance: '', files: {}, gone: [], pending: [] };

/** The Pod began in this podrun's life: nothing was synced before. */
const isFirstOfOurs = ({ p, infra }: Life): boolean => infra.attempt === 0 && infra.supervisor?.id === p.self.id;

/** What its image, or a volume, may still hold of what was synced once. */
const goneBy = ({ files, gone }: SyncedFiles): readonly string[] => [...new Set([...gone, ...Object.keys(files)])];

const syncRules = ({ onChange = [] }: Container): readonly SyncRule[] =>
  onChange.flatMap(({ paths, target }) => (target === undefined ? [] : [{ paths, target }]));

interface Comparison {
  readonly remove: readonly string[];
  readonly folders: readonly string[];
  readonly put: readonly SyncedFile[];
  readonly edits: readonly FileEdit[];
}

/** Neither side ever changes, and the two are compared at every step. */
const compared = new WeakMap<SyncedFiles, WeakMap<Wanted, Comparison>>();

/** What a rule that is gone had put somewhere stays there. */
function compare(
  before: SyncedFiles,
  wanted: Wanted,
  rules: readonly SyncRule[],
  isKept: (path: string) => boolean,
): Comparison {
  const known = compared.get(before) ?? new WeakMap<Wanted, Comparison>();
  compared.set(before, known);
  const found = known.get(wanted) ?? compareAnew(before, wanted, rules, isKept);
  known.set(wanted, found);
  return found;
}

function compareAnew(
  { files, pending }: SyncedFiles,
  wanted: Wanted,
  rules: readonly SyncRule[],
  isKept: (path: string) => boolean,
): Comparison {
  const put = [...wanted].flatMap(([path, { from, print }]) => (files[path] === print ? [] : [{ path, from }]));
  const isOurs = (path: string) =>
    !wanted.has(path) && !isKept(path) && rules.some(({ target }) => isWithin(path, target));
  const there = [...Object.keys(files), ...pending.filter((path) => isApartFrom(wanted, path))];
  const remove = [...new Set(there)].filter(isOurs).toSorted();
  const mayBeLeaf = new Set([...Object.keys(files), ...pending]);
  const folders = new Set(put.flatMap(({ path }) => parentsOf(path)).filter((path) => mayBeLeaf.has(path)));
  return {
    remove,
    folders: [...folders].toSorted(),
    put,
    edits: [
      ...put.map(({ path, from }): FileEdit => ({ path: from, what: path in files ? 'changed' : 'is new' })),
      ...remove.map((path): FileEdit => ({ path: sourceOf(path, rules), what: 'was deleted' })),
    ],
  };
}

/** Nothing that is wanted has the path for a folder, or is above it: what is put has taken its place already. */
function isApartFrom(wanted: Wanted, path: string): boolean {
  return !foldersOf(wanted).has(path) && !parentsOf(path).some((parent) => wanted.has(parent));
}

const foldersKnown = new WeakMap<Wanted, ReadonlySet<string>>();

function foldersOf(wanted: Wanted): ReadonlySet<string> {
  const found = foldersKnown.get(wanted) ?? new Set([...wanted.keys()].flatMap(parentsOf));
  foldersKnown.set(wanted, found);
  return found;
}

/** The folders that a path is in, the root left out. */
function parentsOf(path: string): readonly string[] {
  const ends = [...path.matchAll(/(?!^)\//g)].map(({ index }) => index);
  return ends.map((end) => path.slice(0, end));
}

/** Where a file of the container came from, as far as the rules tell. */
function sourceOf(path: string, rules: readonly SyncRule[]): string {
  const rule = rules.find(({ target }) => isWithin(path, target));
  const [folder, ...others] = rule?.paths ?? [];
  if (rule === undefined || folder === undefined || others.length > 0) return path;
  return `${folder}/${path.slice(rule.target.length).replace(/^\//, '')}`;
}

/**
 * What is mounted from the machine is the machine's. A file in the place of a mount, or of a folder that one is in, would
 * take all away that the volume holds.
 */
function isMounted({ spec }: Pod, { volumeMounts }: Container): (path: string) => boolean {
  const ofMachine = volumeMounts.filter(({ name }) =>
    spec.volumes.some((volume) => volume.name === name && volume.hostPath !== undefined),
  );
  return (path) =>
    volumeMounts.some(({ mountPath }) => isWithin(mountPath, path)) ||
    ofMachine.some(({ mountPath }) => isWithin(path, mountPath));
}

const made = new WeakMap<Files, WeakMap<Container, Wanted>>();

/** All that a container is to hold, a later path over an earlier one; undefined while a folder is not read yet. */
function wantedFiles(pod: Pod, container: Container, files: Files): Wanted | undefined {
  const ofFiles = made.get(files) ?? new WeakMap<Container, Wanted>();
  made.set(files, ofFiles);
  const found = ofFiles.get(container) ?? collect(pod, container, files);
  if (found !== undefined) ofFiles.set(container, found);
  return found;
}

function collect(pod: Pod, container: Container, files: Files): Wanted | undefined {
  const wanted = new Map<string, { readonly from: string; readonly print: string }>();
  const folders = new Set<string>();
  const isKept = isMounted(pod, container);
  for (const rule of container.onChange ?? []) {
    const { target } = rule;
    if (target === undefined) continue;
    for (const watched of watchedBy(container, rule)) {
      const listing = files.get(watchedKey(watched));
      if (listing === undefined) return undefined;
      for (const [file, print] of listing) {
        const inside = file === '' ? watched.path.slice(watched.path.lastIndexOf('/') + 1) : file;
        const path = `${target === '/' ? '' : target}/${inside}`;
        if (isKept(path)) continue;
        // One path cannot be a file by one rule and a folder by another.
        for (const parent of parentsOf(path)) {
          folders.add(parent);
          wanted.delete(parent);
        }
        if (folders.has(path)) for (const other of wanted.keys()) if (isWithin(other, path)) wanted.delete(other);
        wanted.set(path, { from: file === '' ? watched.path : `${watched.path}/${file}`, print });
      }
    }
  }
  return wanted;
}
