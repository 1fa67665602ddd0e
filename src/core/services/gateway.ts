/** The container that serves the Services of a project: there before the first Pod that may need one, and until the last has gone. */
import { bring } from '../images/images.ts';
import { label, projectLabels } from '../runtime/labels.ts';
import type { GatewayLaunch } from '../runtime/action.ts';
import { gatewayName } from '../runtime/names.ts';
import { reason } from '../runtime/reason.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';
import { wakeAt, want } from '../state/planner.ts';
import type { Planner } from '../state/planner.ts';
import type { Project } from '../../model/project.ts';
import type { Self } from '../state/self.ts';
import type { Cluster } from '../spec/launch.ts';
import { serviceKey, serviceRange } from './range.ts';

/** What waits until Services are served. */
export const servicesTopic = 'services';

/** One that ended sooner after its start is not started again at once. */
const steadyMs = 10_000;

export function planGateway(p: Planner): void {
  const { network, gateways } = p.observed;
  const { gateway: self } = p.self;
  if (self === undefined || network === undefined || p.project?.aliased === true) return;
  const range = serviceRange(network.subnet);
  if (range === undefined) return;
  const [current] = gateways;
  // Without a Service it stays all the same: it is the resolver of the Pods that were made beside it.
  if (current !== undefined) return keepUp(p, current, network.id);
  if (!hasServices(p)) return;
  if (!bring(p, { image: self.image }, 'IfNotPresent', { because: reason('gatewayImage') })) return;
  const name = gatewayName(p.self.project);
  const launch: GatewayLaunch = {
    ...{ role: 'gateway', name, image: self.image, program: self.program, range: range.range },
    labels: {
      ...projectLabels(p.self, 'services', name),
      [label.dir]: p.self.dir,
      [label.network]: network.id,
    },
    ...{ networkId: network.id, mounts: [], hostIpc: false, stopGraceSeconds: 2 },
  };
  want(p, { action: { verb: 'createContainer', target: name, launch }, because: reason('gateway') });
}

/** Its disk holds what it goes by, so what has ended is started again; what can't be, is made anew. */
function keepUp(
  p: Planner,
  { id, name, state, address, error, labels, ...times }: EngineContainer,
  networkId: string,
): void {
  const remove = (why: 'gatewayCutOff' | 'gatewayFailed'): void =>
    void want(p, { action: { verb: 'removeContainer', target: name, id }, because: reason(why) });
  if (labels[label.network] !== networkId) return remove('gatewayCutOff');
  switch (state) {
    case 'running':
      if (address === '') remove('gatewayCutOff');
      return;
    case 'paused':
      want(p, { action: { verb: 'unpauseContainer', target: name, id }, because: reason('paused') });
      return;
    case 'created':
    case 'exited': {
      if (error !== '') return remove('gatewayFailed');
      const { startedAtMs = 0, finishedAtMs = 0 } = times;
      const ranMs = finishedAtMs - startedAtMs;
      const startAtMs = state === 'exited' && ranMs < steadyMs ? finishedAtMs + steadyMs : 0;
      if (p.nowMs < startAtMs) return wakeAt(p, startAtMs);
      const because = reason(state === 'created' ? 'gateway' : 'gatewayEnded');
      want(p, { action: { verb: 'startContainer', target: name, id }, because });
      return;
    }
    case 'dead':
      return remove('gatewayFailed');
    default:
      p.wanted += 1;
  }
}

export const hasServices = ({
  project,
  self,
}: {
  readonly project?: Project | undefined;
  readonly self: Self;
}): boolean => project?.services !== undefined && project.aliased !== true && self.gateway !== undefined;

/** True once Services are served, or are not waited for: a container that begins now may ask for one. */
export function awaitServices(p: Planner): boolean {
  if (!hasServices(p) || p.shared.isServed || p.state.isAssumed === true) return true;
  if (serviceRange(p.observed.network?.subnet) === undefined) return true;
  p.waitsFor.add(servicesTopic);
  p.wanted += 1;
  return false;
}

/** What a Pod's resolver is told of Services; undefined where nothing serves them. */
export function clusterOf(p: Planner): Cluster | undefined {
  const range = serviceRange(p.observed.network?.subnet);
  if (!hasServices(p) || range === undefined) return undefined;
  return { dns: range.dns, names: new Set(p.project?.services?.map(serviceKey)) };
}
