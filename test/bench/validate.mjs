// How long validate reads a stream of so many Kubernetes Pods, beside a Node that does nothing.
import { writeFileSync } from 'node:fs';
import { beside, median, ms, printTable, times } from './table.mjs';

const thousandAimMs = 1_000;
/** Four times the Pods may take four times as long. */
const growthAim = 4.2;

/** @typedef {ReadonlyMap<number, number[]>} Validations By the number of Pods; 0 is the bare Node. */

/**
 * From start to end, in turns.
 * @param {import('./stage.mjs').Stage} stage
 * @param {readonly number[]} counts
 * @param {number} rounds
 * @param {AbortSignal} abort
 * @returns {Promise<Validations>}
 */
export async function measureValidations(stage, counts, rounds, abort) {
  const files = counts.map((count) => {
    const path = stage.path(`stream-${count}.yaml`);
    writeFileSync(path, Array.from({ length: count }, (_, index) => pod(index)).join('---\n'));
    return { count, path };
  });
  const all = new Map([0, ...counts].map((count) => [count, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round += 1) {
    abort.throwIfAborted();
    all.get(0)?.push(await stage.bare().ended());
    for (const { count, path } of files) all.get(count)?.push(await stage.validate(path).ended());
  }
  return all;
}

/** @param {Validations} all */
export function printValidations(all) {
  const of = (/** @type {number} */ count) => median(all.get(count) ?? []);
  const rows = [...all.keys()].map((count) => {
    if (count === 0) return ['node -e 0', ms(of(0)), '', ''];
    const told = count === 1_000 ? beside(of(count), thousandAimMs, ms) : ms(of(count));
    const growth = count === 4_000 && all.has(1_000) ? beside(of(4_000) / of(1_000), growthAim, times) : '';
    return [`${count} Pod${count === 1 ? '' : 's'}`, told, times(of(count) / of(0)), growth];
  });
  printTable(`validate, medians of ${all.get(0)?.length ?? 0}`, [['', '', 'of Node alone', 'of 1000 Pods'], ...rows]);
}

/** @param {number} index */
function pod(index) {
  return `apiVersion: v1
kind: Pod
metadata:
  name: web-${index}
  labels: {app: web, shard: s${index}}
spec:
  terminationGracePeriodSeconds: 10
  containers:
  - name: app
    image: nginx:1.29
    command: [sh, -c, "sleep 1"]
    env:
    - {name: LOG, value: debug}
    - name: NODE
      valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
    ports:
    - containerPort: 80
    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
    readinessProbe: {httpGet: {path: /healthz, port: 80}, periodSeconds: 5}
    volumeMounts:
    - {name: cache, mountPath: /var/cache}
  volumes:
  - name: cache
    emptyDir: {}
`;
}
