/** Where a project's files are, and what they hold; what they mean is the manifest room's. */
import { basename, dirname, join, resolve } from 'node:path';
import { parseDotenv } from '../manifest/variables/dotenv.ts';
import type { SourceFile } from '../manifest/yaml/source.ts';
import { spanAt, toSource } from '../manifest/yaml/source.ts';
import type { ImagePullPolicy } from '../model/container.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { exists, findUpwards, isFolder, manifestsIn, placeInFolder, readText, textOf } from '../platform/files.ts';
import type { PortBook } from './fixture/port-book.ts';
import type { World } from './world.ts';

/** What the command line says of where the project is. */
export interface ProjectOptions {
  /** -f, else PODRUN_FILE; `-` is standard input, a folder stands for the manifests in it. */
  readonly files: readonly string[];
  /** -p. */
  readonly name?: string;
  /** --env-file, over the `.env` beside the file. */
  readonly envFiles: readonly string[];
  /** --strict: a kind that podrun does not run is an error. */
  readonly strict?: boolean;
  /** The Pods are to run: what would not work then is an error. */
  readonly toRun?: boolean;
  /** Put variables into Kubernetes objects as well. */
  readonly interpolate: boolean;
  /** --profile: whose Pods run; none: `default`. */
  readonly profiles: readonly string[];
  /** Pods that the command line names: they run whatever their profiles are. */
  readonly named?: readonly string[];
  /** Those alone are to run, and what they wait for; none: all. */
  readonly only?: readonly string[];
  /** --pull: for all that is pulled, whatever the files say. */
  readonly pullPolicy?: ImagePullPolicy;
  /** The environment for variables; unset: this process's. */
  readonly env?: World['env'];
  /** Where automatic ports get their numbers; unset: they are left automatic, which is for what only reads. */
  readonly ports?: PortBook;
}

/** Where a project's files are: found once, read again at each edit. */
export interface ProjectPlace {
  /** The project's folder: that of the first file, by its own name also where a symlink led to it. */
  readonly dir: string;
  readonly files: readonly PlacedFile[];
  /** What standard input held: it can be read only once. */
  readonly stdin?: Buffer;
  /** Every file whose content matters, absolute; what the files themselves name joins them when it is read. */
  readonly watched: Set<string>;
}

export interface PlacedFile extends Pick<SourceFile, 'layer'> {
  /** As the user named it; `-` is standard input. */
  readonly name: string;
  /** The same file however it is named: absolute, through no symlink to its folder. */
  readonly path: string;
  /** It counts when it is there. */
  readonly optional?: true;
}

/** What a project's file is called; the first of them in a folder counts. */
export const defaultNames = ['pods.yaml', 'pods.yml'];
const overrideNames = ['pods.override.yaml', 'pods.override.yml'];

/** Where the project is; a text says why it cannot be found. */
export async function findProject(world: World, options: ProjectOptions): Promise<ProjectPlace | string> {
  const named = options.files.length > 0 ? options.files : environmentFiles(world);
  const files = named.length > 0 ? await namedFiles(world, named) : await defaultFiles(world);
  if (typeof files === 'string') return files;
  const [first] = files;
  const dir = first === undefined ? world.cwd : dirname(first.path);
  const paths = files.flatMap(({ name, path }) => (name === '-' ? [] : path));
  const watched = new Set([...paths, ...envPaths(world, options, dir)]);
  const isPiped = files.some(({ name }) => name === '-');
  return { dir, files, watched, ...(isPiped ? { stdin: await readAll(world.stdin) } : {}) };
}

/** What the files hold as they are now. */
export interface ReadFiles {
  readonly sources: readonly SourceFile[];
  /** The environment over the env files. */
  readonly env: Readonly<Record<string, string>>;
  /** Files that cannot be read, and what is wrong in env files. */
  readonly problems: readonly Diagnostic[];
  /** Their texts by file as named in diagnostics. */
  readonly texts: ReadonlyMap<string, string>;
}

