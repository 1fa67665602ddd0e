import { readWords } from '../../core/naming/asked.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { namedProject, supervisorOf } from '../session.ts';
import { makeSelect } from './meant-pods.ts';
import { followPods } from './pod-feed.ts';

/**
 * Waits until a Pod of the workload or Service is Running, or there is none to wait for; a Pod by its own name is not
 * waited for, as in kubectl (polymorphichelpers/attachablepodforobject.go). Rejects with exit code 124 after `timeoutMs`.
 */
export async function untilRunning(
  world: World,
  options: GlobalOptions & { readonly namespace: string },
  word: string,
  timeoutMs: number,
): Promise<void> {
  const [asked] = readWords([word]);
  if (asked === undefined || typeof asked === 'string' || asked.kind === undefined || asked.kind === 'Pod') return;
  const { name: project } = await namedProject(world, options);
  const select = await makeSelect(world, options, { pod: [word], namespace: options.namespace });
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, project);
  const ending = new AbortController();
  const { clock } = world;
  let late = false;
  const cancel = clock.at(clock.nowMs() + timeoutMs, () => {
    late = true;
    ending.abort();
  });
  try {
    await followPods(
      { world, engine, project, supervisor },
      (pods) => {
        const { pods: meant } = select(pods);
        if (meant.length === 0 || meant.some(({ status }) => status?.phase === 'Running')) ending.abort();
      },
      ending.signal,
    );
  } finally {
    cancel();
    engine.close();
  }
  if (late)
    throw new CommandError(exitCode.timedOut, `timed out waiting for the condition: no Pod of ${word} is running`);
}
