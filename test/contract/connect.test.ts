/** The ways to an engine. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressText, findCandidates, parseAddress } from '../../src/engine/transport/address.ts';
import { connectEngine } from '../../src/engine/connect.ts';
import { realHost, realSocketPath } from './real-subject.ts';
import { openRelay } from './relay.ts';

let home: string;
let tidy: (() => unknown)[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'podrun-home-'));
  tidy = [() => rm(home, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const step of tidy.reverse()) await step();
  vi.unstubAllEnvs();
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(join(home, path, '..'), { recursive: true });
  await writeFile(join(home, path), content);
}

const contextId = (name: string): string => createHash('sha256').update(name).digest('hex');

async function writeContext(name: string, endpoint: object): Promise<void> {
  const meta = { Name: name, Endpoints: { docker: endpoint } };
  await write(`.docker/contexts/meta/${contextId(name)}/meta.json`, JSON.stringify(meta));
}

describe('the order', () => {
  it('is -H, DOCKER_HOST, DOCKER_CONTEXT, the current context, the usual sockets', async () => {
    await writeContext('one', { Host: 'unix:///one.sock' });
    await writeContext('two', { Host: 'tcp://two:1' });
    const first = async (env: Record<string, string>, host?: string): Promise<string> => {
      const { candidates } = await findCandidates(env, home, host);
      return candidates.map(({ address, from }) => `${addressText(address)} ${from}`)[0] ?? '';
    };
    const all = { DOCKER_HOST: 'tcp://h:1', DOCKER_CONTEXT: 'one' };
    expect(await first(all, 'unix:///x')).toBe('unix:///x -H');
    expect(await first(all)).toBe('tcp://h:1 DOCKER_HOST');
    expect(await first({ DOCKER_CONTEXT: 'one' })).toBe('unix:///one.sock docker context "one"');
    expect(await first({})).toBe('unix:///var/run/docker.sock the default socket');
    await write('.docker/config.json', '{"currentContext":"two"}');
    expect(await first({})).toBe('tcp://two:1 docker context "two"');
    expect(await first({ DOCKER_CONTEXT: 'default' })).toBe('unix:///var/run/docker.sock the default socket');
    const { candidates, isExplicit } = await findCandidates(
      { XDG_RUNTIME_DIR: '/run/me', DOCKER_CONTEXT: 'default' },
      '/h',
      undefined,
    );
    expect(isExplicit).toBe(false);
    expect(candidates.map(({ address }) => addressText(address))).toEqual([
      'unix:///var/run/docker.sock',
      'unix:///run/me/docker.sock',
      'unix:///h/.docker/run/docker.sock',
      'unix:///h/.docker/desktop/docker.sock',
      'unix:///run/me/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ]);
  });

  it('says what is wrong with a context', async () => {
    await writeContext('bare', {});
    await writeContext('lax', { Host: 'tcp://h:1', SkipTLSVerify: true });
    const find = (name: string) => findCandidates({ DOCKER_CONTEXT: name }, home, undefined);
    await expect(find('none')).rejects.toThrow('docker context "none" is not there');
    await expect(find('bare')).rejects.toThrow('no docker endpoint');
    await expect(find('lax')).rejects.toThrow('certificate');
  });
});

describe('an address', () => {
  it.each([
    ['unix:///a/b', { kind: 'unix', path: '/a/b' }],
    ['/a/b', { kind: 'unix', path: '/a/b' }],
    ['tcp://h', { kind: 'tcp', host: 'h', port: 2375 }],
    ['h:99', { kind: 'tcp', host: 'h', port: 99 }],
    ['tcp://[::1]:99', { kind: 'tcp', host: '::1', port: 99 }],
    ['https://h', { kind: 'tcp', host: 'h', port: 2376, tls: {} }],
    ['ssh://h', { kind: 'ssh', destination: 'h', remotePath: '/var/run/docker.sock' }],
    ['ssh://me@h:22/run/x.sock', { kind: 'ssh', destination: 'me@h', port: 22, remotePath: '/run/x.sock' }],
  ])('%s', (text, address) => {
    expect(parseAddress(text, '-H')).toEqual(address);
  });

  it.each(['unix://', 'npipe:////./pipe/x', 'ssh://', 'ssh://-oProxyCommand=x', 'tcp://', 'a b'])('not %s', (text) => {
    expect(() => parseAddress(text, '-H')).toThrow('-H: ');
  });
});

describe('a connection', () => {
  it('tells what it reached', async () => {
    const engine = await connectEngine({ env: { DOCKER_HOST: realHost() }, home });
    expect(engine.info).toMatchObject({
      address: realHost(),
      id: expect.stringMatching(/./) as string,
      name: expect.stringMatching(/./) as string,
      apiVersion: expect.stringMatching(/^1\.\d+$/) as string,
    });
    engine.close();
  });

  it('goes where it is told, whatever DOCKER_* stands in the process', async () => {
    const host = realHost();
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    vi.stubEnv('DOCKER_TLS_VERIFY', '1');
    vi.stubEnv('DOCKER_CERT_PATH', '/nonexistent');
    const engine = await connectEngine({ env: { DOCKER_HOST: host }, home });
    expect(await engine.projects()).toBeInstanceOf(Array);
    expect(process.env['DOCKER_HOST']).toBe('tcp://127.0.0.1:1');
    engine.close();
  });

  it('that is named and does not answer is final, and says so within two seconds', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(join(home, 'silent'), resolve));
    tidy.push(() => silent.close());
    const startedAt = Date.now();
    const reason = (host: string): Promise<string> =>
      connectEngine({ env: {}, home, host, deadlineMs: 500 }).then(() => 'connected', String);
    expect(await reason(`unix://${home}/none`)).toMatch(/tried\n {2}unix:\/\/.*\/none \(-H\): no such socket\n.*-H/);
    expect(await reason('tcp://127.0.0.1:1')).toContain('connection refused');
    expect(await reason(`unix://${home}/silent`)).toContain('no answer within');
    expect(Date.now() - startedAt).toBeLessThan(2000);
  });

  it.skipIf(existsSync('/var/run/docker.sock'))('tries one after the other, a silent one too', async () => {
    const silent = createServer(() => undefined);
    await mkdir(join(home, 'run'));
    await new Promise<void>((resolve) => silent.listen(join(home, 'run/docker.sock'), resolve));
    tidy.push(() => silent.close());
    const env = { XDG_RUNTIME_DIR: join(home, 'run') };
    const error: unknown = await connectEngine({ env, home }).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/default socket\): no such socket\n.*rootless Docker\): .*no answer/);
    expect(String(error)).toContain('start one:');
    expect(error).toMatchObject({ failure: { kind: 'away' } });
    const relay = await openRelay(realSocketPath());
    tidy.push(() => relay.close());
    await mkdir(join(home, '.docker/desktop'), { recursive: true });
    execFileSync('ln', ['-s', relay.socketPath, join(home, '.docker/desktop/docker.sock')]);
    const engine = await connectEngine({ env, home });
    expect(engine.info.address).toContain('desktop');
    engine.close();
  });

  it('to an engine that is too old is refused', async () => {
    const relay = await openRelay(realSocketPath());
    tidy.push(() => relay.close());
    relay.intercept = (line, _incoming, response) => {
      if (!line.includes('/version')) return false;
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end('{"ApiVersion":"1.39"}');
      return true;
    };
    const connecting = connectEngine({ env: { DOCKER_HOST: `unix://${relay.socketPath}` }, home });
    await expect(connecting).rejects.toMatchObject({ failure: { kind: 'refused' } });
  });
});

describe('TLS', () => {
  it('takes the variables or the context’s own files, and no other engine', async () => {
    makeCertificates(home);
    const server = await openTlsRelay(home);
    tidy.push(() => server.close());
    const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home };
    const engine = await connectEngine({ env, home });
    expect(await engine.projects()).toBeInstanceOf(Array);
    engine.close();

    await writeContext('remote', { Host: host });
    for (const file of ['ca.pem', 'cert.pem', 'key.pem']) {
      const content = await readFile(join(home, file), 'utf8');
      await write(`.docker/contexts/tls/${contextId('remote')}/docker/${file}`, content);
    }
    const byContext = await connectEngine({ env: { DOCKER_CONTEXT: 'remote' }, home });
    expect(byContext.info.id).toBe(engine.info.id);
    byContext.close();

    await rm(join(home, 'ca.pem'));
    await expect(connectEngine({ env, home })).rejects.toThrow(/certificate/);
    const plain = connectEngine({ env: { DOCKER_HOST: host }, home });
    await expect(plain).rejects.toMatchObject({ name: 'EngineError' });
  });
});

describe('ssh', () => {
  /** Takes the place of the user's ssh: leads the socket on, as `-L` says, until its input ends. */
  const stub = `
    const { createServer, connect } = require('node:net');
    const { appendFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    appendFileSync(process.env.SSH_LOG, JSON.stringify(args) + '\\n');
    const [local, remote] = args[args.indexOf('-L') + 1].split(':');
    createServer((a) => {
      const b = connect(remote);
      a.pipe(b).pipe(a);
      a.on('error', () => b.destroy());
      b.on('error', () => a.destroy());
    }).listen(local);
    process.stdin.resume().on('end', () => process.exit(0));
  `;
  const install = async (script: string): Promise<Record<string, string>> => {
    await write('bin/ssh', script);
    await chmod(join(home, 'bin/ssh'), 0o755);
    return { PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`, SSH_LOG: join(home, 'log') };
  };

  it('goes through the user’s own, with a socket of its own that is gone after', async () => {
    await write('stub.cjs', stub);
    const env = await install(`#!/bin/sh\nexec "${process.execPath}" "${home}/stub.cjs" "$@"\n`);
    const engine = await connectEngine({
      env: { ...env, DOCKER_HOST: `ssh://me@there:2222${realSocketPath()}` },
      home,
    });
    expect(engine.info.address).toBe('ssh://me@there:2222');
    expect(await engine.projects()).toBeInstanceOf(Array);
    engine.close();
    const args = JSON.parse((await readFile(join(home, 'log'), 'utf8')).trim()) as string[];
    expect(args.slice(-3)).toEqual(['--', 'me@there', 'cat']);
    expect(args).toContain('2222');
    const local = args[args.indexOf('-L') + 1]?.split(':')[0] ?? '';
    expect(existsSync(local)).toBe(false);
  });

  it('tells ssh’s own words', async () => {
    const env = await install('#!/bin/sh\necho "Permission denied (publickey)." >&2\nexit 255\n');
    const connecting = connectEngine({ env: { ...env, DOCKER_HOST: 'ssh://there' }, home });
    await expect(connecting).rejects.toThrow('ssh: Permission denied (publickey).');
  });

  it('tells that there is no ssh', async () => {
    const connecting = connectEngine({ env: { PATH: home, DOCKER_HOST: 'ssh://there' }, home });
    await expect(connecting).rejects.toThrow('ENOENT');
  });
});

function makeCertificates(dir: string): void {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  openssl('req', '-x509', ...ec, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-subj', '/CN=ca');
  for (const [name, subject] of [
    ['server', '/CN=127.0.0.1'],
    ['', '/CN=client'],
  ] as const) {
    const prefix = name === '' ? '' : `${name}-`;
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl(
      'req',
      '-x509',
      ...ec,
      ...signed,
      '-keyout',
      `${prefix}key.pem`,
      '-out',
      `${prefix}cert.pem`,
      '-subj',
      subject,
    );
  }
}

/** Before the engine as dockerd's own TLS: only clients of its CA come in. */
async function openTlsRelay(dir: string): Promise<Server> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'server-cert.pem', 'server-key.pem'].map((file) => readFile(join(dir, file))),
  );
  const options = { ca, cert, key, requestCert: true, rejectUnauthorized: true };
  const server = createTlsServer(options, (incoming, response) => {
    const { method, url, headers } = incoming;
    const socketPath = realSocketPath();
    incoming.pipe(
      request({ socketPath, method, path: url, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
