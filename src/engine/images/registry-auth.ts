import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryLogin } from '../../core/runtime/action.ts';
import type { Environment } from '../transport/address.ts';

/** As the engine takes it; it is sent in a header, never in a URL. */
export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/**
 * The user's credentials for an image's registry, as `docker login` keeps them: by the credential helper that docker's
 * config.json names, else plain in it. Read anew each time, so that a login in between is seen. Undefined, for an
 * anonymous pull, where there are none or they cannot be had: the registry's answer then says what it lacks.
 */
export async function credentialsFor(
  configDir: string,
  env: Environment,
  imageName: string,
): Promise<RegistryAuth | undefined> {
  const registry = registryOf(imageName);
  return keptFor(await readConfig(configDir), env, registry);
}

/** For a builder, which may pull from anywhere: all that these logins and the user's config have, by registry. */
export async function credentialsForAll(
  configDir: string,
  env: Environment,
  logins: readonly RegistryLogin[],
): Promise<Readonly<Record<string, RegistryAuth>>> {
  const config = await readConfig(configDir);
  const registries = new Set(
    [...Object.keys(config.auths ?? {}), ...Object.keys(config.credHelpers ?? {})].map(hostOf),
  );
  const found: Record<string, RegistryAuth> = {};
  for (const registry of registries) {
    const kept = await keptFor(config, env, registry);
    if (kept !== undefined) found[keyOf(registry)] = kept;
  }
  // The first one of a registry counts.
  for (const login of logins.toReversed()) {
    const auth = readPlain(login.registry, login);
    if (auth !== undefined) found[keyOf(hostOf(login.registry))] = auth;
  }
  return found;
}

async function keptFor(
  { auths = {}, credHelpers = {}, credsStore }: DockerConfig,
  env: Environment,
  registry: string,
): Promise<RegistryAuth | undefined> {
  const [serveraddress, plain] = Object.entries(auths).find(([key]) => hostOf(key) === registry) ?? [];
  const helper = credHelpers[registry] ?? credsStore;
  const kept = helper === undefined ? undefined : await askHelper(helper, env, serveraddress ?? keyOf(registry));
  if (kept !== undefined) return kept;
  return serveraddress === undefined ? undefined : readPlain(serveraddress, plain ?? {});
}

/** As `docker login` writes it. */
const keyOf = (registry: string): string => (registry === hub ? `https://${hub}/v1/` : registry);

/** The same for the host that is really asked. */
export const loginKey = (host: string): string => keyOf(host === 'registry-1.docker.io' ? hub : hostOf(host));

/** What of these logins is for an image's registry, in their order. */
export function loginsOf(logins: readonly RegistryLogin[], imageName: string): readonly RegistryAuth[] {
  const registry = registryOf(imageName);
  return logins
    .filter((login) => hostOf(login.registry) === registry)
    .flatMap((login) => readPlain(login.registry, login) ?? []);
}

/** The registry's host of an image's name; Docker Hub's is what `docker login` writes. */
export function registryOf(imageName: string): string {
  const slash = imageName.indexOf('/');
  const first = slash === -1 ? '' : imageName.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  return !isHost || first === 'docker.io' ? hub : first;
}

const hub = 'index.docker.io';

type PlainAuth = Omit<RegistryLogin, 'registry'>;

interface DockerConfig {
  readonly auths?: Readonly<Record<string, PlainAuth>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

async function readConfig(configDir: string): Promise<DockerConfig> {
  try {
    return JSON.parse(await readFile(join(configDir, 'config.json'), 'utf8')) as DockerConfig;
  } catch {
    // No file, or one that docker itself could not read either.
    return {};
  }
}

function readPlain(serveraddress: string, plain: PlainAuth): RegistryAuth | undefined {
  const { auth, username, password = '', identitytoken } = plain;
  if (identitytoken) return { identitytoken, serveraddress };
  if (!auth && username) return { username, password, serveraddress };
  const decoded = Buffer.from(auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  // An entry without one says only that a helper has it.
  if (colon === -1) return undefined;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1), serveraddress };
}

/** The protocol of docker-credential-helpers: `get`, the server on the input, JSON on the output. */
function askHelper(helper: string, env: Environment, serveraddress: string): Promise<RegistryAuth | undefined> {
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${helper}`, ['get'], {
      env: { ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: helperTimeoutMs,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? readHelper(output, serveraddress) : undefined));
    // It may be gone before it reads.
    child.stdin.on('error', () => undefined);
    child.stdin.end(serveraddress);
  });
}

function readHelper(output: string, serveraddress: string): RegistryAuth | undefined {
  try {
    const { Username, Secret } = JSON.parse(output) as { readonly Username: string; readonly Secret: string };
    if (Username === '<token>') return { identitytoken: Secret, serveraddress };
    return { username: Username, password: Secret, serveraddress };
  } catch {
    return undefined;
  }
}

/** A keychain may ask its user first. */
const helperTimeoutMs = 30_000;

/** `https://index.docker.io/v1/` and `registry.example:5000` both name a host. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'docker.io' ? hub : host;
}
