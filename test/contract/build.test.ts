/** Builds on the real engine, from folders of the test's own. */
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryLogin } from '../../src/core/runtime/action.ts';
import type { Outcome } from '../../src/core/runtime/outcome.ts';
import { label } from '../../src/core/runtime/labels.ts';
import { connectEngine } from '../../src/engine/connect.ts';
import type { Engine, ImageProgress } from '../../src/engine/port.ts';
import type { Build } from '../../src/model/build.ts';
import { realDocker, realHost } from './real-subject.ts';
import { openRegistry } from './registry.ts';

let engine: Engine;
/** The same without BuildKit. */
let classic: Engine;
let base: string;
let context: string;
let image: string;
/** The ids of what was built. */
const made: string[] = [];

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'podrun-build-'));
  const env = { DOCKER_HOST: realHost(), DOCKER_CONFIG: base };
  engine = await connectEngine({ env, home: base });
  classic = await connectEngine({ env: { ...env, DOCKER_BUILDKIT: '0' }, home: base });
});
beforeEach(async () => {
  context = await mkdtemp(join(base, 'context-'));
  image = `${context.replace(/^.*\//, '').toLowerCase()}:test`;
  await write({
    Dockerfile: 'FROM busybox\nCOPY . /site/\nCMD ["find", "/site", "-not", "-type", "d"]\n',
    'a.txt': 'A',
  });
});
afterEach(async () => {
  for (const id of made.splice(0)) await realDocker().getImage(id).remove({ force: true });
});
afterAll(async () => {
  engine.close();
  classic.close();
  await rm(base, { recursive: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(context, name)), { recursive: true });
    await writeFile(join(context, name), text);
  }
}

const buildWith = (more: Partial<Build> = {}): Build => ({ context, args: {}, ...more });

async function make(
  build = buildWith(),
  progress?: (progress: ImageProgress) => void,
  builder = engine,
): Promise<Outcome> {
  const outcome = await builder.perform({ verb: 'buildImage', target: image, image, build }, progress);
  if (outcome.ok && outcome.verb === 'buildImage' && !made.includes(outcome.imageId)) made.unshift(outcome.imageId);
  return outcome;
}

const ask = (build = buildWith()): Promise<Outcome> =>
  engine.perform({ verb: 'inspectBuild', target: image, image, build });

/** What a question tells of the image that a build made. */
const asAsked = (built: Outcome) => ({ ...built, verb: 'inspectBuild' });

const absent = { ok: false, failure: { kind: 'noImage' } };

/** What a container of the image writes, line by line. */
async function say(...command: readonly string[]): Promise<readonly string[]> {
  const docker = realDocker();
  const container = await docker.createContainer({
    Image: image,
    ...(command.length > 0 ? { Cmd: [...command] } : {}),
  });
  try {
    await container.start();
    await container.wait();
    const lines: string[] = [];
    for await (const { bytes } of engine.logs(container.id, { follow: false }, new AbortController().signal))
      lines.push(bytes.toString().trimEnd());
    return lines.toSorted();
  } finally {
    await container.remove({ force: true });
  }
}

