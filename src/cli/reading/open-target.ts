/** What the commands begin with that reach into one Pod: its project, the engine, and the Pod as the engine has it. */
import { observe } from '../../core/runtime/observed.ts';
import type { ObservedPod } from '../../core/runtime/observed.ts';
import { belongsTo, otherFolder } from '../../core/runtime/folder.ts';
import { EngineError } from '../../engine/port.ts';
import type { Engine } from '../../engine/port.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { namedProject } from '../session.ts';
import { meantLives } from './pod-target.ts';
import { podsNow } from './pods-now.ts';
import { bestLife } from './best-life.ts';

export interface Target {
  readonly engine: Engine;
  readonly project: string;
  /** Unset: -p alone names the project. */
  readonly dir: string | undefined;
  readonly pod: ObservedPod;
}

/**
 * Finds the Pod that `word` names, of a workload's or Service's the best one. Rejects with exit code 4 where the Pods are another folder's: what
 * a copy of a folder (a git worktree) names is not what runs. A project that -p alone names is meant whoever's it is.
 * @param wish what only reads may read of any folder's
 */
export async function openTarget(
  world: World,
  options: GlobalOptions & { readonly namespace: string },
  word: string,
  wish: 'read' | 'change' = 'change',
): Promise<Target> {
  const { name: project, dir } = await namedProject(world, options);
  const engine = await world.connect(options.host);
  const observed = observe(await engine.snapshot(project));
  const theirs = dir === undefined || wish === 'read' ? undefined : otherFolder(observed, dir);
  if (theirs !== undefined && dir !== undefined)
    throw new CommandError(
      exitCode.owned,
      `${belongsTo(`project ${project}`, theirs, dir)}: -p ${project} and no file reaches it all the same`,
    );
  const lives = meantLives(observed, word, options.namespace);
  const pod = await bestLife(lives, 'attach', async () => (await podsNow(world, engine, project)).pods);
  return { engine, project, dir, pod };
}

/** What the engine refuses is the command's failure; that it does not answer is told as ever. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof EngineError) || error.failure.kind === 'away' || error.failure.kind === 'unknown')
    return error;
  return new CommandError(exitCode.failed, error.message);
}
