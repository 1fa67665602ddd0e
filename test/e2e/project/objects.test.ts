/** Workloads as objects: who they are, what is changed of them by hand, and that both outlive podrun. */
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, killHard, listPods, startUp } from '../support/look.ts';

const web = (replicas: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: app, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, ${JSON.stringify(idle)}]}]
`;

test('a Deployment keeps who it is and how it was scaled by hand over a kill -9 and the state folder’s end', async () => {
  const project = await makeProject({ 'pods.yaml': web(1) });
  const told = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await project.run(...args);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const up = await startUp(project);
  const known = async () => {
    const set = '{.items[0].metadata.uid} {.items[0].metadata.ownerReferences[0].uid}';
    return (await told('get', 'rs', '-o', `jsonpath=${set}`)).split(' ');
  };
  const [setUid, uid] = await known();
  expect(uid).toMatch(/^[0-9a-f]{8}-/);
  expect((await listPods(project)).map(({ metadata }) => metadata?.ownerReferences?.[0]?.uid)).toEqual([setUid]);

  expect(await told('scale', 'deploy/web', '--replicas', '2')).toBe('deployment.apps/web scaled\n');
  expect(await told('rollout', 'status', 'deploy/web')).toContain('deployment "web" successfully rolled out');
  const before = (await listPods(project)).map(({ metadata }) => metadata?.uid).toSorted();
  expect(before).toHaveLength(2);

  await killHard(up);
  await rm(join(dirname(project.folder), 'state', 'podrun'), { recursive: true });
  const next = await startUp(project);
  expect((await listPods(project)).map(({ metadata }) => metadata?.uid).toSorted()).toEqual(before);
  expect(await known()).toEqual([setUid, uid]);
  const { stderr } = await project.run('diff');
  expect(stderr).toContain('Deployment web: replicas is 2 by hand, 1 in the file');

  await project.write({ 'pods.yaml': web(3) });
  await next.waitFor(/^podrun: reloaded: all 3 Pods ready/);
  await told('down', '--now');
  expect(await project.engine.volumes()).toEqual([]);
}, 300_000);
