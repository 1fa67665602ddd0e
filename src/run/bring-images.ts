/** Brings images without a supervisor, all beside each other, and tells how they get on. */
import { podLabel } from '../core/runtime/pod-ref.ts';
import type { Planned } from '../core/state/planned.ts';
import type { Engine } from '../engine/port.ts';
import { spokenDuration } from '../output/duration.ts';
import type { PodLine } from '../output/terminal/progress.ts';
import { openConsole } from './report/console.ts';
import type { ProgressMode } from './report/console.ts';
import { rememberFailures } from './report/failures.ts';
import { makeImageNews, progressText } from './report/image-news.ts';
import type { World } from './world.ts';

export interface Bringing {
  readonly wanted: readonly Planned[];
  /** The pull of an image that was looked for, and is not there. */
  readonly instead?: (planned: Planned) => Planned;
  readonly progress: ProgressMode;
  readonly color: boolean;
}

export interface Brought {
  /** How many were built or pulled. */
  readonly done: number;
  readonly failed: number;
  /** What ended it. */
  readonly signal?: NodeJS.Signals;
}

/** Begins with all of them at once. A failure keeps no other from its end; a signal ends them all. */
export async function bringImages(world: World, engine: Engine, bringing: Bringing): Promise<Brought> {
  const { wanted, instead = (planned) => planned, progress, color } = bringing;
  const { clock } = world;
  const beganMs = clock.nowMs();
  const out = openConsole(world, progress, color);
  const news = makeImageNews(clock, out.isLive ? undefined : (note) => out.note(note));
  const failures = rememberFailures();
  const rows = new Map<string, PodLine>();
  let signal: NodeJS.Signals | undefined;
  const offSignal = world.onSignal((which) => {
    signal ??= which;
    engine.close();
  });

  function show(image: string, row: Pick<PodLine, 'status' | 'state'>, text = ''): void {
    const waits = text === '' ? [] : [{ text }];
    rows.set(image, { name: image, ready: '', ...row, ...(row.state === 'failed' ? { over: true } : {}), waits });
    if (!out.isLive) return;
    const work = { kind: 'images', sinceMs: beganMs } as const;
    out.show({ pods: [...rows.values()], silent: new Set(), work, all: true, podrun: 'podrun' });
  }

  async function bring(planned: Planned): Promise<'done' | 'there' | 'failed'> {
    const { action } = planned;
    const { target: image } = action;
    const isLook = action.verb === 'inspectImage';
    const status = isLook ? 'looking' : action.verb === 'buildImage' ? 'building' : 'pulling';
    show(image, { status, state: 'waiting' });
    if (!isLook) news.began(planned, false);
    const outcome = await engine.perform(action, (step) => {
      news.progressed(image, step);
      show(image, { status, state: 'waiting' }, progressText(step));
    });
    if (!isLook) news.ended(planned, outcome.ok);
    if (outcome.ok) {
      show(image, { status: isLook ? 'there' : 'done', state: 'ok' });
      return isLook ? 'there' : 'done';
    }
    const { failure } = outcome;
    if (isLook && failure.kind === 'noImage') return bring(instead(planned));
    show(image, { status: 'failed', state: 'failed' });
    if (signal === undefined) {
      const about = planned.pod === undefined ? 'podrun' : `${podLabel(planned.pod)}/${planned.container ?? ''}`;
      const text = failures.textOf(about, { kind: 'action', planned, failure, again: '' });
      out.note({ level: 'warning', about, text });
    }
    return 'failed';
  }

  const ends = await Promise.all(wanted.map(bring));
  offSignal();
  news.close();
  await out.end();
  const count = (end: (typeof ends)[number]) => ends.filter((each) => each === end).length;
  const brought = { done: count('done'), failed: count('failed'), ...(signal === undefined ? {} : { signal }) };
  if (signal === undefined) {
    const text = `${summary(brought, wanted)}, ${spokenDuration(clock.nowMs() - beganMs)}`;
    out.note({ level: brought.failed === 0 ? 'good' : 'warning', about: 'podrun', text });
  }
  return brought;
}

function summary({ done, failed }: Brought, wanted: readonly Planned[]): string {
  const what = wanted.some(({ action }) => action.verb === 'buildImage') ? 'built' : 'pulled';
  const asked = done + failed;
  if (asked === 0) return 'every image is on the engine';
  return `${what} ${failed === 0 ? '' : `${done} of `}${asked} image${asked === 1 ? '' : 's'}`;
}
