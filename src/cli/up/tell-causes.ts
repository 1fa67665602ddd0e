/** Telling why a start failed: on standard error, in GitHub Actions, and in a folder. */
import { randomBytes } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Event, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Self } from '../../core/state/self.ts';
import type { Engine } from '../../engine/port.ts';
import type { Project } from '../../model/project.ts';
import { diagnosisLines } from '../../output/diagnosis/diagnosis-lines.ts';
import { githubLog, githubSummary } from '../../output/diagnosis/github-diagnosis.ts';
import { planLines } from '../../output/plan/plan.ts';
import { writeBundle } from '../../run/diagnosis/bundle.ts';
import { findCauses } from '../../run/diagnosis/find-causes.ts';
import { openPortBook } from '../../run/fixture/port-book.ts';
import { planProject } from '../../run/plan.ts';
import type { World } from '../../run/world.ts';

/** What is known before anything fails. */
export interface Teller {
  readonly project: Project;
  readonly self: Self;
  /** Where to leave a bundle, from the working directory on. */
  readonly bundle?: string | undefined;
}

export interface Trouble {
  /** Those that are well are left out of what is told. */
  readonly pods: readonly KubernetesPod[];
  readonly events: readonly Event[];
  /** In a few words: what came to nothing. */
  readonly title: string;
  /** False: what the containers wrote stands on standard output. */
  readonly withLogs: boolean;
  /** Prints lines on standard error. */
  readonly tell: (text: string) => void;
}

/** Never rejects: what can't be written is told. */
export async function tellCauses(world: World, engine: Engine, teller: Teller, trouble: Trouble): Promise<void> {
  const { project, bundle } = teller;
  const nowMs = world.clock.nowMs();
  const about = { project: project.name, pods: trouble.pods, events: trouble.events, nowMs };
  const causes = await findCauses(engine, about);
  if (world.env['GITHUB_ACTIONS'] === 'true') {
    world.stderr.write(githubLog(causes, `podrun-${randomBytes(16).toString('hex')}`));
    const summary = world.env['GITHUB_STEP_SUMMARY'] ?? '';
    if (summary !== '')
      await appendFile(summary, githubSummary(`${project.name}: ${trouble.title}`, causes)).catch(tellWrong);
  } else if (causes.length > 0) trouble.tell(diagnosisLines(causes, trouble).join('\n'));
  if (bundle === undefined) return;
  const plan = await planned(world, engine, teller).catch((error: unknown) => [`not known: ${String(error)}`]);
  await writeBundle(engine, resolve(world.cwd, bundle), { ...about, causes, objects: project.objects, plan }).then(
    () => trouble.tell(`podrun: ${bundle} has the logs, events and objects of this`),
    tellWrong,
  );

  function tellWrong(error: unknown): void {
    trouble.tell(`podrun: ${(error as Error).message}`);
  }
}

async function planned(world: World, engine: Engine, { project, self }: Teller): Promise<readonly string[]> {
  const plan = await planProject(world, engine, await openPortBook(engine).assign(project), self);
  return plan.planned.length === 0 ? ['nothing to do'] : planLines(plan.planned, { color: false });
}
