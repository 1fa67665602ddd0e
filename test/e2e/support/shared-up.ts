/** One project and one `up` for several tests, which look at it or edit it in turn: containers are what a scenario costs. */
import { afterAll, beforeAll } from 'vitest';
import type { Podrun } from './cli.ts';
import { makeProject, type Project, type ProjectOptions } from './harness.ts';
import { readyLine } from './look.ts';

export interface SharedUp {
  readonly project: Project;
  /** The one that runs now. */
  up: Podrun;
}

export interface SharedUpOptions extends Omit<ProjectOptions, 'whenFinished'> {
  /** What `up` is given. */
  readonly args?: readonly string[];
  /** What is waited for before the first test; unset: all is Ready. */
  readonly until?: RegExp | 'started';
}

/** Starts `up` over these files before the tests of a file or a `describe`, and clears all away after them. */
export function shareUp(
  makeFiles: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
  { args = [], until = readyLine, ...options }: SharedUpOptions = {},
): SharedUp {
  let project: Project | undefined;
  let up: Podrun | undefined;
  let cleanUp: () => Promise<void> = () => Promise.resolve();
  beforeAll(async () => {
    project = await makeProject(await makeFiles(), { ...options, whenFinished: (clean) => (cleanUp = clean) });
    up = project.start('up', ...args);
    if (until !== 'started') await up.waitFor(until);
  });
  afterAll(async () => {
    up?.signal('SIGKILL');
    await up?.ended;
    await cleanUp();
  });
  return {
    get project() {
      return made(project);
    },
    get up() {
      return made(up);
    },
    set up(next) {
      up = next;
    },
  };
}

const made = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the project is made before the tests, not while they are collected');
  return value;
};
