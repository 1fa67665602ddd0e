import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { keyOf, supervisedPods } from '../reading/supervised-pods.ts';

export interface ConditionOptions extends GlobalOptions {
  readonly pod: string;
  /** `TYPE=STATUS`. */
  readonly condition: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly namespace: string;
}

const statuses = ['True', 'False', 'Unknown'] as const;

/** `podrun condition POD TYPE=STATUS`: sets a condition of a Pod, or of a workload's, by its supervisor, for a readiness gate. */
export async function condition(world: World, options: ConditionOptions): Promise<number> {
  const [, type = '', value = ''] = /^([^=]+)=(.*)$/.exec(options.condition) ?? [];
  const status = statuses.find((each) => each.toLowerCase() === value.toLowerCase());
  if (type === '' || status === undefined)
    throw new CommandError(exitCode.usage, `${options.condition} is no TYPE=True, TYPE=False or TYPE=Unknown`);
  const { pods, isAll, ask } = await supervisedPods(world, { ...options, pod: [options.pod] });
  if (isAll) throw new CommandError(exitCode.usage, `${options.pod} names no Pod`);
  const { reason, message } = options;
  const why = { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
  for (const pod of pods) {
    await ask({ op: 'condition', pod: keyOf(pod), type, status, ...why });
    world.stdout.write(`pod/${pod.metadata?.name} condition ${type} set to ${status}\n`);
  }
  return exitCode.done;
}
