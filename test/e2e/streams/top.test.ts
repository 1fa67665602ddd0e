import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, shell, shortForm, startUp } from '../support/look.ts';

test('top tells what the containers use', async () => {
  const containers = { busy: shell('while :; do :; done'), calm: shell(idle) };
  const pods = { web: { terminationGracePeriodSeconds: 0, containers } };
  const project = await makeProject({ 'pods.yaml': shortForm(pods) });
  await startUp(project);

  const all = await project.run('top', '--containers', '--sort-by', 'cpu');
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(
    /^POD +NAME +CPU\(cores\) +MEMORY\(bytes\)\nweb +busy +[1-9]\d+m +\d+Mi\nweb +calm +\dm +\d+Mi\n$/,
  );
  expect((await project.run('top', 'pod', 'web', '--no-headers')).stdout).toMatch(/^web +\d+m +\d+Mi\n$/);
  expect(await project.run('top', 'nope')).toMatchObject({ code: 1, stderr: 'podrun: pods "nope" not found\n' });
  const watch = project.start('top', '-w', '--no-headers');
  await watch.waitFor(/^web +\d+m +\d+Mi\n/);
  await watch.waitFor(/^web +\d+m +\d+Mi\n/);
  watch.signal('SIGINT');
  expect(await watch.waitEnd()).toMatchObject({ code: 130, stderr: '' });
});
