import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { readDuration } from '../options/go-duration.ts';
import { makeSelect } from '../reading/meant-pods.ts';
import { followPods } from '../reading/pod-feed.ts';
import { isWaiting, lateText, lookUp, makeWaiters, plural, takeLives } from '../reading/waiters.ts';
import { findFiles, namedProject, supervisorOf } from '../session.ts';
import { selectedBy } from '../options/selectors.ts';
import type { Selectors } from '../options/selectors.ts';
import { parseCondition } from '../options/wait-condition.ts';
import type { WaitCondition } from '../options/wait-condition.ts';

export interface WaitOptions extends GlobalOptions, Selectors {
  readonly all: boolean;
  readonly pod: readonly string[];
  readonly for: readonly string[];
  readonly timeout: string;
  readonly namespace: string;
}

/** kubectl's longest wait, for a timeout below 0. */
const weekMs = 168 * 3_600_000;

/** `podrun wait`: exit 0 when all conditions of all Pods are met, 124 when it takes too long, 1 when a Pod is not there. */
export async function wait(world: World, options: WaitOptions): Promise<number> {
  const conditions = readConditions(options.for);
  const givenMs = readDuration('timeout', options.timeout, true);
  const timeoutMs = givenMs < 0 ? weekMs : givenMs;
  const isWhole = options.all || selectedBy(options) !== undefined;
  let waiters = makeWaiters(options.pod, conditions, isWhole);
  const { name: project, dir } = await namedProject(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, project);
  const { namespace } = options;
  const select = await makeSelect(world, options, options);
  const ending = new AbortController();
  const { clock } = world;
  const cancel = timeoutMs === 0 ? () => {} : clock.at(clock.nowMs() + timeoutMs, () => ending.abort());
  let alone = false;
  let checking: Promise<void> | undefined;

  /** With a file that is not valid no podrun up can come: it ends with exit code 2. */
  async function checkFile(): Promise<void> {
    const problem = dir === undefined ? undefined : await fileProblem(world, options);
    if (problem === undefined || !alone) return;
    for (const waiter of waiters.filter(isWaiting))
      waiter.error = `${plural(waiter)}: no podrun can start it: ${problem}`;
    ending.abort();
  }

  function tell(pods: readonly KubernetesPod[], supervised: boolean): void {
    const looked = lookUp(waiters, (words) => select(pods, words));
    ({ waiters } = looked);
    for (const waiter of waiters.filter(isWaiting)) {
      const { name } = waiter;
      const lives = pods.filter(({ metadata }) => metadata?.name === name && metadata?.namespace === namespace);
      takeLives(waiter, lives, pods, supervised, looked.missing.get(waiter));
      if (waiter.open.length === 0) world.stdout.write(`${waiter.label} condition met\n`);
    }
    if (timeoutMs === 0 || !waiters.some(isWaiting)) return ending.abort();
    if (!supervised && !alone) {
      world.stderr.write(`podrun: no podrun supervises project ${project}; waiting for one\n`);
      checking = checkFile();
    }
    alone = !supervised;
  }

  await followPods({ world, engine, project, supervisor }, tell, ending.signal).finally(cancel);
  engine.close();
  await checking;
  const late = waiters.filter(isWaiting);
  const lines = [
    ...waiters.flatMap(({ error }) => error ?? []),
    ...late.map((waiter) => lateText(waiter, clock.nowMs())),
  ];
  if (lines.length > 0)
    throw new CommandError(late.length > 0 ? exitCode.timedOut : exitCode.failed, lines.join('\npodrun: '));
  return exitCode.done;
}

/** What makes `podrun up` end before it begins: a file that is not valid. */
async function fileProblem(world: World, options: WaitOptions): Promise<string | undefined> {
  const { place, source } = await findFiles(world, options);
  const { loadProject } = await import('../../run/project-source.ts');
  const { project, diagnostics } = await loadProject(world, { ...source, toRun: true }, place);
  const [first] = diagnostics.filter(({ severity }) => severity === 'error');
  if (project !== undefined || first === undefined) return undefined;
  const { file, line, path, message } = first;
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** kubectl's order: creation is waited for first, whatever comes first on the command line. */
function readConditions(words: readonly string[]): readonly WaitCondition[] {
  const conditions = words.map((word) => {
    const condition = parseCondition(word);
    if (typeof condition === 'string') throw new CommandError(exitCode.usage, condition);
    return condition;
  });
  const isFirst = ({ kind }: WaitCondition) => kind === 'create';
  return [...conditions.filter(isFirst).slice(0, 1), ...conditions.filter((condition) => !isFirst(condition))];
}
