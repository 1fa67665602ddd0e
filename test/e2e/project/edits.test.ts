/** How editors and people write the file while `up` follows it: one project, whose file is written from test to test. */
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { footprint, idle, onHost, reloadedLine, shell } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { shareUp } from '../support/shared-up.ts';
import { statusOf } from '../support/status.ts';

const web = (value: string, script = idle) =>
  onHost({
    web: { terminationGracePeriodSeconds: 60, containers: { app: shell(script, { env: { VALUE: value } }) } },
  });

const shared = shareUp(() => ({ 'pods.yaml': web('one') }));

async function valueNow(): Promise<string | undefined> {
  const { Config } = await shared.project.engine.container('web', 'app');
  return Config.Env.find((entry) => entry.startsWith('VALUE='))?.slice('VALUE='.length);
}

/** The attempt, which ends its name. */
const attemptNow = async () => Number((await shared.project.engine.container('web', 'app')).Name.split('.').at(-1));

describe('the file', () => {
  test('may be replaced, as editors do', async () => {
    const { project, up } = shared;

    for (const value of ['two', 'three']) {
      await writeFile(join(project.folder, 'pods.yaml~'), web(value));
      await rename(join(project.folder, 'pods.yaml~'), join(project.folder, 'pods.yaml'));
      await up.waitFor(new RegExp(`^web: creating container app: .*-> ${value}$`));
      await up.waitFor(reloadedLine);
      expect(await valueNow()).toBe(value);
    }
  });

  test('half written is not read', async () => {
    const { project, up } = shared;
    const text = web('whole');

    const file = await open(join(project.folder, 'pods.yaml'), 'w');
    await file.write(text.slice(0, 30));
    await sleep(50);
    await file.write(text.slice(30));
    await file.close();
    await up.waitFor(reloadedLine);

    expect(await valueNow()).toBe('whole');
    expect(up.output).not.toMatch(/error|not valid/);
  });

  test('written twenty times in a burst ends as the last one says', async () => {
    const { project, up } = shared;

    for (let edit = 1; edit <= 20; edit += 1) {
      await project.write({ 'pods.yaml': web(String(edit)) });
      await sleep(15);
    }
    await up.waitFor(/-> 20$/);
    await up.waitFor(reloadedLine);

    expect(await valueNow()).toBe('20');
    expect((await project.run('diff')).code).toBe(0);
    const live = (await project.engine.containers()).filter(({ State }) => State === 'running');
    expect(live).toHaveLength(2);
  });

  test('may be edited again while an edit is still being applied', async () => {
    const slow = "trap 'sleep 2; exit 0' TERM; while :; do sleep 3600 & wait $!; done";
    const { project, up } = shared;
    await project.write({ 'pods.yaml': web('one', slow) });
    await up.waitFor(reloadedLine);
    const { length: told } = up.output;
    const attempt = await attemptNow();

    await project.write({ 'pods.yaml': web('two', slow) });
    await up.waitFor(/^web: stopping container app/);
    await project.write({ 'pods.yaml': web('three') });
    await up.waitFor(reloadedLine);

    expect(await valueNow()).toBe('three');
    expect(await attemptNow()).toBe(attempt + 1);
    await podWhen(project, 'web', (pod) => statusOf(pod, 'app').restartCount === attempt + 1);
    expect(up.output.slice(told)).not.toMatch(/killing/);
  });

  test('that is not valid is shown and touches nothing, until it is mended', async () => {
    const { project, up } = shared;
    const before = await footprint(project.engine);

    await project.write({ 'pods.yaml': web('two').replace('"image"', '"imagge"') });
    await up.waitFor(/^pods\.yaml:\d+:\d+: error: pods\.web\.containers\.app\.imagge: unknown field "imagge"$/);
    await up.waitFor(/^podrun: invalid manifest; running Pods are unchanged until it is fixed$/);
    expect(await footprint(project.engine)).toEqual(before);
    await project.write({ 'pods.yaml': web('three') });
    await up.waitFor(/^podrun: the file was edited: nothing that matters has changed$/);
    expect(await footprint(project.engine)).toEqual(before);
    await project.write({ 'pods.yaml': web('mended') });
    await up.waitFor(reloadedLine);

    expect(await valueNow()).toBe('mended');
  });

  test('may be deleted and come back', async () => {
    const { project, up } = shared;
    const before = await footprint(project.engine);

    await rm(join(project.folder, 'pods.yaml'));
    await up.waitFor(/^pods\.yaml:1:1: error: there is no such file$/);
    expect(await footprint(project.engine)).toEqual(before);
    await project.write({ 'pods.yaml': web('back') });
    await up.waitFor(reloadedLine);

    expect(await valueNow()).toBe('back');
  });

  test('follows what .env says for ${VAR}, also a .env that comes and goes', async () => {
    const { project, up } = shared;
    await project.write({ 'pods.yaml': web('${WORD:-none}') });
    await up.waitFor(reloadedLine);
    expect(await valueNow()).toBe('none');

    for (const word of ['hello', 'bye']) {
      await project.write({ '.env': `WORD=${word}\n` });
      await up.waitFor(new RegExp(`^web: creating container app: .*-> ${word}$`));
      await up.waitFor(reloadedLine);
    }
    await rm(join(project.folder, '.env'));
    await up.waitFor(/^web: creating container app: .*bye -> none$/);
    await up.waitFor(reloadedLine);

    expect(await valueNow()).toBe('none');
  });

  test('keeps its project’s name while that is up', async () => {
    const { project, up } = shared;
    const before = await footprint(project.engine);

    await project.write({ 'pods.yaml': onHost({ web: { containers: { app: shell(idle) } } }, { name: 'other' }) });
    await up.waitFor(new RegExp(`^pods\\.yaml:1:1: error: name: the project’s name is ${project.name} while it is up`));

    expect(await footprint(project.engine)).toEqual(before);
  });
});
