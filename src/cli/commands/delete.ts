import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { readGrace } from '../options/grace.ts';
import type { GraceOptions } from '../options/grace.ts';
import { readDuration } from '../options/go-duration.ts';
import { selectedBy } from '../options/selectors.ts';
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
  const selected = selectedBy(options);
  if (options.all && selected !== undefined)
    throw new CommandError(exitCode.usage, `cannot set --all and ${selected} at the same time`);
  const isWhole = options.all || selected !== undefined;
  if (options.pod.length === 0 && !isWhole) throw nameless();
  const { pods, isAll, ask, until } = await supervisedPods(world, options, options.ignoreNotFound);
  if (isAll !== isWhole) throw nameless();
  if (pods.length === 0 && isWhole) world.stderr.write('No resources found\n');
  for (const pod of pods) {
    await ask({ op: 'delete', pod: keyOf(pod), ...(graceSeconds === undefined ? {} : { graceSeconds }) });
    world.stdout.write(`pod "${pod.metadata?.name}" ${graceSeconds === 0 ? 'force deleted' : 'deleted'}\n`);
  }
  const uids = new Set(pods.map(({ metadata }) => metadata?.uid));
  if (options.wait) await until((now) => !now.some(({ metadata }) => uids.has(metadata?.uid)), timeoutMs);
  return exitCode.done;
}

const nameless = (): CommandError =>
  new CommandError(exitCode.usage, 'delete takes the names of Pods, or -l, --field-selector or --all');
