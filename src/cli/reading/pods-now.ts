import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../../engine/port.ts';
import type { World } from '../../run/world.ts';
import type { Asked } from '../../state/control.ts';
import { supervisorOf } from '../session.ts';
import { enginePods } from './engine-pods.ts';

/** A project's Pods as their supervisor tells them; where none answers, as the engine holds them. */
export async function podsNow(
  world: World,
  engine: Engine,
  project: string,
): Promise<{ readonly pods: readonly KubernetesPod[]; readonly asked: Asked }> {
  const supervisor = await supervisorOf(world, engine, project);
  const asked = await supervisor.ask({ op: 'status' });
  const pods =
    asked.kind === 'answer'
      ? (asked.answer.pods as readonly KubernetesPod[])
      : await enginePods(world, engine, project, supervisor.folder);
  return { pods, asked };
}
