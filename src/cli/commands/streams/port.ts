import { recallPod } from '../../../core/spec/recall.ts';
import { isRunning } from '../../../core/pod/restart.ts';
import { publishedPorts } from '../../../output/tables/published-ports.ts';
import type { PublishedPort } from '../../../output/tables/published-ports.ts';
import type { World } from '../../../run/world.ts';
import { CommandError, exitCode } from '../../exit-code.ts';
import type { GlobalOptions } from '../../options/global-options.ts';
import { openTarget } from '../../reading/open-target.ts';

export interface PortOptions extends GlobalOptions {
  readonly pod: string;
  readonly port?: string | undefined;
  readonly namespace: string;
}

/**
 * `podrun port POD [PORT]`: where a Pod's ports are published on the engine's machine, as `docker port` prints it. Exit
 * code 1 where none is, or the Pod does not run: then nothing listens.
 */
export async function port(world: World, options: PortOptions): Promise<number> {
  const { engine, pod } = await openTarget(world, options, options.pod, 'read');
  engine.close();
  const [infra] = pod.infras;
  if (infra === undefined || !isRunning(infra.container))
    throw new CommandError(exitCode.failed, `pod ${pod.name} is not running: none of its ports is published`);
  const { spec } = recallPod(pod);
  const all = publishedPorts([...spec.initContainers, ...spec.containers]);
  const { port: wanted } = options;
  const meant = wanted === undefined ? all : all.filter((each) => isMeant(each, wanted));
  if (meant.length === 0)
    throw new CommandError(
      exitCode.failed,
      wanted === undefined
        ? `pod ${pod.name} publishes no port: give one a hostPort`
        : `port ${wanted} of pod ${pod.name} is not published${all.length === 0 ? '' : `; published are ${all.map(({ port: each }) => each).join(', ')}`}`,
    );
  for (const { port: inPod, address } of meant)
    world.stdout.write(wanted === undefined ? `${inPod} -> ${address}\n` : `${address}\n`);
  return exitCode.done;
}

/** `8080` is TCP's, `53/udp` says it, and a name is the port's own. */
function isMeant({ port: inPod, name }: PublishedPort, wanted: string): boolean {
  if (wanted === name) return true;
  return inPod === (wanted.includes('/') ? wanted.toLowerCase() : `${wanted}/tcp`);
}
