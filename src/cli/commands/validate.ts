import { renderApproximations, renderMistakes } from '../../output/diagnostics/diagnostics.ts';
import { findingsAsJson } from '../../output/diagnostics/findings.ts';
import { loadProject } from '../../run/project-source.ts';
import { hasColor } from '../../run/world.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { annotate, countFindings, findFiles } from '../session.ts';

export interface ValidateOptions extends GlobalOptions {
  readonly output: 'text' | 'json';
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** `podrun validate`: every finding in the files; exit 0 with warnings, 2 with errors. Needs no engine. */
export async function validate(world: World, options: ValidateOptions): Promise<number> {
  const { place, source } = await findFiles(world, options);
  const { project, diagnostics, texts } = await loadProject(world, source, place);
  annotate(world, diagnostics);
  if (options.output === 'json') {
    world.stdout.write(findingsAsJson(project !== undefined, diagnostics));
    return project === undefined ? exitCode.usage : exitCode.done;
  }
  const style = { color: hasColor(world, world.stderr, options.color) };
  const mistakes = renderMistakes(diagnostics, texts, style);
  if (mistakes !== '') world.stderr.write(mistakes);
  const findings = countFindings(diagnostics);
  if (project !== undefined) {
    const { pods, cronJobs = [] } = project;
    const parts = [count(pods.length, 'Pod'), ...(cronJobs.length === 0 ? [] : [count(cronJobs.length, 'CronJob')])];
    const told = [`${[...texts.keys()].join(', ')}: valid`, ...parts, ...(findings === '' ? [] : [findings])];
    world.stdout.write(`${told.join(', ')}\n`);
  }
  const approximations = renderApproximations(diagnostics, style);
  if (approximations !== '') world.stderr.write(`\nwhat podrun does otherwise than a cluster:\n${approximations}`);
  if (project === undefined) throw new CommandError(exitCode.usage, findings);
  return exitCode.done;
}
