/** What a hand does at the engine, beside podrun. */
import { plainContainer } from '../core/launch.ts';
import { isOurs, label } from '../../src/core/runtime/labels.ts';
import { isUp } from './engine.ts';
import type { SimContainer, SimEngine } from './engine.ts';

export const handActs = [
  'remove',
  'removeInfra',
  'stop',
  'kill',
  'killInfra',
  'pause',
  'pauseInfra',
  'rename',
  'restart',
  'restartInfra',
  'startDead',
  'prune',
  'disconnect',
  'removeNetwork',
  'commit',
  'removeImage',
] as const;

export type HandAct = (typeof handActs)[number];

/** @param pick which object, by remainder. @returns what undoes it, for those acts that stand in podrun's way for ever */
export function act(engine: SimEngine, kind: HandAct, pick: number): (() => void) | undefined {
  const ours = [...engine.containers.values()].filter((container) => isOurs(container));
  const isInfra = (container: SimContainer) => container.joinedTo === undefined;
  const wantsInfra = kind.endsWith('Infra') || kind === 'disconnect';
  const running = ours.filter((container) => isUp(container) && isInfra(container) === wantsInfra);
  const one = kind === 'remove' || kind === 'rename' || kind === 'commit' ? choose(ours, pick) : choose(running, pick);
  switch (kind) {
    case 'prune':
      for (const container of ours)
        if (container.state === 'created' || container.state === 'exited') engine.remove(container, 'human');
      return undefined;
    case 'removeNetwork':
      for (const network of engine.networks.values())
        if (![...engine.containers.values()].some((c) => c.networkId === network.id && c.connected && isUp(c)))
          engine.networks.delete(network.id);
      engine.changed();
      return undefined;
    case 'removeImage': {
      const image = choose([...engine.images], pick);
      if (image !== undefined) engine.images.delete(image);
      return undefined;
    }
    case 'startDead': {
      const dead = choose(
        ours.filter((container) => container.state === 'exited'),
        pick,
      );
      if (dead !== undefined && canStart(engine, dead)) engine.start(handled(dead), 'human');
      return undefined;
    }
    case 'remove':
    case 'removeInfra':
    case 'stop':
    case 'kill':
    case 'killInfra':
    case 'pause':
    case 'pauseInfra':
    case 'rename':
    case 'restart':
    case 'restartInfra':
    case 'disconnect':
    case 'commit':
      return one === undefined ? undefined : actOn(engine, kind, one);
  }
}

function actOn(
  engine: SimEngine,
  kind: Exclude<HandAct, 'prune' | 'removeNetwork' | 'removeImage' | 'startDead'>,
  one: SimContainer,
): (() => void) | undefined {
  switch (kind) {
    case 'remove':
    case 'removeInfra':
      engine.remove(one, 'human');
      return undefined;
    case 'stop':
      engine.signal(one, 'SIGTERM', 'human');
      killLater(engine, one);
      return undefined;
    case 'kill':
    case 'killInfra':
      engine.signal(one, 'SIGKILL', 'human');
      return undefined;
    case 'pause':
    case 'pauseInfra':
      one.state = 'paused';
      engine.changed();
      return undefined;
    case 'rename': {
      engine.rename(handled(one), `renamed-${one.id}`);
      return () => engine.containers.has(one.id) && engine.remove(one, 'human');
    }
    case 'restart':
    case 'restartInfra':
      engine.end(one, 137, 'human');
      if (canStart(engine, one)) engine.start(handled(one), 'human');
      return undefined;
    case 'disconnect':
      one.connected = false;
      engine.changed();
      return undefined;
    case 'commit': {
      const { labels } = one;
      const launch = {
        ...plainContainer,
        name: `stranger-${one.id}`,
        image: 'stranger',
        labels,
        infraId: '',
      } as const;
      engine.start(handled(engine.create(launch)), 'human');
      return undefined;
    }
  }
}

function killLater(engine: SimEngine, container: SimContainer): void {
  const { starts } = container;
  engine.timeline.after(10_000, () => {
    if (container.starts === starts) engine.end(container, 137, 'human');
  });
}

/** A container of no one's that holds the name of our next attempt. */
export function takeName(engine: SimEngine, pick: number): (() => void) | undefined {
  const one = choose(
    [...engine.containers.values()].filter((container) => isOurs(container)),
    pick,
  );
  if (one === undefined) return undefined;
  const name = one.name.replace(/\d+$/, String(Number(one.labels[label.attempt]) + 1));
  if ([...engine.containers.values()].some((other) => other.name === name)) return undefined;
  const launch = {
    ...plainContainer,
    name,
    image: 'stranger',
    labels: {},
    infraId: '',
  } as const;
  const stranger = handled(engine.create(launch));
  return () => engine.remove(stranger, 'human');
}

function handled(container: SimContainer): SimContainer {
  return Object.assign(container, { handled: true });
}

function canStart(engine: SimEngine, container: SimContainer): boolean {
  const infra = container.joinedTo === undefined ? undefined : engine.containers.get(container.joinedTo);
  return container.joinedTo === undefined
    ? engine.networks.has(container.networkId ?? '')
    : infra !== undefined && isUp(infra);
}

function choose<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % Math.max(1, list.length)];
}
