import { expect, test } from 'vitest';
import { fetchText, findFreePort, makeProject } from '../support/harness.ts';
import { shell, shortForm, startUp } from '../support/look.ts';

test('port tells where a port is published, and ps shows it', async () => {
  const free = await findFreePort();
  const ports = [{ name: 'http', containerPort: 8080, hostPort: free }];
  const app = shell('mkdir /www; echo well >/www/index.html; exec httpd -f -p 8080 -h /www', {
    ports,
    readinessProbe: { httpGet: { path: '/', port: 8080 } },
  });
  const pods = { web: { terminationGracePeriodSeconds: 0, containers: { app } } };
  const project = await makeProject({ 'pods.yaml': shortForm(pods) });
  await startUp(project);

  const address = `127.0.0.1:${free}`;
  expect(await project.run('port', 'web')).toMatchObject({ code: 0, stdout: `8080/tcp -> ${address}\n` });
  for (const port of ['8080', '8080/tcp', 'http'])
    expect((await project.run('port', 'web', port)).stdout).toBe(`${address}\n`);
  expect(await fetchText(`http://${address}/`)).toBe('well\n');
  expect(await project.run('port', 'web', '8080/udp')).toMatchObject({
    code: 1,
    stderr: 'podrun: port 8080/udp of pod web is not published; published are 8080/tcp\n',
  });
  expect((await project.run('ps')).stdout).toMatch(new RegExp(` +127\\.0\\.0\\.1:${free}->8080/tcp\n$`));
  expect((await project.run('get', 'pods')).stdout).not.toContain('->');
});
