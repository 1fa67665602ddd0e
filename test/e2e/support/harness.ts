import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { answers } from '../../engine/api.mjs';
import { nodeImage } from '../../engine/node-image.mjs';
import { killByEnvironment } from '../../engine/processes.mjs';
import { mainFile, Podrun, type Ended } from './cli.ts';
import { EngineClient } from './engine-client.ts';

export interface Project {
  /** Unique; the folder's name as well, so a file needs no `name`. */
  readonly name: string;
  readonly folder: string;
  readonly engine: EngineClient;
  /** Writes files into the folder, by relative path. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs `podrun ...args` to its end. */
  run(...args: string[]): Promise<Ended>;
  /** The same with something on its standard input. */
  runWith(input: string, ...args: string[]): Promise<Ended>;
  /** Starts `podrun ...args` and leaves it running. */
  start(...args: string[]): Podrun;
  /** The same with more in its environment. */
  startWith(env: Readonly<Record<string, string>>, ...args: string[]): Podrun;
  /** The same in a terminal of its own. */
  startOnTerminal(...args: string[]): Podrun;
}

export interface ProjectOptions {
  /** Another engine than the tests' own, such as an extra private one. */
  readonly host?: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Takes what clears all away; unset: it is done when the test ends. Several tests that share a project need it, and
   * those that run beside one another: each is given its own.
   */
  readonly whenFinished?: WhenFinished;
}

export type WhenFinished = (cleanUp: () => Promise<void>) => void;

const runTimeoutMs = 90_000;

/** A project, of one test unless the options say otherwise, in a folder and with a state folder of its own. When the test ends, nothing of it is left. */
export async function makeProject(
  files: Readonly<Record<string, string>>,
  options: ProjectOptions = {},
): Promise<Project> {
  const host = options.host ?? (await requireEngine());
  if (!existsSync(mainFile)) throw new Error('dist/main.js is missing: npm run build');

  const base = await mkdtemp(join(tmpdir(), 'podrun-e2e-'));
  const name = `t${randomBytes(4).toString('hex')}`;
  const folder = join(base, name);
  const stateFolder = join(base, 'state');
  const own = { DOCKER_HOST: host, XDG_STATE_HOME: stateFolder, HOME: base, PODRUN_SERVICES_IMAGE: nodeImage };
  const env = makeEnv({ ...own, ...options.env });
  const engine = new EngineClient(host, name);
  const start = (args: readonly string[], input?: string) => new Podrun(args, folder, env, input);

  const whenFinished = options.whenFinished ?? onTestFinished;
  whenFinished(async () => {
    killByEnvironment(`XDG_STATE_HOME=${stateFolder}`);
    // An engine that was stopped or killed in its work may be unable to remove what it had; its own end removes that.
    const cleared = (await answers(host)) ? engine.removeAll() : undefined;
    await (options.host === undefined ? cleared : cleared?.catch(() => undefined));
    await rm(base, { recursive: true, force: true });
  });

  const project: Project = {
    name,
    folder,
    engine,
    write: (more) => writeFiles(folder, more),
    run: (...args) => start(args).waitEnd(runTimeoutMs),
    runWith: (input, ...args) => start(args, input).waitEnd(runTimeoutMs),
    start: (...args) => start(args),
    startWith: (more, ...args) => new Podrun(args, folder, { ...env, ...more }, undefined),
    startOnTerminal: (...args) => new Podrun(args, folder, { ...env, TERM: 'xterm' }, undefined, true),
  };
  await mkdir(stateFolder);
  await project.write(files);
  return project;
}

/** The text at a URL; an answer other than 2xx is an error. */
export async function fetchText(url: string, timeoutMs = 10_000): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { connection: 'close' } });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.text();
}

/** A port of this machine that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function requireEngine(): Promise<string> {
  const host = process.env.DOCKER_HOST;
  if (host === undefined) throw new Error('DOCKER_HOST is not set: eval "$(npm run -s engine -- env)", or npm test');
  if (!(await answers(host))) throw new Error(`no engine answers at ${host}: npm run engine -- start`);
  return host;
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries({ ...files })) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** The user's environment, without what would change podrun's output or its engine. */
function makeEnv(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const foreign = /^(PODRUN_|DOCKER_|VITEST|FORCE_COLOR$|CI$|NODE_OPTIONS$)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...own };
}
