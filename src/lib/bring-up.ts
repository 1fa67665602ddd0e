/** An instance of a project for as long as the process that asked for it uses it. */
import { join } from 'node:path';
import type { Event as KubernetesEvent } from 'kubernetes-types/core/v1.js';
import { scaledByHand } from '../core/objects/scaled-by-hand.ts';
import { ownImages } from '../model/own-images.ts';
import type { Self } from '../core/state/self.ts';
import type { Engine } from '../engine/port.ts';
import { namesWithSuffix } from '../model/made-name.ts';
import { diagnosisLines } from '../output/diagnosis/diagnosis-lines.ts';
import { judge } from '../run/asked/goal.ts';
import { findCauses } from '../run/diagnosis/find-causes.ts';
import { collectBeside } from '../run/fixture/collect-beside.ts';
import { forgetProject } from '../run/fixture/collect.ts';
import { environmentFor } from '../run/fixture/environment.ts';
import { startInstance } from '../run/fixture/instance.ts';
import type { Instance as Supervised, Started } from '../run/fixture/instance.ts';
import { ownLease } from '../run/fixture/own-lease.ts';
import { openPortBook } from '../run/fixture/port-book.ts';
import { startReport } from '../run/report/report.ts';
import type { Report } from '../run/report/report.ts';
import { gatewayOf, makeServing } from '../run/services/serving.ts';
import { makeSelf } from '../run/self.ts';
import type { World } from '../run/world.ts';
import { ask } from '../state/control.ts';
import { projectFolder, projectPath, socketPath } from '../state/paths.ts';
import type { Instance, UpOptions } from './api.ts';
import { engineTrouble } from './engine-trouble.ts';
import { instanceHandle } from './instance-handle.ts';
import { PodrunError } from './podrun-error.ts';
import { readProject } from './read-project.ts';
import type { Running } from './running.ts';
import { makeWaits } from './wait-for-pods.ts';

const startMs = 5 * 60_000;

/** Resolves when all is Ready or has Succeeded; else what there is goes, and it rejects with a PodrunError that says why. */
export async function bringUp(world: World, options: UpOptions): Promise<Instance> {
  const { signal, timeoutMs = startMs, scale = {}, keepPorts = false } = options;
  signal?.throwIfAborted();
  const read = await readProject(world, options);
  const hands = scaledByHand(read, Object.entries(scale));
  if (typeof hands === 'string') throw new PodrunError('InvalidOption', `scale ${hands}`);
  const engine = await world.connect(options.host).catch((error: unknown) => {
    throw new PodrunError('NoEngine', (error as Error).message);
  });
  const [name = ''] = namesWithSuffix(world.seed.join(), [`${read.name}-`]);
  const collecting = collectBeside(world, engine);
  const ports = openPortBook(engine, { all: !keepPorts });
  const project = await ports.assign({ ...read, name }).catch((error: unknown) => {
    engine.close();
    throw engineTrouble(error);
  });
  const { infraImage, servicesImage } = ownImages(world.env);
  const gateway = await gatewayOf(world, servicesImage);
  const own = { infraImage, lease: ownLease(world), ...(gateway === undefined ? {} : { gateway }) };
  const self = makeSelf(world, engine.info, name, project.dir, own);
  const serving = makeServing(engine, { gateway, pull: true });
  const report = options.onProgress === undefined ? undefined : reportOf(world, engine, self);
  const waits = makeWaits(world.clock, () => new PodrunError('Ended', `project ${name} was taken down`));
  let isOver = false;
  const supervised = startInstance(
    world,
    engine,
    {
      ...{ self, project, ports, hands, serving, judge: (pods, progress) => judge('ready', pods, progress) },
      ...(timeoutMs > 0 ? { timeoutMs } : {}),
    },
    {
      ...report?.listener,
      stepped(input, before, after) {
        report?.listener.stepped?.(input, before, after);
        waits.stepped();
      },
    },
  );
  const end = (): void => {
    isOver = true;
    waits.end();
  };
  supervised.ended.then(end, end);

  const state: Running['state'] = () => {
    if (isOver) throw new PodrunError('Ended', `project ${name} was taken down`);
    return supervised.state();
  };
  const events = (): Promise<readonly KubernetesEvent[]> => readEvents(world, engine, name);
  const running: Running = {
    ...{ world, engine, waits, state },
    feed(input) {
      state();
      supervised.feed(input);
    },
    async explain(code, headline, pods) {
      const nowMs = world.clock.nowMs();
      const causes = await findCauses(engine, { project: name, pods, events: await events(), nowMs });
      const lines = diagnosisLines(causes, { withLogs: true });
      return new PodrunError(code, [headline, ...lines].join('\n'), causes);
    },
  };
  const remove = (graceSeconds?: number) =>
    takeDown({ world, engine, supervised, report, name, collecting }, graceSeconds);

  try {
    const started = await Promise.race([supervised.started, untilAborted(signal)]);
    if (started.kind !== 'ready') throw await whyNot(started, name, supervised, running);
    const file = join(await projectFolder(world.stateRoot, engine.info.id, name), 'endpoints.json');
    const env = await environmentFor(engine, supervised.state(), file);
    return instanceHandle(running, { name, env, events, remove });
  } catch (error) {
    // Why it did not start says more than what is left of it.
    await remove().catch(() => {});
    throw error;
  }
}

