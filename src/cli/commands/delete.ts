import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { readGrace } from '../options/grace.ts';
import type { GraceOptions } from '../options/grace.ts';
import { readDuration } from '../options/go-duration.ts';
import { keyOf, supervisedPods } from '../reading/supervised-pods.ts';
import type { PodsToAsk } from '../reading/supervised-pods.ts';

export interface DeleteOptions extends PodsToAsk, GraceOptions {
  readonly all: boolean;
  readonly ignoreNotFound: boolean;
  readonly wait: boolean;
  readonly timeout: string;
}

/** `podrun delete POD...`: each Pod ends in its grace; those of the file are made anew by their supervisor. */
export async function deletePods(world: World, options: DeleteOptions): Promise<number> {
  const graceSeconds = readGrace(options);
  const timeoutMs = readDuration('timeout', options.timeout);
  const isNameless = options.pod.length === 0;
  if (isNameless && !options.all) throw new CommandError(exitCode.usage, 'delete takes the names of Pods, or --all');
  const { pods, isAll, ask, until } = await supervisedPods(world, options, options.ignoreNotFound);
  if (isAll !== options.all) throw new CommandError(exitCode.usage, 'delete takes the names of Pods, or --all');
  for (const pod of pods) {
    await ask({ op: 'delete', pod: keyOf(pod), ...(graceSeconds === undefined ? {} : { graceSeconds }) });
    world.stdout.write(`pod "${pod.metadata?.name}" ${graceSeconds === 0 ? 'force deleted' : 'deleted'}\n`);
  }
  const uids = new Set(pods.map(({ metadata }) => metadata?.uid));
  if (options.wait) await until((now) => !now.some(({ metadata }) => uids.has(metadata?.uid)), timeoutMs);
  return exitCode.done;
}
