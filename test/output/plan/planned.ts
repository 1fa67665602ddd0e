import { containerKey } from '../../../src/core/state/part-key.ts';
import type { ContainerLaunch, EngineAction, InfraLaunch } from '../../../src/core/runtime/action.ts';
import { reason } from '../../../src/core/runtime/reason.ts';
import type { Reason } from '../../../src/core/runtime/reason.ts';
import { label } from '../../../src/core/runtime/labels.ts';
import type { Labels, PodRecord } from '../../../src/core/runtime/labels.ts';
import type { Planned } from '../../../src/core/state/planned.ts';
import type { PodRef } from '../../../src/core/runtime/pod-ref.ts';
import { plainContainer, plainInfra } from '../../core/launch.ts';

export const web: PodRef = { name: 'web', namespace: 'default', uid: '11111111-1111' };
export const newWeb: PodRef = { ...web, uid: '22222222-2222' };
export const db: PodRef = { name: 'db', namespace: 'shop', uid: '33333333-3333' };

/** An action of a Pod's container, of its sandbox (no container), or of the project (no Pod). */
export function plan(action: EngineAction, because: readonly Reason[], pod?: PodRef, container?: string): Planned {
  return { action, because, ...(pod === undefined ? {} : { pod }), ...(container === undefined ? {} : { container }) };
}

export const why = reason;

export function create(name: string, attempt: number, env: ContainerLaunch['env'] = []): EngineAction {
  const launch: ContainerLaunch = { ...plainContainer, ...launchOf(name, attempt), infraId: 'i', env };
  return { verb: 'createContainer', target: name, launch };
}

export function createInfra(name: string, attempt: number): EngineAction {
  const launch: InfraLaunch = {
    ...plainInfra,
    ...launchOf(name, attempt),
    networkId: 'n',
  };
  return { verb: 'createContainer', target: name, launch };
}

export const start = (target: string): EngineAction => ({ verb: 'startContainer', target, id: target });
export const remove = (target: string): EngineAction => ({ verb: 'removeContainer', target, id: target });
export const kill = (target: string, signal = 'SIGTERM'): EngineAction => ({
  verb: 'killContainer',
  target,
  id: target,
  signal,
});
export const unpause = (target: string): EngineAction => ({ verb: 'unpauseContainer', target, id: target });
export const pull = (image: string): EngineAction => ({ verb: 'pullImage', target: image, image });
const build = { context: '/src/secret', args: { TOKEN: 'hunter2' } };
export const make = (image: string): EngineAction => ({ verb: 'buildImage', target: image, image, build });
export const ask = (image: string): EngineAction => ({ verb: 'inspectBuild', target: image, image, build });
export const inspect = (image: string): EngineAction => ({ verb: 'inspectImage', target: image, image });
export const removeVolume = (name: string): EngineAction => ({ verb: 'removeVolume', target: name, name });
export const createVolume = (name: string, labels: Labels = {}): EngineAction => ({
  verb: 'createVolume',
  target: name,
  name,
  labels,
});

export function writeRecord(pod: PodRef, record: PodRecord): EngineAction {
  const name = recordOf(pod, 2);
  return createVolume(name, { [label.kind]: 'record', [label.record]: JSON.stringify(record) });
}

export const recordOf = (pod: PodRef, sequence: number): string =>
  `p.${pod.name}.record.${pod.uid.slice(0, 8)}.${sequence}`;

/** Each file to put by its name in /app, each to remove after a `-`. */
export function sync(target: string, ...files: readonly string[]): EngineAction {
  const put = files
    .filter((file) => !file.startsWith('-'))
    .map((file) => ({ path: `/app/${file}`, from: `/src/${file}` }));
  const remove = files.filter((file) => file.startsWith('-')).map((file) => `/app/${file.slice(1)}`);
  const after = { instance: target, files: {}, gone: [], pending: [] };
  const record = { infraId: 'i', path: '/own/app' };
  return {
    verb: 'syncFiles',
    target,
    id: target,
    key: containerKey({ uid: 'u' }, 'app'),
    targets: ['/app'],
    remove,
    folders: [],
    put,
    after,
    record,
  };
}

export const readSynced = (target: string): EngineAction => ({
  ...({ verb: 'readSynced', target, id: target, path: '/own/app', key: containerKey({ uid: 'u' }, 'app') } as const),
});

function launchOf(name: string, attempt: number) {
  const labels = { [label.attempt]: String(attempt) };
  return { name, image: 'busybox', labels, mounts: [], stopGraceSeconds: 30 };
}
