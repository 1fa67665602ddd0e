import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ConfigOptions } from '../../src/cli/commands/config.ts';
import { config, exportObjects } from '../../src/cli/commands/config.ts';
import type { World } from '../../src/run/world.ts';

let cwd = '';
let stdout = '';
let stderr = '';

const FILE = `pods:
  web: {containers: {app: {image: "shop/web:\${TAG}", env: {URL: "http://\${TAG}", DB: "x-hunter2hunter2"}}}}
  tool: {profiles: [tools], containers: {app: {image: busybox}}}
secrets: {db: {env: [DB_SECRET]}}
`;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'podrun-config-'));
  await writeFile(join(cwd, 'pods.yaml'), FILE);
  await writeFile(join(cwd, 'pods.override.yaml'), 'pods: {web: {hostname: front}}\n');
});

afterEach(() => rm(cwd, { recursive: true }));

async function run(command: typeof config, options: Partial<ConfigOptions> = {}): Promise<string> {
  [stdout, stderr] = ['', ''];
  const world = {
    cwd,
    env: { TAG: '7', DB_SECRET: 'hunter2hunter2' },
    stdout: { write: (words: string) => (stdout += words) !== '' },
    stderr: { write: (words: string) => (stderr += words) !== '' },
  } as unknown as World;
  const globals = { file: [], project: undefined, host: undefined, envFile: [], profile: [], interpolate: false };
  const given = { ...globals, strict: false, color: false, pod: [], output: 'json' as const, showSecrets: false };
  expect(await command(world, { ...given, ...options })).toBe(0);
  expect(stderr).toBe('');
  return stdout;
}

const itemsOf = (json: string): readonly unknown[] => (JSON.parse(json) as { items: unknown[] }).items;

test('config is the whole, merged and filled in, without its secrets', async () => {
  const json = await run(config);
  expect(itemsOf(json)).toMatchObject([
    { kind: 'Secret', metadata: { name: 'db' }, stringData: { DB_SECRET: '(hidden)' } },
    {
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        hostname: 'front',
        restartPolicy: 'Always',
        containers: [
          {
            image: 'shop/web:7',
            imagePullPolicy: 'IfNotPresent',
            env: [
              { name: 'URL', value: 'http://7' },
              { name: 'DB', value: 'x-(hidden)' },
            ],
          },
        ],
      },
    },
  ]);
  expect(json).not.toContain('hunter2');
  expect(await run(config, { output: 'yaml', showSecrets: true })).toContain('DB_SECRET: hunter2hunter2\n');
});

test('export is a stream that a cluster takes, with its secrets', async () => {
  const yaml = await run(exportObjects, { output: 'yaml' });
  expect(yaml.split('---\n')).toHaveLength(2);
  expect(yaml).toContain('DB_SECRET: hunter2hunter2\n');
});

test('a Pod that is named is printed whatever its profile is, and no other one', async () => {
  const items = itemsOf(await run(exportObjects, { pod: ['pod/tool'] }));
  expect(items).toMatchObject([{ kind: 'Secret' }, { kind: 'Pod', metadata: { name: 'tool' } }]);
  await expect(run(config, { pod: ['wbe'] })).rejects.toThrow('there is no Pod wbe in project');
});