describe('a build', () => {
  it.each([
    ['BuildKit', () => engine],
    ['the classic builder', () => classic],
  ])('by %s gives the image with its name, tells its steps, and is not asked for again', async (_, builder) => {
    const steps: ImageProgress[] = [];
    expect(await ask()).toMatchObject(absent);

    const built = await make(buildWith(), (step) => steps.push(step), builder());

    expect(built).toMatchObject({ ok: true, imageId: expect.stringMatching(/^sha256:/) as string, imageUser: '' });
    expect(steps).toContainEqual({ done: 2, total: expect.any(Number) as number, unit: 'steps' });
    expect(steps.every(({ done, total }) => done <= total)).toBe(true);
    expect(await ask()).toEqual(asAsked(built));
    expect(await say()).toEqual(['/site/Dockerfile', '/site/a.txt']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a file of another content', () => write({ 'a.txt': 'B' })],
    ['another mode', () => chmod(join(context, 'a.txt'), 0o755)],
    ['a file more', () => write({ 'sub/b.txt': '' })],
    ['a folder more', () => mkdir(join(context, 'empty'))],
    ['a symlink instead', () => rm(join(context, 'a.txt')).then(() => symlink('Dockerfile', join(context, 'a.txt')))],
  ])('is another one with %s', async (_, change) => {
    const built = await make();
    await change();
    expect(await ask()).toMatchObject(absent);
    const again = await make();
    expect(again).toMatchObject({ ok: true });
    expect(again).not.toEqual(built);
    expect(await ask()).toEqual(asAsked(again));
  });

  it.each<[string, Partial<Build>]>([
    ['dockerfile', { dockerfile: './Dockerfile' }],
    ['target', { target: 'all' }],
    ['args', { args: { A: '1' } }],
  ])('is another one with another %s', async (_, more) => {
    await make();
    expect(await ask(buildWith(more))).toMatchObject(absent);
  });

  it('is the same whenever its files were written', async () => {
    const built = await make();
    await utimes(join(context, 'a.txt'), 1, 1);
    expect(await ask()).toEqual(asAsked(built));
    expect(await make()).toEqual(built);
  });

  it('takes dockerfile, target and args; no label shows them', async () => {
    await write({
      'deploy/Dockerfile':
        'FROM busybox AS one\nARG WORD\nRUN echo "$WORD" > /word\nFROM one AS two\nRUN echo 2 > /word\n',
    });
    const built = await make(
      buildWith({ dockerfile: 'deploy/Dockerfile', target: 'one', args: { WORD: 'hunter2 & more' } }),
    );
    expect(built).toMatchObject({ ok: true });
    expect(await say('cat', '/word')).toEqual(['hunter2 & more']);
    const { Config } = await realDocker().getImage(image).inspect();
    expect(Object.keys(Config.Labels)).toEqual([label.build]);
    expect(Config.Labels[label.build]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes what only BuildKit knows, and says so of the classic builder', async () => {
    await write({
      Dockerfile: 'FROM busybox\nRUN --mount=type=cache,target=/cache echo 1 > /cache/a && cp /cache/a /b\n',
    });
    expect(await make(buildWith(), undefined, classic)).toMatchObject({
      ok: false,
      failure: { kind: 'refused', message: expect.stringContaining('requires BuildKit') as string },
    });
    expect(await make()).toMatchObject({ ok: true });
    expect(await say('cat', '/b')).toEqual(['1']);
  });

  it('gives a step the secrets that it names, and keeps them out of the image', async () => {
    await write({
      Dockerfile: [
        'FROM busybox',
        'RUN --mount=type=secret,id=npmrc wc -c < /run/secrets/npmrc | tr -d " \\n" > /size',
        'RUN --mount=type=secret,id=other [ ! -e /run/secrets/other ] && sleep 0',
        '',
      ].join('\n'),
    });
    const build = buildWith({ secrets: [{ id: 'npmrc', source: 'npm', key: 'npmrc', namespace: 'default' }] });
    const secrets = { npmrc: Buffer.from('hunter2 \u0000\u00ff', 'latin1').toString('base64') };
    const outcome = await engine.perform({ verb: 'buildImage', target: image, image, build, secrets });
    expect(outcome).toMatchObject({ ok: true });
    if (outcome.ok && outcome.verb === 'buildImage') made.unshift(outcome.imageId);
    expect(await say('cat', '/size')).toEqual(['10']);
    const shown = [await realDocker().getImage(image).inspect(), await realDocker().getImage(image).history()];
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    expect(await make(build, undefined, classic)).toMatchObject({
      ok: false,
      failure: {
        kind: 'refused',
        message: 'build.secrets is for BuildKit, and DOCKER_BUILDKIT=0 asks for the classic builder',
      },
    });
  });

  it('lets a step ask an SSH agent, and says what is no agent', async () => {
    await write({
      Dockerfile: `FROM busybox\nRUN --mount=type=ssh,id=mine ln -s $SSH_AUTH_SOCK /dev/log && logger hello\n`,
    });
    const socket = join(context, '..', `${image.split(':')[0] ?? ''}.sock`);
    const asked: string[] = [];
    const agent = createServer((client) => {
      client.on('data', (data) => asked.push(data.toString()));
    });
    await new Promise<void>((resolve) => agent.listen(socket, resolve));
    try {
      expect(await make(buildWith({ ssh: [{ id: 'mine', path: socket }] }))).toMatchObject({ ok: true });
      // What writes to the system's log is all that speaks to a socket here.
      await expect.poll(() => asked.join(''), { timeout: 30_000 }).toMatch(/hello/);
    } finally {
      agent.close();
    }
    const noAgent = (id: string, path?: string) =>
      make(buildWith({ ssh: [{ id, ...(path === undefined ? {} : { path }) }] }));
    expect(await noAgent('mine', join(context, 'a.txt'))).toMatchObject({
      ok: false,
      failure: { message: expect.stringMatching(/a\.txt is no agent's socket: add that key/) as string },
    });
    expect(await noAgent('default')).toMatchObject({
      ok: false,
      failure: { message: expect.stringMatching(/SSH_AUTH_SOCK is not set/) as string },
    });
  });

  it('has the network that is asked for, and the platform of several that the engine runs', async () => {
    await write({ Dockerfile: 'FROM busybox\nRUN ls /sys/class/net | wc -l > /count\n' });
    const own = engine.info.machine;
    const platforms = ['linux/s390x', `${own.os}/${own.arch}`];
    expect(await make(buildWith({ network: 'none', platforms }))).toMatchObject({ ok: true });
    expect(await say('cat', '/count')).toEqual(['1']);
    expect(await realDocker().getImage(image).inspect()).toMatchObject({ Architecture: own.arch });
    expect(await ask(buildWith({ network: 'none', platforms }))).toMatchObject({ ok: true });
    expect(await ask(buildWith({ network: 'host', platforms }))).toMatchObject(absent);
    expect(await make(buildWith({ network: 'host' }))).toMatchObject({ ok: true });
    expect(Number((await say('cat', '/count'))[0])).toBeGreaterThanOrEqual(1);
  });

  it('takes layers from what cache_from names, and goes without what is not there', async () => {
    const cacheFrom = ['127.0.0.1:1/none', image];
    expect(await make(buildWith({ cacheFrom, inlineCache: true }))).toMatchObject({ ok: true });
    const { Config } = await realDocker().getImage(image).inspect();
    expect(Object.keys(Config.Labels)).toEqual([label.build]);
    expect(await make(buildWith({ cacheFrom }), undefined, classic)).toMatchObject({ ok: true });
  });

  it('leaves out what .dockerignore names', async () => {
    await write({
      '.dockerignore': '# secrets\n*.key\nnode_modules\n!node_modules/keep/me\n',
      'a.key': 'hunter2',
      'node_modules/x/index.js': 'x',
      'node_modules/keep/me': 'x',
      'node_modules/keep/not': 'x',
    });
    const built = await make();
    expect(await say()).toEqual([
      '/site/.dockerignore',
      '/site/Dockerfile',
      '/site/a.txt',
      '/site/node_modules/keep/me',
    ]);
    await write({ 'a.key': 'hunter3', 'node_modules/x/index.js': 'y' });
    expect(await ask()).toEqual(asAsked(built));
  });

  it('sends a symlink as a link, and never what it leads to', async () => {
    await writeFile(join(base, 'secret'), 'hunter2');
    await mkdir(join(base, 'outside'), { recursive: true });
    await writeFile(join(base, 'outside/secret'), 'hunter2');
    await symlink(join(base, 'secret'), join(context, 'file'));
    await symlink('../outside', join(context, 'folder'));
    await make();
    expect(
      await say('sh', '-c', 'cd /site; ls -l | sed -n "s/.* \\(f[^ ]* -> .*\\)/\\1/p"; cat */secret; cat file'),
    ).toEqual(expect.arrayContaining([`file -> ${base}/secret`, 'folder -> ../outside']));
    expect((await say('sh', '-c', 'cat /site/file /site/folder/secret')).join('\n')).not.toContain('hunter2');
  });

  it('fails with all that the step wrote in its order, for each of two builds that have it', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    // Two pipes, which a busy builder reads in its own time.
    const loop =
      'for i in $(seq 0 19); do if [ $((i % 2)) = 0 ]; then echo "line $i"; else echo "line $i" >&2; fi; sleep 0.1; done';
    await write({ Dockerfile: `FROM busybox\nRUN echo before\nRUN ${loop}; exit 3\n` });
    for (const builder of [engine, classic]) {
      const both = await Promise.all(
        [image, `${image}-other`].map((name) =>
          builder.perform({ verb: 'buildImage', target: name, image: name, build: buildWith() }),
        ),
      );
      for (const outcome of both)
        expect(outcome).toMatchObject({
          ok: false,
          failure: { kind: 'refused', message: expect.stringMatching(/code: 3$/) as string, lasting: true },
        });
      const outputs = both.map((outcome) => (outcome.ok ? '' : (outcome.failure.output ?? '')).trimEnd().split('\n'));
      expect(outputs).toEqual([lines, lines]);
    }
  });

  it('that failed of what a registry says may go another way next time', async () => {
    await write({ Dockerfile: 'FROM 127.0.0.1:1/none\n' });
    for (const builder of [engine, classic]) {
      const outcome = await make(buildWith(), undefined, builder);
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'refused' } });
      expect(outcome).not.toHaveProperty('failure.lasting');
    }
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['of the Dockerfile', { Dockerfile: 'FORM busybox\n' }, /unknown instruction: FORM/],
    ['of a file that is not there', { Dockerfile: 'FROM busybox\nCOPY gone /\n' }, /gone/],
  ])('is refused with the builder’s words: %s', async (_, files, words) => {
    await write(files);
    for (const builder of [engine, classic])
      expect(await make(buildWith(), undefined, builder)).toMatchObject({
        ok: false,
        failure: { kind: 'refused', message: expect.stringMatching(words) as string },
      });
    expect(await ask()).toMatchObject(absent);
  });

  it('is refused without Dockerfile, folder or good patterns', async () => {
    const refused = (message: RegExp) => ({
      ok: false,
      failure: { kind: 'refused', message: expect.stringMatching(message) as string },
    });
    expect(await make(buildWith({ dockerfile: 'other' }))).toMatchObject(refused(/other/));
    expect(await make(buildWith({ context: join(base, 'gone') }))).toMatchObject(
      refused(/^the build context \S+gone cannot be read: ENOENT/),
    );
    await write({ '.dockerignore': '(\n' });
    expect(await make()).toMatchObject(refused(/cannot be read: Invalid regular expression/));
  });

  it.each([
    ['BuildKit', () => engine],
    ['the classic builder', () => classic],
  ])('by %s pulls what it begins from by the logins that it is given, else by docker’s config', async (_, builder) => {
    const registry = await openRegistry();
    registry.isPrivate = true;
    const begin = (name: string) => write({ Dockerfile: `FROM ${registry.host}/${name}\nLABEL a=b\n` });
    const login = { registry: registry.host, username: 'user', password: 'secret' };
    const makeBy = async (...logins: readonly RegistryLogin[]) => {
      const outcome = await builder().perform({ verb: 'buildImage', target: image, image, build: buildWith(), logins });
      if (outcome.ok && outcome.verb === 'buildImage') made.unshift(outcome.imageId);
      return outcome;
    };
    try {
      await begin('one');
      expect(await makeBy()).toMatchObject({ ok: false, failure: { kind: 'refused' } });
      expect(await makeBy(login, { ...login, password: 'wrong' })).toMatchObject({ ok: true });
      await writeFile(
        join(base, 'config.json'),
        JSON.stringify({ auths: { [registry.host]: { auth: 'dXNlcjpzZWNyZXQ=' } } }),
      );
      // What a builder has kept of the first one it does not ask for again.
      await begin('two');
      expect(await makeBy()).toMatchObject({ ok: true });
    } finally {
      await registry.close();
      await rm(join(base, 'config.json'), { force: true });
      for (const id of made.splice(0)) await realDocker().getImage(id).remove({ force: true });
      // BuildKit keeps what it pulls to itself.
      for (const name of ['one', 'two'].map((each) => `${registry.host}/${each}`))
        await realDocker()
          .getImage(name)
          .remove({ force: true })
          .catch(() => undefined);
    }
  });

  it('sends files of any size and many', async () => {
    await write({ big: 'x'.repeat(3_000_001), empty: '' });
    for (let i = 0; i < 300; i += 1) await write({ [`many/${'long'.repeat(30)}${i}`]: String(i) });
    expect(await make()).toMatchObject({ ok: true });
    expect(await say('sh', '-c', 'stat -c %s /site/big /site/empty; ls /site/many | wc -l')).toEqual([
      '0',
      '300',
      '3000001',
    ]);
  });
});
