/** What a successful action changes in the snapshot: told by the engine's answer, or assumed for a plan that is only shown. */
import type { ContainerLaunch, EngineAction, GatewayLaunch, InfraLaunch } from '../runtime/action.ts';
import { answered } from '../runtime/outcome.ts';
import type { Answered, Outcome, Success } from '../runtime/outcome.ts';
import type { EngineContainer, Snapshot } from '../runtime/snapshot.ts';

/** The snapshot with the action done. A TERM or KILL changes nothing yet: the container's end is seen by a look. */
export function fold(snapshot: Snapshot, { verb, action, result }: Answered): Snapshot {
  switch (verb) {
    case 'createNetwork': {
      const { network } = result;
      return { ...snapshot, networks: [...snapshot.networks.filter(({ id }) => id !== network.id), network] };
    }
    case 'removeNetwork':
      return { ...snapshot, networks: snapshot.networks.filter(({ id }) => id !== action.id) };
    case 'createVolume': {
      const others = snapshot.volumes.filter(({ name }) => name !== action.name);
      return { ...snapshot, volumes: [...others, { name: action.name, labels: action.labels }] };
    }
    case 'removeVolume':
      return { ...snapshot, volumes: snapshot.volumes.filter(({ name }) => name !== action.name) };
    case 'createContainer':
    case 'startContainer':
    case 'unpauseContainer':
    case 'updateContainer': {
      const { container } = result;
      return { ...snapshot, containers: [...snapshot.containers.filter(({ id }) => id !== container.id), container] };
    }
    case 'removeContainer':
      return { ...snapshot, containers: snapshot.containers.filter(({ id }) => id !== action.id) };
    default:
      return snapshot;
  }
}

/** What the engine would answer if all went well; for `diff` and `--dry-run`. Containers that are killed end at once. */
export function assume(
  snapshot: Snapshot,
  action: EngineAction,
  nowMs: number,
): { outcome: Outcome; snapshot: Snapshot } {
  const answer = (result: Success) => ({ outcome: result, snapshot: fold(snapshot, answered(action, result)) });
  switch (action.verb) {
    case 'createNetwork':
      return answer({
        ok: true,
        verb: action.verb,
        network: {
          id: `network:${action.name}`,
          name: action.name,
          labels: action.labels,
          createdAtMs: nowMs,
          gateway: '',
        },
      });
    case 'createContainer':
      return answer({ ok: true, verb: action.verb, container: assumeContainer(action.launch, nowMs) });
    case 'startContainer':
    case 'unpauseContainer': {
      const container = snapshot.containers.find(({ id }) => id === action.id);
      if (container === undefined) return { outcome: gone(action.id), snapshot };
      const startedAtMs = action.verb === 'startContainer' ? nowMs : (container.startedAtMs ?? nowMs);
      const address = container.joinedTo === undefined ? '(assumed)' : '';
      return answer({
        ok: true,
        verb: action.verb,
        container: { ...container, state: 'running', startedAtMs, address },
      });
    }
    case 'updateContainer': {
      const container = snapshot.containers.find(({ id }) => id === action.id);
      if (container === undefined) return { outcome: gone(action.id), snapshot };
      return answer({ ok: true, verb: action.verb, container: { ...container, cgroup: action.cgroup } });
    }
    case 'killContainer': {
      const containers = snapshot.containers.map((container): EngineContainer =>
        container.id === action.id ? { ...container, state: 'exited', exitCode: 143, finishedAtMs: nowMs } : container,
      );
      return { outcome: { ok: true, verb: action.verb }, snapshot: { ...snapshot, containers } };
    }
    case 'inspectImage':
    case 'pullImage':
      return answer({ ok: true, verb: action.verb, imageId: `image ${action.image}` });
    case 'inspectBuild':
    case 'buildImage':
      return answer({ ok: true, verb: action.verb, imageId: '(new)' });
    case 'readVolumes':
      return answer({ ok: true, verb: action.verb, contents: [] });
    case 'measureVolumes':
      return answer({ ok: true, verb: action.verb, usedBytes: {} });
    default:
      return answer({ ok: true, verb: action.verb });
  }
}

const gone = (id: string): Outcome => ({ ok: false, failure: { kind: 'gone', message: `No such container: ${id}` } });

function assumeContainer(launch: InfraLaunch | ContainerLaunch | GatewayLaunch, nowMs: number): EngineContainer {
  return {
    id: `container:${launch.name}`,
    name: launch.name,
    labels: launch.labels,
    image: launch.image,
    imageId: '',
    state: 'created',
    createdAtMs: nowMs,
    exitCode: 0,
    oomKilled: false,
    error: '',
    address: '',
    env: launch.role === 'container' ? Object.fromEntries(launch.env) : {},
    stopSignal: 'SIGTERM',
    ...(launch.role === 'container' ? { joinedTo: launch.infraId, cgroup: launch.cgroup } : {}),
  };
}
