import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../../engine/port.ts';
import type { World } from '../../run/world.ts';
import type { Asked } from '../../state/control.ts';
import { supervisorOf } from '../session.ts';
import { engineProject } from './engine-pods.ts';

/** A project's Pods as their supervisor tells them; where none answers, as the engine holds them. */
export async function podsNow(
  world: World,
  engine: Engine,
  project: string,
): Promise<{
  readonly pods: readonly KubernetesPod[];
  readonly asked: Asked;
  /** What is held down, where no supervisor tells. */
  readonly held: readonly string[];
}> {
  const supervisor = await supervisorOf(world, engine, project);
  const asked = await supervisor.ask({ op: 'status' });
  if (asked.kind === 'answer') return { pods: asked.answer.pods as readonly KubernetesPod[], asked, held: [] };
  const { pods, held } = await engineProject(world, engine, project, supervisor.folder);
  return { pods, asked, held };
}
