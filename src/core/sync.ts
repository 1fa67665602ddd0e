/** Keeps in a container what the folders hold that its `onChange` rules of action sync name (docs/decisions/sync.md). */
import type { Container, Pod } from '../manifest/types.ts';
import type { Because, SyncedFile, SyncedFiles } from './action.ts';
import type { Life } from './life.ts';
import type { Instance } from './observed.ts';
import { watchedKey } from './files.ts';
import type { Files } from './files.ts';
import { editCause, isWithin, watchedBy } from './on-change.ts';
import type { FileEdit } from './on-change.ts';
import { isBusy, reason, want } from './planner.ts';
import { syncedFilePath } from './pod-volumes.ts';
import { isRunning } from './restart.ts';

/** By path in the container: where a file comes from, and how it prints. */
type Wanted = ReadonlyMap<string, { readonly from: string; readonly print: string }>;

type SyncRule = { readonly paths: readonly string[]; readonly target: string };

/** True when the instance holds what the folders hold; else that is being brought about. */
export function isSynced(life: Life, container: Container, instance: Instance): boolean {
  const rules = syncRules(container);
  if (rules.length === 0) return true;
  const { p, pod, observed, infra } = life;
  const key = `${observed.uid}/${container.name}`;
  const known = p.memory.synced.get(key) ?? (isFirstOfOurs(life) ? nothing : undefined);
  if (known === undefined) {
    const path = syncedFilePath(container.name);
    const action = { verb: 'readSynced', target: infra.container.name, id: infra.container.id, path, key } as const;
    want(p, { action, because: reason('another podrun synced them'), pod: observed, container: container.name });
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
  const { put, remove, edits } = compare(before, wanted, rules);
  if (isKnown && put.length === 0 && (remove.length === 0 || !isUp)) return true;
  if (isBusy(p, target)) {
    p.wanted += 1;
    return false;
  }
  const because: readonly Because[] = isKnown
    ? editCause(container.name, edits, p.self.dir)
    : reason(known.instance === failed ? 'what it holds is not known' : 'the container is new');
  const gone = [...new Set([...before.gone, ...remove])].filter((path) => !wanted.has(path));
  const after: SyncedFiles = {
    instance: id,
    files: Object.fromEntries([...wanted].map(([path, { print }]) => [path, print])),
    gone,
    pending: isUp ? [] : gone,
  };
  const action = {
    ...({ verb: 'syncFiles', target, id, key } as const),
    ...{ put, remove: isUp ? remove : [], after },
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
  readonly put: readonly SyncedFile[];
  readonly remove: readonly string[];
  readonly edits: readonly FileEdit[];
}

/** Neither side ever changes, and the two are compared at every step. */
const compared = new WeakMap<SyncedFiles, WeakMap<Wanted, Comparison>>();

/** What a rule that is gone had put somewhere stays there. */
function compare(before: SyncedFiles, wanted: Wanted, rules: readonly SyncRule[]): Comparison {
  const known = compared.get(before) ?? new WeakMap<Wanted, Comparison>();
  compared.set(before, known);
  const found = known.get(wanted) ?? compareAnew(before, wanted, rules);
  known.set(wanted, found);
  return found;
}

function compareAnew({ files, pending }: SyncedFiles, wanted: Wanted, rules: readonly SyncRule[]): Comparison {
  const put = [...wanted].flatMap(([path, { from, print }]) => (files[path] === print ? [] : [{ path, from }]));
  const isOurs = (path: string) => !wanted.has(path) && rules.some(({ target }) => isWithin(path, target));
  const remove = [...new Set([...Object.keys(files), ...pending])].filter(isOurs);
  return {
    put,
    remove,
    edits: [
      ...put.map(({ path, from }): FileEdit => ({ path: from, what: path in files ? 'changed' : 'is new' })),
      ...remove.map((path): FileEdit => ({ path: sourceOf(path, rules), what: 'was deleted' })),
    ],
  };
}

/** Where a file of the container came from, as far as the rules tell. */
function sourceOf(path: string, rules: readonly SyncRule[]): string {
  const rule = rules.find(({ target }) => isWithin(path, target));
  const [folder, ...others] = rule?.paths ?? [];
  if (rule === undefined || folder === undefined || others.length > 0) return path;
  return `${folder}/${path.slice(rule.target.length).replace(/^\//, '')}`;
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

function collect({ spec }: Pod, container: Container, files: Files): Wanted | undefined {
  const wanted = new Map<string, { readonly from: string; readonly print: string }>();
  // What is mounted from the machine is the machine's.
  const mounted = container.volumeMounts.filter(({ name }) =>
    spec.volumes.some((volume) => volume.name === name && volume.hostPath !== undefined),
  );
  for (const rule of container.onChange ?? []) {
    const { target } = rule;
    if (target === undefined) continue;
    for (const watched of watchedBy(container, rule)) {
      const listing = files.get(watchedKey(watched));
      if (listing === undefined) return undefined;
      for (const [file, print] of listing) {
        const inside = file === '' ? watched.path.slice(watched.path.lastIndexOf('/') + 1) : file;
        const path = `${target === '/' ? '' : target}/${inside}`;
        if (mounted.some(({ mountPath }) => isWithin(path, mountPath))) continue;
        wanted.set(path, { from: file === '' ? watched.path : `${watched.path}/${file}`, print });
      }
    }
  }
  return wanted;
}
