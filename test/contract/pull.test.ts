/** Pulls from a registry of the test's own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryLogin } from '../../src/core/runtime/action.ts';
import type { Outcome } from '../../src/core/runtime/outcome.ts';
import { connectEngine } from '../../src/engine/connect.ts';
import { parseImage } from '../../src/engine/images/images.ts';
import type { Engine, ImageProgress } from '../../src/engine/port.ts';
import { registryOf } from '../../src/engine/images/registry-auth.ts';
import { realDocker, realHost, realSocketPath } from './real-subject.ts';
import { openRegistry } from './registry.ts';
import type { Registry } from './registry.ts';
import { openRelay } from './relay.ts';

let registry: Registry;
let engine: Engine;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'podrun-pull-'));
  const PATH = `${home}:${process.env['PATH'] ?? ''}`;
  engine = await connectEngine({ env: { DOCKER_HOST: realHost(), DOCKER_CONFIG: home, PATH }, home });
});
beforeEach(async () => (registry = await openRegistry()));
afterEach(async () => {
  await registry.close();
  const docker = realDocker();
  for (const { Id, RepoTags, RepoDigests } of await docker.listImages()) {
    const names = [...(RepoTags ?? []), ...(RepoDigests ?? [])];
    if (names.some((name) => name.startsWith(`${registry.host}/`))) await docker.getImage(Id).remove({ force: true });
  }
});
afterAll(async () => {
  engine.close();
  await rm(home, { recursive: true });
});

const pull = (image: string, progress?: (progress: ImageProgress) => void): Promise<Outcome> =>
  engine.perform({ verb: 'pullImage', target: image, image }, progress);

describe('a pull', () => {
  it('gives the id and tells the bytes over all layers', async () => {
    const steps: ImageProgress[] = [];
    const outcome = await pull(`${registry.host}/one`, (step) => steps.push(step));
    expect(outcome).toMatchObject({ ok: true, imageId: expect.stringMatching(/^sha256:/) as string });
    const found = await engine.perform({ verb: 'inspectImage', target: 'i', image: `${registry.host}/one:latest` });
    expect(found).toEqual({ ...outcome, verb: 'inspectImage' });
    for (const { done, total } of steps) expect(done).toBeLessThanOrEqual(total);
  });

  it('takes a digest, with a tag beside it or without', async () => {
    expect((await pull(`${registry.host}/one@${registry.digest}`)).ok).toBe(true);
    expect((await pull(`${registry.host}/one:gone@${registry.digest}`)).ok).toBe(true);
  });

  it('is for the platform that is asked for; one of another platform is none', async () => {
    const many = `${registry.host}/many`;
    const bring = (verb: 'pullImage' | 'inspectImage', platform: string) =>
      engine.perform({ verb, target: many, image: many, platform });
    const arm = await bring('pullImage', 'linux/arm64');
    expect(arm).toMatchObject({ ok: true });
    expect(await bring('inspectImage', 'linux/arm64')).toEqual({ ...arm, verb: 'inspectImage' });
    expect(await bring('inspectImage', 'linux/amd64')).toEqual({
      ok: false,
      failure: { kind: 'noImage', message: `image ${many} is there for linux/arm64, not for linux/amd64` },
    });
    expect((await pull(many)).ok).toBe(true);
    expect(await bring('inspectImage', 'linux/amd64')).toMatchObject({ ok: true });
  });

  it('is refused with the words of the registry or the engine', async () => {
    expect(await pull(`${registry.host}/none`)).toMatchObject({ ok: false, failure: { kind: 'refused' } });
    const unknown = await pull(`${registry.host}/one:2`);
    expect(unknown).toMatchObject({ ok: false, failure: { message: expect.stringMatching(/manifest/) as string } });
    const nobody = await pull('127.0.0.1:1/one');
    expect(nobody).toMatchObject({ ok: false, failure: { message: expect.stringMatching(/refused/) as string } });
    expect(await pull('Not An Image')).toMatchObject({ ok: false, failure: { kind: 'refused' } });
  });

  it('fails where the engine tells the error inside its stream', async () => {
    const outcome = await pull(`${registry.host}/broken`);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: 'refused' } });
  });

  it('logs in by the plain auths of docker’s config, read anew each time', async () => {
    registry.isPrivate = true;
    expect(await pull(`${registry.host}/one`)).toMatchObject({ ok: false, failure: { kind: 'refused' } });
    const auth = Buffer.from('user:secret').toString('base64');
    await writeFile(
      join(home, 'config.json'),
      JSON.stringify({ auths: { [`http://${registry.host}/v2/`]: { auth } } }),
    );
    expect((await pull(`${registry.host}/one`)).ok).toBe(true);
  });

  it('logs in by a Pod’s imagePullSecrets first, then by docker’s config', async () => {
    registry.isPrivate = true;
    const image = `${registry.host}/one`;
    const wrong: RegistryLogin = { registry: registry.host, username: 'user', password: 'hunter2' };
    const right: RegistryLogin = { registry: `http://${registry.host}/v1/`, username: 'user', password: 'secret' };
    const pullBy = (...logins: readonly RegistryLogin[]) =>
      engine.perform({ verb: 'pullImage', target: image, image, logins });
    await writeFile(join(home, 'config.json'), '{}');

    const refused = await pullBy(wrong, { ...right, registry: 'other.example' });
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'refused' } });
    expect(JSON.stringify(refused)).not.toMatch(/hunter2|secret/);
    expect((await pullBy(wrong, right)).ok).toBe(true);

    const auth = Buffer.from('user:secret').toString('base64');
    await writeFile(join(home, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    expect((await pullBy(wrong)).ok).toBe(true);
  });

  it('logs in by the credential helper that the config names', async () => {
    registry.isPrivate = true;
    const helper = join(home, 'docker-credential-test');
    const answer = '{"ServerURL":"x","Username":"user","Secret":"secret"}';
    await writeFile(helper, `#!/bin/sh\n[ "$1 $(cat)" = "get ${registry.host}" ] && echo '${answer}'\n`, {
      mode: 0o755,
    });
    await writeFile(join(home, 'config.json'), JSON.stringify({ credHelpers: { [registry.host]: 'test' } }));
    expect((await pull(`${registry.host}/one`)).ok).toBe(true);
    await writeFile(join(home, 'config.json'), JSON.stringify({ credsStore: 'none-such' }));
    expect((await pull(`${registry.host}/one`)).ok).toBe(false);
  });

  it('is unknown after a long silence', async () => {
    const relay = await openRelay(realSocketPath());
    relay.intercept = (line, _incoming, response) => {
      if (!line.includes('/images/create')) return false;
      response.writeHead(200);
      response.write('{"status":"Pulling"}\n');
      return true;
    };
    const env = { DOCKER_HOST: `unix://${relay.socketPath}` };
    const silent = await connectEngine({ env, home, deadlines: { pullSilenceMs: 300 } });
    const outcome = await silent.perform({ verb: 'pullImage', target: 'x', image: 'x' });
    expect(outcome).toMatchObject({ ok: false, failure: { kind: 'unknown' } });
    silent.close();
    await relay.close();
  });
});

describe('an image’s name', () => {
  it.each([
    ['x', 'x', 'latest', 'index.docker.io'],
    ['x:1', 'x', '1', 'index.docker.io'],
    ['a/b', 'a/b', 'latest', 'index.docker.io'],
    ['docker.io/a/b:2', 'docker.io/a/b', '2', 'index.docker.io'],
    ['host:5000/b', 'host:5000/b', 'latest', 'host:5000'],
    ['localhost/b:3', 'localhost/b', '3', 'localhost'],
    ['r.example/b@sha256:12', 'r.example/b', 'sha256:12', 'r.example'],
    ['r.example/b:4@sha256:12', 'r.example/b', 'sha256:12', 'r.example'],
  ])('%s', (image, name, tag, registryHost) => {
    expect(parseImage(image)).toEqual({ name, tag });
    expect(registryOf(name)).toBe(registryHost);
  });
});