function reportOf(world: World, engine: Engine, self: Self): Report {
  const podrun = `podrun -p ${self.project}`;
  return startReport(world, engine, { verb: 'up', self, color: false, progress: 'plain', podrun, logs: false });
}

/** Rejects with the reason; never, where there is no signal. */
const untilAborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason as Error);
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

async function whyNot(
  started: Exclude<Started, { kind: 'ready' }>,
  name: string,
  supervised: Supervised,
  running: Running,
): Promise<Error> {
  if (started.kind === 'late')
    return running.explain('TimedOut', 'timed out waiting for all Pods to be up', supervised.pods());
  if (started.kind === 'failed')
    return running.explain('StartFailed', `the start failed: ${started.causes.join('; ')}`, supervised.pods());
  const { ending } = started;
  // Rejects where it is no end that was meant.
  await supervised.ended;
  if (ending.kind === 'owned') return new PodrunError('InUse', `project ${name} is in use by pid ${ending.owner?.pid}`);
  if (ending.kind === 'ousted') return new PodrunError('InUse', ending.message);
  return new PodrunError('Ended', `project ${name} was taken down before it was ready`);
}

interface Down {
  readonly world: World;
  readonly engine: Engine;
  readonly supervised: Supervised;
  readonly report: Report | undefined;
  readonly name: string;
  /** What else is removed meanwhile. */
  readonly collecting: Promise<void>;
}

/** Rejects with a PodrunError where something is left. */
async function takeDown(down: Down, graceSeconds: number | undefined): Promise<void> {
  const { world, engine, supervised, report, name, collecting } = down;
  supervised.down({ volumes: true, kill: false, ...(graceSeconds === undefined ? {} : { graceSeconds }) });
  try {
    const ending = await supervised.ended;
    await report?.end(ending);
    await collecting;
    if (ending.kind === 'ousted') throw new PodrunError('InUse', ending.message);
    if (ending.kind !== 'down') return;
    if (ending.left.length === 0) return await forgetProject(world, engine, name);
    const left = ending.left.map((each) => `${each.name} cannot be removed: ${each.failure.message}`);
    throw new PodrunError('NotRemoved', [...left, `podrun -p ${name} down --volumes tries again`].join('\n'));
  } finally {
    engine.close();
  }
}

/** None where nobody answers. */
async function readEvents(world: World, engine: Engine, name: string): Promise<readonly KubernetesEvent[]> {
  const path = socketPath(projectPath(world.stateRoot, engine.info.id, name));
  const asked = await ask(path, { op: 'events', since: 0, watch: false });
  return asked.kind === 'answer' ? ((asked.answer.events?.items ?? []) as readonly KubernetesEvent[]) : [];
}
