import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { EngineError } from '../../engine/port.ts';
import type { Engine } from '../../engine/port.ts';
import type { World } from '../../run/world.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { lastKnown, silentSupervisor } from '../session.ts';
import { podsNow } from './pods-now.ts';

interface Found {
  readonly pods: readonly KubernetesPod[];
  /** A sentence where no supervisor tells them from what it sees now. */
  readonly from?: string;
}

/** A project's Pods as their supervisor knows them, else as the engine holds them; rejects where neither answers. */
export async function findPods(world: World, options: Pick<GlobalOptions, 'host'>, name: string): Promise<Found> {
  const engine = await connectOrNot(world, options);
  if (engine instanceof EngineError) {
    const known = await lastKnown(world, name);
    if (known === undefined) throw engine;
    return {
      pods: known.pods as readonly KubernetesPod[],
      from: `the engine does not answer: this is what the podrun of project ${name} (pid ${known.owner.pid}) last knew`,
    };
  }
  const { pods, asked, held } = await podsNow(world, engine, name);
  engine.close();
  const heldText = held.length === 0 ? '' : `; held down: ${held.join(', ')}`;
  switch (asked.kind) {
    case 'answer':
      return { pods };
    case 'nobody':
      return { pods, from: `no podrun supervises project ${name}; showing what the engine has${heldText}` };
    case 'silent':
      return { pods, from: `${silentSupervisor(name)}; this is what the engine holds` };
  }
}

/** The error of an engine that is silent; one that refuses us is no matter of silence. */
async function connectOrNot(world: World, options: Pick<GlobalOptions, 'host'>): Promise<Engine | EngineError> {
  try {
    return await world.connect(options.host);
  } catch (error) {
    if (error instanceof EngineError && error.failure.kind === 'away') return error;
    throw error;
  }
}
