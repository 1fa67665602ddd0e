/** What `ps` prints of the Pods that a supervisor tells, through the whole command line. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { World } from '../../src/run/world.ts';
import { takeControl } from '../../src/state/control.ts';
import { projectFolder, socketPath } from '../../src/state/paths.ts';
import { makeScratch } from '../scratch.ts';

const make = (name: string, labels: Record<string, string>, phase = 'Running'): KubernetesPod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...{ name, namespace: 'default', uid: name, labels },
    ...(name.startsWith('web')
      ? { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: '' }] }
      : {}),
  },
  spec: { containers: [{ name: 'app' }] },
  status: { phase },
});
const pods = [
  make('db', { tier: 'back' }, 'Failed'),
  make('web-10', { tier: 'front', 'example.com/app': 'shop' }),
  make('web-9', { tier: 'front' }),
];

async function run(...args: readonly string[]) {
  const stateRoot = await makeScratch('ps');
  const path = socketPath(await projectFolder(stateRoot, 'engine', 'shop'));
  const owner = { project: 'shop', pid: 1, dir: '', startedAt: '' };
  const lock = await takeControl(path, () => ({ owner, engineAnswers: true, pods }));
  if (lock.kind === 'owned') throw new Error('owned');
  onTestFinished(() => lock.control.close());
  await writeFile(join(stateRoot, 'columns'), 'NAME PHASE\n.metadata.name .status.phase\n');
  await writeFile(join(stateRoot, 'names'), '{range .items[*]}{.metadata.name};{end}');
  let [stdout, stderr] = ['', ''];
  const engine = {
    info: { id: 'engine' },
    snapshot: () => Promise.resolve({ containers: [], volumes: [], networks: [] }),
    close() {},
  };
  const world = {
    ...{ env: {}, cwd: stateRoot, stateRoot, clock: systemClock },
    stdout: { write: (text: string) => (stdout += text) !== '' },
    stderr: { write: (text: string) => (stderr += text) !== '' },
    connect: () => Promise.resolve(engine),
    onSignal: () => () => {},
  } as unknown as World;
  const code = await runCommand(['-p', 'shop', ...args], '0', world);
  return { code, stdout, stderr };
}

test.each<[string, string]>([
  ['ps -o name', 'pod/db\npod/web-10\npod/web-9\n'],
  ['ps sts/web -o name', 'pod/web-10\npod/web-9\n'],
  ['get web -o name', 'pod/web-10\npod/web-9\n'],
  ['ps -l tier=front,example.com/app -o name', 'pod/web-10\n'],
  ['ps --field-selector status.phase!=Running -o name', 'pod/db\n'],
  ['ps --sort-by .metadata.name -o name', 'pod/db\npod/web-9\npod/web-10\n'],
  ['ps -o jsonpath={.items[*].metadata.name}', 'db web-10 web-9'],
  ['ps db -o jsonpath={.metadata.name}', 'db'],
  // A workload's Pods are a List, however many there are.
  ['ps sts -l example.com/app -o jsonpath={.items[*].metadata.name}', 'web-10'],
  ['ps -o jsonpath-file=names', 'db;web-10;web-9;'],
  [
    'ps -o custom-columns=A:metadata.name,B:.metadata.labels.tier',
    'A        B\ndb       back\nweb-10   front\nweb-9    front\n',
  ],
  ['ps -o custom-columns-file=columns --no-headers', 'db       Failed\nweb-10   Running\nweb-9    Running\n'],
])('%s', async (words, stdout) => {
  expect(await run(...words.split(' '))).toEqual({ code: 0, stdout, stderr: '' });
});

test('who watches what is not there is told, and waits for nobody', async () => {
  const stderr = 'podrun: pods "nosuch" not found\n';
  expect(await run('ps', '-w', 'nosuch')).toEqual({ code: 1, stdout: '', stderr });
});

test('labels as columns', async () => {
  const { stdout } = await run('get', 'pods', '-L', 'tier,example.com/app', '--show-labels');
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'TIER', 'APP', 'LABELS'],
    ['db', '0/1', 'Failed', '0', '<unknown>', 'back', '<none>', 'tier=back'],
    ['web-10', '0/1', 'Running', '0', '<unknown>', 'front', 'shop', 'example.com/app=shop,tier=front'],
    ['web-9', '0/1', 'Running', '0', '<unknown>', 'front', '<none>', 'tier=front'],
    [''],
  ]);
});

test.each<[string, number, string]>([
  [
    'ps -o xml',
    2,
    'unable to match a printer suitable for the output format "xml", allowed formats are: custom-columns,',
  ],
  ['ps -o table', 2, 'unable to match a printer suitable for the output format "table"'],
  ['ps -o json=x', 2, 'unable to match a printer suitable for the output format "json=x"'],
  ['ps -o jsonpath', 2, 'template format specified but no template given'],
  ['ps -o jsonpath={.a', 2, '-o jsonpath: unclosed action'],
  ['ps -o jsonpath={.items[7]}', 1, 'array index out of bounds: index 7, length 3'],
  ['ps -o custom-columns=A', 2, '-o custom-columns: unexpected custom-columns spec: A'],
  ['ps -o custom-columns-file=none', 2, 'error reading template none: '],
  ['ps --sort-by .nope', 1, `couldn't find any field with path "{.nope}"`],
  ['ps db -l tier', 2, 'name cannot be provided when a selector is specified'],
  ['ps nope', 1, 'pods "nope" not found'],
])('%s is told', async (words, code, message) => {
  const result = await run(...words.split(' '));
  expect([result.code, result.stdout]).toEqual([code, '']);
  expect(result.stderr).toContain(`podrun: ${message}`);
});
