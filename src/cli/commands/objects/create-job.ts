import { readAskedObjects } from '../../../core/naming/asked-objects.ts';
import { objectName } from '../../../core/naming/kinds.ts';
import type { World } from '../../../run/world.ts';
import { objectKeyOf, supervisedObjects } from '../../beside/supervised-objects.ts';
import { CommandError, exitCode } from '../../exit-code.ts';
import type { GlobalOptions } from '../../options/global-options.ts';

export interface CreateJobOptions extends GlobalOptions {
  readonly name: string;
  readonly from: string;
  readonly namespace: string;
}

/** `podrun create job NAME --from=cronjob/NAME`, in kubectl's words (kubectl/pkg/cmd/create/create_job.go). */
export async function createJob(world: World, options: CreateJobOptions): Promise<number> {
  const { name, from } = options;
  const asked = readAskedObjects([from]);
  if (typeof asked === 'string') throw new CommandError(exitCode.usage, asked);
  if (asked?.[0]?.kind !== 'CronJob' || asked[0].name === undefined)
    throw new CommandError(exitCode.usage, 'from must be an existing cronjob: --from=cronjob/NAME');
  const { objects, ask } = await supervisedObjects(world, { ...options, object: [from] }, 'create job', ['CronJob']);
  for (const cron of objects) await ask({ op: 'createJob', cron: objectKeyOf(cron), name });
  world.stdout.write(`${objectName('Job', name)} created\n`);
  return exitCode.done;
}
