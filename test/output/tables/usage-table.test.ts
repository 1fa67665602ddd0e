import { expect, test } from 'vitest';
import { usageOf } from '../../../src/engine/streams/usage.ts';
import { usageTable } from '../../../src/output/tables/usage-table.ts';

const mi = 1024 * 1024;
const pods = [
  {
    name: 'web',
    namespace: 'default',
    containers: [
      { name: 'app', cpuMillicores: 250, memoryBytes: 20.9 * mi },
      { name: 'log', cpuMillicores: 1, memoryBytes: 2 * mi },
    ],
  },
  { name: 'db', namespace: 'shop', containers: [{ name: 'store', cpuMillicores: 3, memoryBytes: 100 * mi }] },
];
const plain = { containers: false, allNamespaces: false, noHeaders: false, sortBy: undefined };

test('golden', () => {
  expect(usageTable(pods, plain)).toEqual([
    'NAME   CPU(cores)   MEMORY(bytes)',
    'web    251m         22Mi',
    'db     3m           100Mi',
  ]);
});

test('each container, in all namespaces, the most first', () => {
  expect(usageTable(pods, { ...plain, containers: true, allNamespaces: true, sortBy: 'cpu' })).toEqual([
    'NAMESPACE   POD   NAME    CPU(cores)   MEMORY(bytes)',
    'default     web   app     250m         20Mi',
    'default     web   log     1m           2Mi',
    'shop        db    store   3m           100Mi',
  ]);
  expect(usageTable(pods, { ...plain, noHeaders: true, sortBy: 'memory' })[0]).toMatch(/^db /);
});

const cpu = (ns: number) => ({ cpu_usage: { total_usage: ns } });
const times = { preread: '2026-01-01T00:00:00.5Z', read: '2026-01-01T00:00:01.500000000Z' };

test('the CPU’s time over the time between, and the working set of either cgroup', () => {
  const stats = { ...times, cpu_stats: cpu(1_750_000_000), precpu_stats: cpu(1_500_000_000) };
  const v1 = { usage: 100, stats: { total_inactive_file: 40, inactive_file: 10 } };
  expect(usageOf({ ...stats, memory_stats: v1 })).toEqual({ cpuMillicores: 250, memoryBytes: 60 });
  expect(usageOf({ ...stats, memory_stats: { usage: 100, stats: { inactive_file: 10 } } })?.memoryBytes).toBe(90);
});

test('what does not run has no usage', () => {
  const never = '0001-01-01T00:00:00Z';
  const none = { read: never, preread: never, cpu_stats: cpu(0), precpu_stats: cpu(0), memory_stats: {} };
  expect(usageOf(none)).toBeUndefined();
});
