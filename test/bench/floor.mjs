// node floor.mjs up|down PLAN: the engine calls that the Pods take, with nothing around them; ends when they are done.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { askEngine, toAddress } from '../engine/api.mjs';

/** As many calls at once as podrun has. */
const mostCalls = 8;
const askAgainMs = 10;

/** @type {import('./workload.mjs').FloorPlan} */
const plan = JSON.parse(readFileSync(process.argv[3] ?? '', 'utf8'));

let calls = 0;
/** @type {(() => void)[]} */
const queue = [];

await (process.argv[2] === 'up' ? up() : down());

async function up() {
  const network = call('POST', '/networks/create', {
    body: { Name: plan.network, CheckDuplicate: true, Driver: 'bridge', Labels: plan.labels },
  });
  await Promise.all([call('GET', `/images/${plan.image}/json`), ...plan.pods.map((pod) => makePod(pod, network))]);
  console.log('ready');
}

/** One call after the other. @param {import('./workload.mjs').FloorPod} pod @param {Promise<unknown>} network */
async function makePod({ volume, infra, containers }, network) {
  await call('POST', '/volumes/create', { body: { Name: volume, Driver: 'local', Labels: plan.labels } });
  await network;
  const id = await create(infra);
  await call('POST', `/containers/${id}/start`);
  const { NetworkSettings } = await call('GET', `/containers/${id}/json`);
  for (const container of containers) await call('POST', `/containers/${await create(container)}/start`);
  await waitReady(NetworkSettings.Networks[plan.network].IPAddress);
}

/** @param {import('./workload.mjs').Create} container @returns {Promise<string>} */
async function create({ name, body }) {
  return (await call('POST', `/containers/create?name=${name}`, { body })).Id;
}

/** @param {string} address */
async function waitReady(address) {
  while (!(await isReady(address))) await sleep(askAgainMs);
}

/** @param {string} address @returns {Promise<boolean>} */
function isReady(address) {
  return new Promise((resolve) => {
    const request = http.get({ host: address, port: 80, path: '/', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}

async function down() {
  const deaths = await watchDeaths();
  await Promise.all(plan.pods.map((pod) => removePod(pod, deaths)));
  await call('DELETE', `/networks/${plan.network}`);
  console.log('down');
  process.exit(); // The feed of events is still open.
}

/** @param {import('./workload.mjs').FloorPod} pod @param {(name: string) => Promise<void>} deaths */
async function removePod({ volume, infra, containers }, deaths) {
  await Promise.all(
    containers.map(async ({ name }) => {
      const death = deaths(name);
      await call('POST', `/containers/${name}/kill?signal=SIGTERM`);
      await death;
    }),
  );
  const names = [infra.name, ...containers.map(({ name }) => name)];
  await Promise.all(names.map((name) => call('DELETE', `/containers/${name}?force=1&v=1`)));
  await call('DELETE', `/volumes/${volume}`);
}

/**
 * Listens from now on.
 * @returns {Promise<(name: string) => Promise<void>>} Waits for a container's death.
 */
async function watchDeaths() {
  /** @type {Map<string, () => void>} */
  const waiting = new Map();
  const labels = Object.entries(plan.labels).map(([key, value]) => `${key}=${value}`);
  const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: ['die'], label: labels }));
  /** @type {http.IncomingMessage} */
  const feed = await new Promise((resolve, reject) => {
    http.get({ ...toAddress(plan.host), path: `/events?filters=${filters}` }, resolve).on('error', reject);
  });
  let text = '';
  feed.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) waiting.get(JSON.parse(line).Actor.Attributes.name)?.();
  });
  return (name) => new Promise((resolve) => waiting.set(name, () => resolve(undefined)));
}

/**
 * One call, when there is room for it.
 * @param {string} method
 * @param {string} path
 * @param {Parameters<typeof askEngine>[3]} [options]
 * @returns {Promise<any>} What the engine answered.
 */
async function call(method, path, options) {
  if (calls >= mostCalls) await new Promise((resolve) => queue.push(() => resolve(undefined)));
  else calls += 1;
  try {
    return (await askEngine(plan.host, method, path, options)).json;
  } finally {
    const next = queue.shift();
    if (next === undefined) calls -= 1;
    else next();
  }
}
