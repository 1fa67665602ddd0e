import { readFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRegistry, type Registry } from '../../contract/registry.ts';
import { ensureBusybox } from '../../engine/packages.mjs';
import { removeImage, tagImage } from '../support/foreign.ts';
import { makeProject } from '../support/harness.ts';
import { footprint, idle, readPod, reloadedLine, shell, shortForm, startUp } from '../support/look.ts';

/** A registry whose image `one` can be run. */
async function startRegistry(): Promise<Registry> {
  const registry = await openRegistry({ 'bin/httpd': await readFile(ensureBusybox()) });
  onTestFinished(async () => {
    await registry.close();
    await removeImage(`${registry.host}/one:latest`);
  });
  return registry;
}

const webOf = (image: string, imagePullPolicy?: string) =>
  shortForm({ web: { containers: { app: { image, imagePullPolicy, command: ['/bin/httpd', '-f', '-p', '8080'] } } } });

const pullsOf = ({ requests }: Registry) =>
  requests.filter((request) => /^(GET|HEAD) \/v2\/one\/manifests\/latest$/.test(request)).length;

describe('an image', () => {
  test('that is absent is pulled, and not again while it is there', async () => {
    const registry = await startRegistry();
    const project = await makeProject({ 'pods.yaml': webOf(`${registry.host}/one`) });
    const up = await startUp(project);
    const pulls = pullsOf(registry);

    await project.engine.kill((await project.engine.container('web', 'app')).Id);
    await up.waitFor(/^web: creating container app/);

    expect(pulls).toBeGreaterThan(0);
    expect(pullsOf(registry)).toBe(pulls);
  });

  test('with Always is pulled for every start', async () => {
    const registry = await startRegistry();
    const project = await makeProject({ 'pods.yaml': webOf(`${registry.host}/one`, 'Always') });
    const up = await startUp(project);
    const pulls = pullsOf(registry);

    await project.engine.kill((await project.engine.container('web', 'app')).Id);
    await up.waitFor(/^web: pulling image .*\/one: containers\.app\.image: .* \(imagePullPolicy is Always\)$/);
    await up.waitFor(/^web: creating container app/);

    expect(pulls).toBeGreaterThan(0);
    expect(pullsOf(registry)).toBeGreaterThan(pulls);
  });

  test('of a private registry is pulled by the Pod’s imagePullSecrets, which nothing shows', async () => {
    const registry = await startRegistry();
    registry.isPrivate = true;
    const image = `${registry.host}/one`;
    const auth = Buffer.from('user:secret').toString('base64');
    const login = JSON.stringify({ auths: { [registry.host]: { auth } } });
    const secret = (text: string) => ({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, type: 'kubernetes.io/dockerconfigjson' },
      stringData: { '.dockerconfigjson': text },
    });
    const containers = { app: { image, command: ['/bin/httpd', '-f', '-p', '8080'] } };
    const pods = shortForm({ web: { imagePullSecrets: [{ name: 'login' }, { name: 'gone' }], containers } });
    const file = (text: string) => `${pods}\n---\n${JSON.stringify(secret(text))}\n`;
    const project = await makeProject({ 'pods.yaml': file('{"auths": {}}') });

    const up = project.start('up');
    await up.waitFor(/^web\/app: pulling image \S+ failed: /);
    const planned = [await project.run('diff'), await project.run('diff', '-o', 'json')];
    await project.write({ 'pods.yaml': file(login) });
    await up.waitFor(/^podrun: (?:reloaded: )?1 Pod ready/);

    const events = (await project.run('events')).stdout;
    expect(events.match(/FailedToRetrieveImagePullSecret .*$/gm)).toEqual([
      expect.stringMatching(/Unable to retrieve some image pull secrets \(gone\); attempting to pull/),
    ]);
    const { Id } = await project.engine.container('web', 'app');
    const seen = [
      planned,
      up.output,
      events,
      await project.run('events', '-o', 'json'),
      await project.engine.inspect(Id),
    ];
    for (const word of [auth, 'user:secret']) expect(JSON.stringify(seen)).not.toContain(word);
  });

  test('of an edit that cannot be pulled stops nothing; mended, the edit is applied', async () => {
    const registry = await startRegistry();
    const file = (image: string, hostname = 'one') =>
      shortForm({ web: { hostname, containers: { app: shell(idle, { image }), side: shell(idle) } } });
    const project = await makeProject({ 'pods.yaml': file('busybox') });
    const up = await startUp(project);
    const before = await footprint(project.engine);

    for (const hostname of ['one', 'two']) {
      await project.write({ 'pods.yaml': file(`${registry.host}/none`, hostname) });
      await up.waitFor(/^web\/app: pulling image .*\/none failed: .*; trying again in 10s$/);
      expect(await footprint(project.engine)).toEqual(before);
    }
    const image = await tagImage('busybox', `${registry.host}/other`);
    await project.write({ 'pods.yaml': file(image) });
    await up.waitFor(reloadedLine);

    const [app, side] = (await readPod(project, 'web')).status?.containerStatuses ?? [];
    expect([app?.image, app?.restartCount, side?.restartCount]).toEqual([image, 1, 0]);
  });
});
