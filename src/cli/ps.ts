import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podTable } from '../output/pod-table.ts';
import { podsAs } from '../output/structured.ts';
import type { World } from '../run/world.ts';
import { enginePods } from './engine-pods.ts';
import { exitCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { selectPods } from './pod-names.ts';
import { projectName, supervisorOf } from './session.ts';

export interface PsOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly output?: 'wide' | 'json' | 'yaml' | 'name' | undefined;
  readonly namespace: string;
  readonly allNamespaces: boolean;
  readonly headers: boolean;
}

/** `podrun ps`: the Pods as their supervisor knows them; as the engine holds them where none lives, and it says so. */
export async function ps(world: World, options: PsOptions): Promise<number> {
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, name);
  const asked = await supervisor.ask({ op: 'status' });
  const all =
    asked.kind === 'answer'
      ? (asked.answer.pods as readonly KubernetesPod[])
      : await enginePods(world, engine, name, supervisor.folder);
  engine.close();
  if (asked.kind === 'nobody' && all.length > 0)
    world.stderr.write(
      `podrun: nobody supervises project ${name}: its podrun has ended, this is what the engine holds\n`,
    );
  const { pods, missing } = selectPods(all, options.pod, options.allNamespaces ? undefined : options.namespace);
  for (const pod of missing) world.stderr.write(`podrun: there is no Pod ${pod} in project ${name}\n`);
  await print(world, options, pods);
  return missing.length > 0 ? exitCode.failed : exitCode.done;
}

async function print(world: World, options: PsOptions, pods: readonly KubernetesPod[]): Promise<void> {
  const { output, allNamespaces, namespace, headers, pod } = options;
  if (output === 'json' || output === 'yaml' || output === 'name') {
    const text = await podsAs(output, pods, { single: pod.length === 1 && pods.length === 1 });
    if (text !== '') world.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    return;
  }
  if (pods.length === 0) {
    const where = allNamespaces ? '' : ` in ${namespace} namespace`;
    if (pod.length === 0) world.stderr.write(`No resources found${where}.\n`);
    return;
  }
  const lines = podTable(pods, {
    wide: output === 'wide',
    allNamespaces,
    noHeaders: !headers,
    showLabels: false,
    nowMs: world.clock.nowMs(),
  });
  world.stdout.write(`${lines.join('\n')}\n`);
}
