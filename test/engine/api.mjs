import http from 'node:http';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} text
 * @property {any} json The body where it is JSON, else undefined.
 */

/**
 * One call of the engine's HTTP API. Rejects when the engine cannot be reached or does not finish within `timeoutMs`.
 * @param {string} host `unix:///path` or `tcp://host:port`
 * @param {string} method
 * @param {string} path
 * @param {{ body?: unknown, stream?: import('node:stream').Readable, timeoutMs?: number }} [options]
 * @returns {Promise<Answer>}
 */
export function callEngine(host, method, path, { body, stream, timeoutMs = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const type = stream ? 'application/x-tar' : 'application/json';
    const request = http.request({ ...toAddress(host), method, path, agent: false, headers: { 'content-type': type } });
    const timer = setTimeout(
      () => request.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)),
      timeoutMs,
    );
    request.on('close', () => clearTimeout(timer));
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (/** @type {string} */ chunk) => (text += chunk));
      response.on('error', reject);
      response.on('close', () => reject(new Error(`${method} ${path}: the answer broke off`)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, json: parseOrNothing(text) }));
    });
    if (stream) stream.pipe(request);
    else request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/**
 * As {@link callEngine}, but an answer other than 2xx or 304 is an error that holds the engine's words.
 * @param {Parameters<typeof callEngine>} args
 */
export async function askEngine(...args) {
  const answer = await callEngine(...args);
  if (answer.status < 300 || answer.status === 304) return answer;
  throw new Error(`${args[1]} ${args[2]}: ${answer.status} ${answer.json?.message ?? answer.text}`);
}

/**
 * Does an engine answer there?
 * @param {string} host
 */
export async function answers(host) {
  try {
    return (await callEngine(host, 'GET', '/_ping', { timeoutMs: 2_000 })).status === 200;
  } catch {
    return false;
  }
}

/**
 * Where node:http finds the engine.
 * @param {string} host
 * @returns {{ socketPath: string } | { host: string, port: number }}
 */
export function toAddress(host) {
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  const { protocol, hostname, port } = new URL(host);
  if (protocol !== 'tcp:' && protocol !== 'http:')
    throw new Error(`${host}: the tests speak to unix:// and tcp:// alone`);
  return { host: hostname, port: Number(port || 2375) };
}

/** @param {string} text */
function parseOrNothing(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
