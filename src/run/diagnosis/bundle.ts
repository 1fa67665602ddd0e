/** `--bundle DIR`: all that is known of a start that failed, in files that can be sent to somebody. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Event, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { observe } from '../../core/runtime/observed.ts';
import type { Instance, ObservedPod } from '../../core/runtime/observed.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import { apiData } from '../../core/status/api-object.ts';
import type { Engine } from '../../engine/port.ts';
import type { DataObject } from '../../model/project.ts';
import { describePod } from '../../output/describe/describe.ts';
import type { PodDiagnosis } from '../../output/diagnosis/diagnosis.ts';
import { diagnosisLines } from '../../output/diagnosis/diagnosis-lines.ts';
import { timelineLines } from '../../output/diagnosis/timeline.ts';
import { masked } from '../../output/json/mask.ts';
import { objectsAs } from '../../output/json/structured.ts';
import { eventTable, sortEvents } from '../../output/tables/event-table.ts';
import type { Trouble } from './find-causes.ts';
import { logOf } from './read-log.ts';

/** What goes into a bundle beside the logs. */
export interface BundleContent extends Trouble {
  readonly causes: readonly PodDiagnosis[];
  /** The file's ConfigMaps and Secrets: the values of these are covered in what is written, except in the logs. */
  readonly objects: readonly DataObject[];
  /** What is left to be done, as `diff` prints it. */
  readonly plan: readonly string[];
}

/**
 * Writes `diagnosis.txt`, `timeline.txt`, `events.txt`, `describe.txt`, `status.yaml`, `plan.txt` and
 * `logs/POD/CONTAINER.ATTEMPT.log` of every instance that is on the engine, for the user alone, in place of those of an
 * earlier bundle. Rejects where the folder cannot be written, or holds something else; a log that cannot be read ends
 * where it does.
 */
export async function writeBundle(engine: Engine, dir: string, content: BundleContent): Promise<void> {
  const { project, nowMs } = content;
  const secrets = content.objects.filter(({ kind }) => kind === 'Secret').map(apiData);
  const told = [content.pods, content.events, content.causes, content.plan];
  const hidden = masked([...secrets, ...told]).slice(secrets.length);
  const [pods, events, causes, plan] = hidden as unknown as [KubernetesPod[], Event[], PodDiagnosis[], string[]];
  const described = pods.map((pod) => {
    const own = events.filter(({ involvedObject: { name, namespace } }) => isNamed(pod, name, namespace));
    return describePod(pod, own, nowMs).join('\n');
  });
  const table = { wide: true, allNamespaces: true, noHeaders: false, nowMs };
  const files: Readonly<Record<string, readonly string[]>> = {
    'diagnosis.txt': diagnosisLines(causes, { withLogs: true }),
    'timeline.txt': timelineLines(pods, events),
    'events.txt': eventTable(sortEvents(events), table),
    'describe.txt': [described.join('\n\n\n')],
    'plan.txt': plan,
  };
  await makeRoom(dir);
  const write = (name: string, text: string) => writeFile(join(dir, name), text, { mode: 0o600, flag: 'wx' });
  for (const [name, lines] of Object.entries(files)) await write(name, lines.map((line) => `${line}\n`).join(''));
  await write('status.yaml', await objectsAs('yaml', pods, { single: false }));
  const snapshot = await engine.snapshot(project).catch(() => undefined);
  if (snapshot !== undefined) for (const life of observe(snapshot).pods) await writeLogs(engine, dir, life);
}

const ownNames = [
  ...['diagnosis.txt', 'timeline.txt', 'events.txt', 'describe.txt', 'plan.txt', 'status.yaml', 'logs'],
];

/** What is not of an earlier bundle is somebody's own: nothing of it is touched. */
async function makeRoom(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const there = await readdir(dir);
  if (there.some((name) => !ownNames.includes(name)))
    throw new Error(`${dir} is no folder of its own for a bundle: it has other files in it`);
  for (const name of there) await rm(join(dir, name), { recursive: true });
}

const isNamed = ({ metadata }: KubernetesPod, name: string | undefined, namespace: string | undefined): boolean =>
  metadata?.name === name && metadata?.namespace === namespace;

async function writeLogs(engine: Engine, dir: string, life: ObservedPod): Promise<void> {
  const folder = join(dir, 'logs', podLabel(life).replaceAll('/', '.'));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const instance of [...life.instances.values()].flat()) {
    const file = createWriteStream(join(folder, `${instance.name}.${instance.attempt}.log`), { mode: 0o600 });
    await pipeline(Readable.from(linesOf(engine, instance)), file);
  }
}

/** Each with the engine's time before it, in the order in which they came. */
async function* linesOf(engine: Engine, { container }: Instance): AsyncGenerator<Buffer> {
  try {
    for await (const { time, bytes, continues } of logOf(engine, container))
      yield continues === true ? bytes : Buffer.concat([Buffer.from(`${time} `), bytes]);
  } catch (error) {
    yield Buffer.from(`podrun: the rest of this log could not be read: ${(error as Error).message}\n`);
  }
}
