import { readWords } from '../../../core/naming/asked.ts';
import { meantPods } from '../../../core/naming/meant-pods.ts';
import { nameableLife } from '../../../core/naming/of-observed.ts';
import { allContainers } from '../../../core/runtime/facts.ts';
import { podLabel } from '../../../core/runtime/pod-ref.ts';
import { recallPod } from '../../../core/spec/recall.ts';
import { describeFailure } from '../../../probe/address.ts';
import type { World } from '../../../run/world.ts';
import { CommandError, exitCode, signalCode } from '../../exit-code.ts';
import { readAddresses, readPorts } from '../../options/forward-ports.ts';
import type { ForwardService } from '../../options/forward-ports.ts';
import type { GlobalOptions } from '../../options/global-options.ts';
import { readDuration } from '../../options/go-duration.ts';
import { openTarget, refusal } from '../../reading/open-target.ts';
import type { Target } from '../../reading/open-target.ts';
import { podsNow } from '../../reading/pods-now.ts';
import { findService } from '../../reading/service-ports.ts';
import { untilRunning } from '../../reading/until-running.ts';
import { dialPod } from '../../streams/dial-pod.ts';
import { forwardPorts } from '../../streams/forward.ts';

export interface PortForwardOptions extends GlobalOptions {
  readonly pod?: string | undefined;
  readonly ports: readonly string[];
  readonly address: readonly string[];
  readonly podRunningTimeout: string;
  readonly namespace: string;
}

/**
 * `podrun port-forward POD [LOCAL:]REMOTE...`: ports of this machine that lead into a Pod, with kubectl's rules
 * (kubectl/pkg/cmd/portforward/portforward.go). It ends with exit code 0 at SIGINT, and with 1 when the Pod's sandbox
 * ends. What goes wrong with one connection ends no other, which in kubectl it does.
 */
export async function portForward(world: World, options: PortForwardOptions): Promise<number> {
  const { pod: word, ports: words } = options;
  if (word === undefined || words.length === 0)
    throw new CommandError(exitCode.usage, 'TYPE/NAME and list of ports are required for port-forward');
  const addresses = readAddresses(options.address);
  const waitMs = readDuration('pod-running-timeout', options.podRunningTimeout);
  if (waitMs === 0) throw new CommandError(exitCode.usage, '--pod-running-timeout must be higher than zero');
  await untilRunning(world, options, word, waitMs);
  const target = await openTarget(world, options, word);
  const { engine, pod } = target;
  const containers = allContainers(recallPod(pod).spec);
  const offered = { name: pod.name, ports: containers.flatMap((container) => container.ports) };
  const ports = readPorts(words, offered, await serviceOf(world, options, word, target));
  const infra = await runningInfra(world, target);
  const tunnel = await engine.openTunnel(infra.id).catch((error: unknown) => {
    throw refusal(error);
  });
  const dial = dialPod(engine.info.reach, tunnel, infra.address);
  const told = (error: unknown, port: number): string => {
    const why = error instanceof Error ? describeFailure(error, infra.address, port) : String(error);
    return `error forwarding port ${port} to pod ${podLabel(pod)}, uid ${pod.uid}: ${why}`;
  };
  let off = (): void => undefined;
  const signalled = new Promise<number>((resolve) => {
    off = world.onSignal((signal) => resolve(signal === 'SIGINT' ? exitCode.done : signalCode(signal)));
  });
  const forwarding = await forwardPorts(world, ports, addresses, dial, told);
  try {
    if (forwarding.listening === 0) {
      const asked = ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
      throw new CommandError(exitCode.failed, `unable to listen on any of the requested ports: [${asked}]`);
    }
    const lost = tunnel.ended.then(() => new CommandError(exitCode.failed, 'lost connection to pod'));
    const end = await Promise.race([signalled, lost]);
    if (end instanceof CommandError) throw end;
    return end;
  } finally {
    off();
    forwarding.close();
    tunnel.close();
    engine.close();
  }
}

/** The Service that the word means; its ports are in the file alone. */
async function serviceOf(
  world: World,
  options: PortForwardOptions,
  word: string,
  { dir, pod }: Target,
): Promise<ForwardService | undefined> {
  const [asked] = readWords([word]);
  if (asked === undefined || typeof asked === 'string') return undefined;
  // What is no name of the Pod's own, and of no workload's, is one by the Service.
  if (meantPods([nameableLife(pod, [])], asked).pods.length > 0) return undefined;
  const { name = '' } = asked;
  const service = dir === undefined ? undefined : await findService(world, options, name, options.namespace);
  if (service !== undefined) return service;
  const where = dir === undefined ? 'call it in the project’s folder or with -f' : 'the file has no such Service';
  throw new CommandError(exitCode.failed, `the ports of service ${name} are not known: ${where}`);
}

/** The Pod's infra. Rejects with exit code 1 where the Pod does not run. */
async function runningInfra(
  world: World,
  { engine, project, pod }: Target,
): Promise<{ readonly id: string; readonly address: string }> {
  const { pods } = await podsNow(world, engine, project);
  const phase = pods.find(({ metadata }) => metadata?.uid === pod.uid)?.status?.phase ?? 'Unknown';
  const [infra] = pod.infras;
  if (phase === 'Running' && infra !== undefined) return infra.container;
  throw new CommandError(exitCode.failed, `unable to forward port because pod is not running. Current status=${phase}`);
}
