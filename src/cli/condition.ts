import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podKey } from '../core/pod-ref.ts';
import type { World } from '../run/world.ts';
import { CommandError, exitCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { podNames } from './pod-names.ts';
import { projectName, supervisorOf } from './session.ts';

export interface ConditionOptions extends GlobalOptions {
  readonly pod: string;
  /** `TYPE=STATUS`. */
  readonly condition: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly namespace: string;
}

const statuses = ['True', 'False', 'Unknown'] as const;

/** `podrun condition POD TYPE=STATUS`: sets a condition of a Pod by its supervisor, for a readiness gate. */
export async function condition(world: World, options: ConditionOptions): Promise<number> {
  const [, type = '', value = ''] = /^([^=]+)=(.*)$/.exec(options.condition) ?? [];
  const status = statuses.find((each) => each.toLowerCase() === value.toLowerCase());
  if (type === '' || status === undefined)
    throw new CommandError(exitCode.usage, `${options.condition} is no TYPE=True, TYPE=False or TYPE=Unknown`);
  const [name = ''] = podNames([options.pod]);
  const project = await projectName(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, project);
  engine.close();
  const asked = await supervisor.ask({ op: 'status' });
  if (asked.kind !== 'answer')
    throw new CommandError(
      exitCode.failed,
      `nobody supervises project ${project}: a condition is set while podrun up runs`,
    );
  const isIt = ({ metadata }: KubernetesPod) => metadata?.name === name && metadata.namespace === options.namespace;
  if (!(asked.answer.pods as readonly KubernetesPod[]).some(isIt))
    throw new CommandError(exitCode.failed, `there is no Pod ${name} in project ${project}`);
  const pod = podKey({ name, namespace: options.namespace });
  const { reason, message } = options;
  const why = { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
  await supervisor.ask({ op: 'condition', pod, type, status, ...why });
  world.stdout.write(`pod/${name} condition ${type} set to ${status}\n`);
  return exitCode.done;
}