export async function readFiles(world: World, options: ProjectOptions, place: ProjectPlace): Promise<ReadFiles> {
  const sources: SourceFile[] = [];
  const problems: Diagnostic[] = [];
  for (const { name, path, layer, optional } of place.files) {
    if (optional === true && !(await exists(path))) continue;
    const read = name === '-' ? textOf(place.stdin ?? Buffer.alloc(0)) : await readText(path);
    if (read.ok) sources.push({ path: name, text: read.text, dir: dirname(path), layer });
    else problems.push(whole(name, read.message));
  }
  const texts = new Map(sources.map(({ path, text }) => [path, text]));
  const env = await readEnv(world, options, place, problems, texts);
  return { sources, env, problems, texts };
}

/** PODRUN_FILE: a list with colons, as PATH. */
const environmentFiles = ({ env }: World): readonly string[] =>
  (env['PODRUN_FILE'] ?? '').split(':').filter((file) => file !== '');

/** The file of the folder or its nearest parent, and what may stand beside it to go over it. */
async function defaultFiles(world: World): Promise<readonly PlacedFile[] | string> {
  const found = await findUpwards(world.cwd, defaultNames);
  if (found === undefined) return noFile(world);
  const isHere = dirname(found) === world.cwd;
  const shown = (name: string) => (isHere ? name : join(dirname(found), name));
  const names = [basename(found), ...overrideNames];
  return Promise.all(
    names.map(async (name, layer) => {
      const file = await place(world, shown(name), layer);
      return layer === 0 ? file : ({ ...file, optional: true } as const);
    }),
  );
}

/** What is there instead, and what to do with it. */
async function noFile({ cwd }: World): Promise<string> {
  const { lookAround } = await import('./look-around.ts');
  const found = await lookAround(cwd);
  const line = `no pods.yaml in ${cwd} or above it`;
  if (found.kind === 'compose') return `${line}; podrun init --from ${found.file} converts the compose file`;
  if (found.kind === 'manifests') return `${line}; -f ${found.place} names the Kubernetes manifests here`;
  return `${line}; podrun init writes one, -f FILE names another`;
}

/** Each of them goes over those before it; the files of a folder add up. */
async function namedFiles(world: World, named: readonly string[]): Promise<readonly PlacedFile[] | string> {
  const files: PlacedFile[] = [];
  for (const [layer, name] of named.entries()) {
    const isOne = name === '-' || !(await isFolder(resolve(world.cwd, name)));
    const names = isOne ? [name] : await folderFiles(world, name);
    files.push(...(await Promise.all(names.map((each) => place(world, each, layer)))));
  }
  return files.length === 0 ? `there is no manifest (*.yaml, *.yml, *.json) in ${named.join(', ')}` : files;
}

async function place(world: World, name: string, layer: number): Promise<PlacedFile> {
  return { name, path: await placeInFolder(resolve(world.cwd, name)), layer };
}

async function folderFiles(world: World, folder: string): Promise<readonly string[]> {
  const paths = await manifestsIn(resolve(world.cwd, folder));
  return paths.map((path) => join(folder, basename(path)));
}

function envPaths(world: World, options: ProjectOptions, dir: string): readonly string[] {
  return options.envFiles.length > 0 ? options.envFiles.map((file) => resolve(world.cwd, file)) : [join(dir, '.env')];
}

/** The environment over the env files; a later file wins over an earlier one. What is wrong in one is told in `texts`. */
async function readEnv(
  world: World,
  options: ProjectOptions,
  { dir, files }: ProjectPlace,
  problems: Diagnostic[],
  texts: Map<string, string>,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  const beside = join(dirname(files[0]?.name ?? ''), '.env');
  for (const [index, path] of envPaths(world, options, dir).entries()) {
    const name = options.envFiles[index] ?? beside;
    if (options.envFiles.length === 0 && !(await exists(path))) continue;
    const read = await readText(path);
    if (!read.ok) problems.push(whole(name, read.message));
    else {
      const { variables, problems: wrong } = parseDotenv(read.text);
      Object.assign(values, variables);
      texts.set(name, read.text);
      const source = toSource({ path: name, text: read.text, dir, layer: 0 });
      for (const { from, to, ...words } of wrong)
        problems.push({ ...whole(name, ''), ...spanAt(source, from, to), ...words });
    }
  }
  for (const [name, value] of Object.entries(options.env ?? world.env)) if (value !== undefined) values[name] = value;
  return values;
}

const whole = (file: string, message: string): Diagnostic => ({
  severity: 'error',
  file,
  line: 1,
  col: 1,
  width: 1,
  path: '',
  message,
});

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
