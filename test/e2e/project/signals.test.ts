import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { onHost, onePod, shell, startUp } from '../support/look.ts';

const deaf = "trap '' TERM; while :; do sleep 1; done";

describe('a first signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s takes the Pods down gracefully, and up ends with %i', async (signal, code) => {
    const project = await makeProject({});
    // What a container does on TERM is seen on the host.
    const script = "trap 'sleep 1; echo graceful > /out/marker; exit 0' TERM; while :; do sleep 3600 & wait $!; done";
    const web = {
      terminationGracePeriodSeconds: 60,
      containers: { app: shell(script, { volumeMounts: [`${project.folder}/out:/out`] }) },
    };
    await project.write({ 'pods.yaml': onHost({ web }), 'out/.keep': '' });
    const up = await startUp(project);

    up.signal(signal);
    const ended = await up.waitEnd();

    expect(ended.code).toBe(code);
    expect(await readFile(join(project.folder, 'out/marker'), 'utf8')).toBe('graceful\n');
    expect(ended.stderr).toContain(`podrun: taking project ${project.name} down; a second Ctrl-C kills at once\n`);
    expect(ended.stderr).not.toMatch(/killing/);
    expect([
      await project.engine.containers(),
      await project.engine.networks(),
      await project.engine.volumes(),
    ]).toEqual([[], [], []]);
  });
});

describe('output that nobody reads any more', () => {
  test('takes the Pods down gracefully, as a closed terminal does', async () => {
    const project = await makeProject({ 'pods.yaml': onePod() });
    const up = await startUp(project);

    up.closeOutput();
    // What it says of this is the first that it cannot write.
    await project.engine.kill((await project.engine.container('web', 'app')).Id);
    const { code } = await up.waitEnd();

    expect(code).toBe(129);
    expect([
      await project.engine.containers(),
      await project.engine.networks(),
      await project.engine.volumes(),
    ]).toEqual([[], [], []]);
  });
});

describe('a second signal', () => {
  test('within 500 ms is the first one sent twice; later it kills at once', async () => {
    const project = await makeProject({ 'pods.yaml': onePod(shell(deaf), { terminationGracePeriodSeconds: 60 }) });
    const up = await startUp(project);

    up.signal('SIGINT');
    await up.waitFor(/^podrun: taking project/);
    const firstMs = performance.now();
    up.signal('SIGINT');
    // The rule itself is about time: nothing is to be seen of the one that does not count.
    await pause(600 - (performance.now() - firstMs));
    expect(up.output).not.toMatch(/killing/);
    up.signal('SIGINT');
    await up.waitFor(/^podrun: killing what is left$/);
    const ended = await up.waitEnd();

    expect(ended.code).toBe(130);
    expect(await project.engine.containers()).toEqual([]);
  });

  test('after podrun down has begun kills as well', async () => {
    const project = await makeProject({ 'pods.yaml': onePod(shell(deaf), { terminationGracePeriodSeconds: 60 }) });
    const up = await startUp(project);

    const down = project.start('down');
    await up.waitFor(/^podrun: taking project/);
    up.signal('SIGINT');
    await up.waitFor(/^podrun: taking project .* a second Ctrl-C kills at once$/);
    await pause(600);
    up.signal('SIGINT');

    expect((await up.waitEnd()).code).toBe(130);
    expect((await down.waitEnd()).code).toBe(0);
  });

  test('ends a down that works alone', async () => {
    const project = await makeProject({ 'pods.yaml': onePod(shell(deaf), { terminationGracePeriodSeconds: 60 }) });
    const up = await startUp(project);
    up.signal('SIGKILL');
    await up.ended;

    const down = project.start('down');
    await down.waitFor(/^web: Terminating/);
    down.signal('SIGINT');
    await pause(600);
    down.signal('SIGINT');

    expect((await down.waitEnd()).code).toBe(130);
    expect(await project.engine.containers()).toEqual([]);
  });
});
