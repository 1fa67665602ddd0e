import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { summarizePod } from '../../output/tables/pod-summary.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { readDuration } from '../options/go-duration.ts';
import { followPods } from '../reading/pod-feed.ts';
import { elsewhere, podNames } from '../options/pod-names.ts';
import { findFiles, namedProject, supervisorOf } from '../session.ts';
import { parseCondition, standingOf } from '../options/wait-condition.ts';
import type { WaitCondition } from '../options/wait-condition.ts';
import { whyHopeless } from '../options/wait-hopeless.ts';

export interface WaitOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly for: readonly string[];
  readonly timeout: string;
  readonly namespace: string;
}

/** kubectl's longest wait, for a timeout below 0. */
const weekMs = 168 * 3_600_000;

/** One Pod that is waited for. */
interface Waiter {
  readonly name: string;
  /** What is not met yet, in turn; empty: all is. */
  open: readonly WaitCondition[];
  /** The life whose deletion is waited for. */
  uid?: string | undefined;
  /** Why waiting for it makes no sense any more. */
  error?: string;
  last?: KubernetesPod | undefined;
}

/** `podrun wait`: exit 0 when all conditions of all Pods are met, 124 when it takes too long, 1 when a Pod is not there. */
export async function wait(world: World, options: WaitOptions): Promise<number> {
  const conditions = readConditions(options.for);
  const givenMs = readDuration('timeout', options.timeout, true);
  const timeoutMs = givenMs < 0 ? weekMs : givenMs;
  const waiters = [...new Set(podNames(options.pod))].map((name): Waiter => ({ name, open: conditions }));
  if (waiters.length === 0) throw new CommandError(exitCode.usage, 'wait takes the names of Pods');
  const { name: project, dir } = await namedProject(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, project);
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
      waiter.error = `pods/${waiter.name}: no podrun can start it: ${problem}`;
    ending.abort();
  }

  function tell(pods: readonly KubernetesPod[], supervised: boolean): void {
    for (const waiter of waiters) {
      if (!isWaiting(waiter)) continue;
      takePods(
        waiter,
        pods.filter(({ metadata }) => metadata?.name === waiter.name && metadata.namespace === options.namespace),
        supervised,
        elsewhere(pods, waiter.name),
      );
      if (waiter.open.length === 0) world.stdout.write(`pod/${waiter.name} condition met\n`);
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
    ...late.map(
      (waiter) => `timed out waiting for the condition on pods/${waiter.name}${stateText(waiter, clock.nowMs())}`,
    ),
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

const isWaiting = ({ open, error }: Waiter): boolean => open.length > 0 && error === undefined;

/**
 * Goes through the conditions as far as they are met.
 * @param lives the Pods of that name: a replaced one has two for a while
 * @param where what follows when there is none
 */
function takePods(waiter: Waiter, lives: readonly KubernetesPod[], supervised: boolean, where: string): void {
  const current = lives.find(({ metadata }) => metadata?.deletionTimestamp === undefined) ?? lives.at(-1);
  waiter.last = current;
  for (let [condition] = waiter.open; condition !== undefined; [condition] = waiter.open) {
    if (condition.kind === 'delete') waiter.uid ??= lives[0]?.metadata?.uid;
    const pod = condition.kind === 'delete' ? lives.find(({ metadata }) => metadata?.uid === waiter.uid) : current;
    const standing = standingOf(condition, pod);
    switch (standing.kind) {
      case 'met':
        waiter.open = waiter.open.slice(1);
        break;
      case 'unmet': {
        const why = pod === undefined ? undefined : whyHopeless(condition, pod);
        if (why !== undefined) waiter.error = `pods/${waiter.name}: ${why}`;
        return;
      }
      case 'absent':
        // While nobody supervises, the one who makes it may be on the way.
        if (supervised) waiter.error = `pods "${waiter.name}" not found${where}`;
        return;
      case 'error':
        waiter.error = `pods/${waiter.name}: ${standing.text}`;
        return;
    }
  }
}

function stateText({ last }: Waiter, nowMs: number): string {
  if (last === undefined) return ': it is not there';
  const { status, ready, total } = summarizePod(last, nowMs);
  return `: it is ${status}, ${ready}/${total} ready`;
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
