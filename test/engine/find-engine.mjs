import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { answers } from './api.mjs';

/**
 * The first engine of the user's own that answers: DOCKER_HOST, the current docker context, the default socket.
 * @returns {Promise<string | undefined>}
 */
export async function findEngine() {
  for (const host of listCandidates()) if (await answers(host)) return host;
  return undefined;
}

function listCandidates() {
  const hosts = [process.env.DOCKER_HOST, readContextHost(), 'unix:///var/run/docker.sock'];
  return [...new Set(hosts)].filter((host) => host !== undefined && /^(unix|tcp):\/\//.test(host)).map(String);
}

/** The current context's address, as the docker CLI keeps it in its own folder. */
function readContextHost() {
  const folder = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const name = process.env.DOCKER_CONTEXT ?? readJson(join(folder, 'config.json'))?.currentContext;
  if (typeof name !== 'string' || name === 'default') return undefined;
  const key = createHash('sha256').update(name).digest('hex');
  const host = readJson(join(folder, 'contexts/meta', key, 'meta.json'))?.Endpoints?.docker?.Host;
  return typeof host === 'string' ? host : undefined;
}

/** @param {string} path */
function readJson(path) {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
