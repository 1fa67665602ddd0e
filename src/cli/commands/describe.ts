import type { Event, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { readAskedObjects } from '../../core/naming/asked-objects.ts';
import type { AskedObject } from '../../core/naming/asked-objects.ts';
import type { ApiObject } from '../../core/status/api-object.ts';
import { describeObject } from '../../output/describe/describe-object.ts';
import { describePod } from '../../output/describe/describe.ts';
import type { World } from '../../run/world.ts';
import { podsNow } from '../reading/pods-now.ts';
import { readEvents } from './events.ts';
import { select } from './objects/get.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import type { Selectors } from '../options/selectors.ts';
import { namespacesOf, nothingFound } from '../options/pod-names.ts';
import { findObjects } from '../reading/find-objects.ts';
import { meantOf } from '../reading/meant-pods.ts';
import { projectName, supervisorOf } from '../session.ts';

export interface DescribeOptions extends GlobalOptions, Selectors {
  readonly pod: readonly string[];
  readonly namespace: string;
  readonly allNamespaces: boolean;
  readonly showEvents: boolean;
}

/** `podrun describe`: each Pod in kubectl's layout, with its events. */
export async function describe(world: World, options: DescribeOptions): Promise<number> {
  const objects = readAskedObjects(options.pod);
  if (typeof objects === 'string') throw new CommandError(exitCode.usage, objects);
  if (objects !== undefined) return describeObjects(world, options, objects);
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, name);
  const { pods: all, asked } = await podsNow(world, engine, name);
  const events = options.showEvents ? await readEvents(engine, supervisor) : undefined;
  engine.close();
  const words = { ...options, namespace: options.allNamespaces ? undefined : options.namespace };
  const { pods, missing } = await meantOf(world, options, words, all);
  if (asked.kind === 'nobody' && pods.length > 0)
    world.stderr.write(`podrun: no podrun supervises project ${name}; showing what the engine has\n`);
  const nowMs = world.clock.nowMs();
  const texts = pods.map(
    (pod) =>
      `${describePod(
        pod,
        events?.filter((event) => isOf(event, pod)),
        nowMs,
      ).join('\n')}\n`,
  );
  world.stdout.write(texts.join('\n\n'));
  for (const line of missing) world.stderr.write(`podrun: ${line}\n`);
  if (pods.length === 0 && missing.length === 0)
    world.stderr.write(
      nothingFound('resources', namespacesOf(all), options.allNamespaces ? undefined : options.namespace),
    );
  return missing.length > 0 ? exitCode.failed : exitCode.done;
}

/** Pods among them are described as such. */
async function describeObjects(world: World, options: DescribeOptions, asked: readonly AskedObject[]): Promise<number> {
  const { objects, pods, from } = await findObjects(world, options);
  if (from !== undefined) world.stderr.write(`podrun: ${from}\n`);
  const all = [...(pods as readonly ApiObject[]), ...objects];
  const { found, missing } = select(all, asked, options);
  const events = options.showEvents ? await eventsNow(world, options) : undefined;
  const nowMs = world.clock.nowMs();
  const texts = found.map((object) => {
    const own = events?.filter((event) => isOf(event, object as KubernetesPod));
    const lines =
      object.kind === 'Pod'
        ? describePod(object as KubernetesPod, own, nowMs)
        : describeObject(object, all, own, nowMs);
    return `${lines.join('\n')}\n`;
  });
  world.stdout.write(texts.join('\n\n'));
  for (const line of missing) world.stderr.write(`podrun: ${line}\n`);
  if (found.length === 0 && missing.length === 0)
    world.stderr.write(nothingFound('resources', [], options.allNamespaces ? undefined : options.namespace));
  return missing.length > 0 ? exitCode.failed : exitCode.done;
}

async function eventsNow(world: World, options: DescribeOptions): Promise<readonly Event[]> {
  const engine = await world.connect(options.host);
  const events = await readEvents(engine, await supervisorOf(world, engine, await projectName(world, options)));
  engine.close();
  return events;
}

/** A Pod that is not on the engine yet has no uid to go by. */
function isOf({ involvedObject }: Event, { metadata }: KubernetesPod): boolean {
  const { name, namespace, uid } = involvedObject;
  return (
    name === metadata?.name &&
    namespace === metadata?.namespace &&
    (metadata?.uid === undefined || uid === metadata.uid)
  );
}
