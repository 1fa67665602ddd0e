/** What can be asked of one Pod of an instance. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { defaultContainer } from '../core/naming/default-container.ts';
import { isRunning } from '../core/pod/restart.ts';
import type { Instance } from '../core/runtime/observed.ts';
import { recallPod } from '../core/spec/recall.ts';
import { podList } from '../core/status/status.ts';
import type { State } from '../core/state/state.ts';
import { failedFor } from '../run/asked/hopeless.ts';
import { restartable, restarted } from '../run/asked/restarted.ts';
import { logOf } from '../run/diagnosis/read-log.ts';
import { isDone } from '../run/report/pod-lines.ts';
import type { ContainerOptions, Pod, PodObject, WaitOptions } from './api.ts';
import { engineTrouble } from './engine-trouble.ts';
import { findPod } from './find-pod.ts';
import type { FoundPod } from './find-pod.ts';
import { PodrunError } from './podrun-error.ts';
import { runCommand } from './run-command.ts';
import type { Running } from './running.ts';

const waitMs = 60_000;

/** The Pod that a word of the command line names, looked up at each call. */
export function podHandle(running: Running, word: string): Pod {
  const { world, engine, waits } = running;
  const nowMs = (): number => world.clock.nowMs();
  const find = (): FoundPod => findPod(running.state(), word, nowMs());
  const list = (): readonly KubernetesPod[] => podList(running.state(), nowMs());

  /** Its instances, newest first. */
  function instancesOf({ life, pod }: FoundPod, { container }: ContainerOptions): readonly Instance[] {
    const recalled = life === undefined ? undefined : recallPod(life);
    const name = container ?? (recalled === undefined ? '' : defaultContainer(recalled).name);
    const own = [...(recalled?.spec.initContainers ?? []), ...(recalled?.spec.containers ?? [])];
    const instances = life?.instances.get(name) ?? [];
    if (instances.length > 0) return instances;
    if (recalled === undefined || own.some((each) => each.name === name))
      throw new PodrunError('NotFound', `container ${name} of pod ${pod.metadata?.name} has not been created yet`);
    const names = own.map((each) => each.name).join(', ');
    throw new PodrunError('NotFound', `pod ${pod.metadata?.name} has no container ${name}; it has ${names}`);
  }

  /** Waits, and says of what is not so in time, or never will be, why. */
  async function until(isSo: () => boolean, what: string, { timeoutMs = waitMs }: WaitOptions): Promise<void> {
    const about = (): readonly KubernetesPod[] => {
      try {
        return [find().pod];
      } catch {
        return [];
      }
    };
    const late = () => running.explain('TimedOut', `timed out waiting for ${what}`, about());
    try {
      await waits.until(isSo, timeoutMs, late);
    } catch (error) {
      if (!(error instanceof PodrunError) || error.code !== 'StartFailed') throw error;
      throw await running.explain('StartFailed', error.message, about());
    }
  }

  const handle: Pod = {
    get: () => find().pod as unknown as PodObject,
    async logs(options = {}) {
      const instances = instancesOf(find(), options);
      const instance = instances[options.previous === true ? 1 : 0];
      if (instance === undefined)
        throw new PodrunError('NotFound', `container ${instances[0]?.name} of ${word} has not been restarted`);
      const pieces: Buffer[] = [];
      try {
        for await (const { bytes } of logOf(engine, instance.container, options.tail)) pieces.push(bytes);
      } catch (error) {
        throw engineTrouble(error);
      }
      return Buffer.concat(pieces).toString('utf8');
    },
    async exec(command, options = {}) {
      const [instance] = instancesOf(find(), options);
      if (instance === undefined || !isRunning(instance.container))
        throw new PodrunError('NotFound', `container ${instance?.name} of ${word} does not run`);
      return runCommand(engine, instance.container.id, command, options.input);
    },
    async restart(options = {}) {
      const { container } = options;
      const { key, pod } = find();
      const names = restartable(pod).map(({ name }) => name);
      if (container !== undefined && !names.includes(container))
        throw new PodrunError(
          'NotFound',
          `${word} has no container ${container} to restart; it has ${names.join(', ')}`,
        );
      running.feed({ kind: 'restart', pod: key, ...(container === undefined ? {} : { container }) });
      const isAnew = (): boolean => {
        const is = restarted(pod, list(), container);
        if (typeof is === 'string') throw new PodrunError('StartFailed', is);
        return is && isDone(findPod(running.state(), pod.metadata?.name ?? word, nowMs()).pod);
      };
      await until(isAnew, `${word} to be restarted`, options);
    },
    async delete({ graceSeconds, ...options } = {}) {
      const { key, pod } = find();
      const uid = pod.metadata?.uid;
      running.feed({ kind: 'delete', pod: key, ...(graceSeconds === undefined ? {} : { graceSeconds }) });
      const isGone = (): boolean => !list().some(({ metadata }) => uid !== undefined && metadata?.uid === uid);
      await until(isGone, `${word} to be gone`, options);
    },
    async condition(type, status, { reason, message } = {}) {
      const why = { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
      running.feed({ kind: 'condition', pod: find().key, type, condition: { status, ...why, atMs: nowMs() } });
    },
    async ready(options = {}) {
      const isReady = (): boolean => {
        const state = running.state();
        // Between two Pods of a workload there may be none.
        const found = isOfFile(state, word) ? findOrNone(state, word, nowMs()) : findPod(state, word, nowMs());
        if (found === undefined) return false;
        const why = failedFor(found.pod, list());
        if (why !== undefined) throw new PodrunError('StartFailed', `${word} is not ready: ${why}`);
        return isDone(found.pod);
      };
      await until(isReady, `${word} to be ready`, options);
    },
  };
  return handle;
}

/** The file has a Pod or a workload of that name. */
function isOfFile({ file }: State, word: string): boolean {
  const name = word.replace(/^.*\//, '');
  const workloads = file?.workloads ?? [];
  return (
    workloads.some((each) => each.name === name) || file?.pods.some(({ metadata }) => metadata.name === name) === true
  );
}

function findOrNone(state: State, word: string, nowMs: number): FoundPod | undefined {
  try {
    return findPod(state, word, nowMs);
  } catch {
    return undefined;
  }
}
