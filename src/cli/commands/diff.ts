import { heldUnits } from '../../core/admission/hold.ts';
import { handsIn, handTexts } from '../../core/objects/hand.ts';
import { surroundingsOf } from '../../core/runtime/observed.ts';
import { planJson, planLines } from '../../output/plan/plan.ts';
import { rolloutLines } from '../../output/plan/rollout-lines.ts';
import { planProject } from '../../run/plan.ts';
import { gatewayOf, makeServing } from '../../run/services/serving.ts';
import { makeSelf } from '../../run/self.ts';
import { hasColor } from '../../run/world.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { readScales } from '../options/scale-option.ts';
import { podNames } from '../options/pod-names.ts';
import { openProject, withPorts } from '../open-project.ts';
import type { PullOption } from '../open-project.ts';

export interface DiffOptions extends GlobalOptions {
  readonly output: 'text' | 'json';
  /** As up would with these named. */
  readonly pod?: readonly string[];
  /** As up would with --scale. */
  readonly scale?: readonly string[];
  readonly removeOrphans: boolean;
  readonly takeOver: boolean;
  readonly infraImage: string;
  readonly servicesImage: string;
  /** As up would with --build. */
  readonly build?: boolean;
  readonly pull?: PullOption | undefined;
  readonly allowSysctl: readonly string[];
  readonly terminatedPodGcThreshold: number;
}

/** `podrun diff`: what `up` would do. Exit 0 nothing, 1 something. It only asks the engine, and changes nothing. */
export async function diff(world: World, options: DiffOptions): Promise<number> {
  const opened = await openProject(world, options, podNames(options.pod ?? []));
  const engine = await world.connect(options.host);
  const { project } = await withPorts(engine, opened);
  const gateway = await gatewayOf(world, options.servicesImage);
  const self = makeSelf(world, engine.info, project.name, project.dir, {
    ...options,
    ...(gateway === undefined ? {} : { gateway }),
  });
  const tell = (text: string): void => void world.stderr.write(`podrun: ${text}\n`);
  const fitted = await makeServing(engine, { gateway, pull: 'later' }).fit(project, tell);
  const { planned, last } = await planProject(world, engine, fitted, self, readScales(project, options.scale ?? []));
  engine.close();
  if (last.state.ousted !== undefined) throw new CommandError(exitCode.owned, last.state.ousted);
  const held = heldUnits(last.state);
  if (held.length > 0)
    world.stderr.write(`podrun: held down: ${held.join(', ')}; podrun up ${held[0]} brings it back\n`);
  const { shared, rest } = last.state;
  const byHand = handTexts(project, handsIn({ shared, observed: surroundingsOf(rest, []).objects }));
  const rollouts = rolloutLines(planned, shared.staffing.file?.workloads ?? []);
  for (const text of [...byHand, ...rollouts]) world.stderr.write(`podrun: ${text}\n`);
  if (options.output === 'json') world.stdout.write(`${JSON.stringify(planJson(planned), undefined, 2)}\n`);
  else if (planned.length === 0) world.stdout.write(`project ${project.name}: nothing to do\n`);
  else
    world.stdout.write(`${planLines(planned, { color: hasColor(world, world.stdout, options.color) }).join('\n')}\n`);
  return planned.length === 0 ? exitCode.done : exitCode.failed;
}
