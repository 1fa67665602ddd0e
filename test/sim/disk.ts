/** Files of podrun's machine that are synced into containers: what is edited there, and whether the containers hold it. */
import type { RestartCommand } from '../../src/core/pod/command.ts';
import { allContainers } from '../../src/core/runtime/facts.ts';
import { isOurs, label } from '../../src/core/runtime/labels.ts';
import { watchedKey } from '../../src/core/state/files.ts';
import type { Files } from '../../src/core/state/files.ts';
import { podKey } from '../../src/core/runtime/pod-ref.ts';
import type { OnChange } from '../../src/model/on-change.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import { isUp } from './engine.ts';
import type { SimContainer, SimEngine } from './engine.ts';

export const rules: readonly OnChange[] = [
  { paths: ['/src'], action: 'sync', target: '/app' },
  { paths: ['/src/conf'], action: 'restart' },
];

export const onDisk = [
  ['/src/a', '1'],
  ['/src/b', '1'],
  ['/src/conf', '1'],
] as const;

/** Each image was built from the folder once. */
export const inImage = onDisk.map(([path]) => [path.replace('/src', '/app'), 'in the image'] as const);

/** The files as podrun's shell reads them. */
export function filesOf(disk: ReadonlyMap<string, string>): Files {
  const inside = [...disk].map(([path, print]) => [path.slice('/src/'.length), print] as const);
  const conf = disk.get('/src/conf');
  return new Map([
    [watchedKey({ path: '/src', ignoredBy: '/src' }), new Map(inside)],
    [watchedKey({ path: '/src/conf', ignoredBy: '/src/conf' }), new Map(conf === undefined ? [] : [['', conf]])],
  ]);
}

/** @returns whether an edit of it restarts */
export function editDisk(disk: Map<string, string>, pick: number, fresh: number): boolean {
  const path = ['/src/a', '/src/b', '/src/c', '/src/conf'][pick % 4] ?? '/src/a';
  if (Math.floor(pick / 4) % 3 === 0 && path !== '/src/a') disk.delete(path);
  else disk.set(path, String(fresh));
  return path === '/src/conf';
}

/** What an edit of such a file asks of a Pod. */
export const restartsOf = ({ metadata, spec }: Pod): readonly RestartCommand[] =>
  allContainers(spec)
    .filter(({ onChange }) => onChange !== undefined)
    .map(({ name }) => ({ kind: 'restart', pod: podKey(metadata), container: name }));

/** Why a container that runs does not hold what the folder does; undefined when all of them do. */
export function whyNotSynced(engine: SimEngine, { pods }: Project): string | undefined {
  const wanted = new Map([...engine.disk].map(([path, print]) => [path.replace('/src', '/app'), print]));
  const synced = pods.flatMap(({ metadata, spec }) =>
    allContainers(spec).flatMap(({ name, onChange }) => (onChange === undefined ? [] : `${podKey(metadata)}/${name}`)),
  );
  const wrong = [...engine.containers.values()].find(
    (container) =>
      isUp(container) &&
      isOurs(container) &&
      synced.includes(containerKey(container)) &&
      !isRight(container, wanted, engine.everSynced),
  );
  return wrong && `${wrong.name} holds ${JSON.stringify([...wrong.files])}, not ${JSON.stringify([...wanted])}`;
}

/** What was deleted before it was ever synced is nobody's but the image's. */
function isRight({ files, labels }: SimContainer, wanted: ReadonlyMap<string, string>, everSynced: Synced): boolean {
  return [...new Set([...files.keys(), ...wanted.keys()])].every(
    (path) =>
      files.get(path) === wanted.get(path) || (!wanted.has(path) && !everSynced.has(syncedKey({ labels }, path))),
  );
}

type Synced = ReadonlySet<string>;

export const syncedKey = ({ labels }: Pick<SimContainer, 'labels'>, path: string): string =>
  `${labels[label.podUid]} ${labels[label.containerName]} ${path}`;

const containerKey = ({ labels }: SimContainer): string =>
  `${labels[label.podNamespace]}/${labels[label.podName]}/${labels[label.containerName]}`;
