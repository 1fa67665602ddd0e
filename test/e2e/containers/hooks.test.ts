/** Hooks that podrun does not live to see the end of; the rest is in conformance/ (docs/pod-lifecycle.md#hooks). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { killHard, onHost, shell, startUp } from '../support/look.ts';

const exec = (script: string) => ({ exec: { command: ['sh', '-c', script] } });
const out = { volumeMounts: ['./out:/out'] };

test('a preStop hook and the grace survive podrun’s death in the middle of a deletion', async () => {
  const script = "trap 'echo TERM >> /out/said; exit 0' TERM; while :; do sleep 3600 & wait $!; done";
  const lifecycle = { preStop: exec('echo preStop >> /out/said; sleep 2') };
  const project = await makeProject({
    'out/.keep': '',
    'pods.yaml': onHost({ web: { containers: { app: shell(script, { ...out, lifecycle }) } } }),
  });
  const up = await startUp(project);
  up.signal('SIGINT');
  await up.waitFor(/^web: Terminating$/);
  await killHard(up);

  expect((await project.run('down')).code).toBe(0);

  // Whether the hook had begun before podrun died is chance: it runs at least once, and TERM comes after it.
  const said = (await readFile(join(project.folder, 'out/said'), 'utf8')).trim().split('\n');
  expect([said[0], said.at(-1)]).toEqual(['preStop', 'TERM']);
});

test('a preStop hook does not run when its container ends by itself', async () => {
  const app = shell('sleep 1', { lifecycle: { preStop: exec('echo preStop > /proc/1/fd/1') } });
  const project = await makeProject({
    'pods.yaml': onHost({ job: { restartPolicy: 'Never', containers: { app } } }),
  });

  expect((await project.run('up')).stdout).not.toContain('preStop');
});
