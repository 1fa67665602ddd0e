import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { shell, shortForm, startUp } from '../support/look.ts';

test('attach takes part in a process, with its terminal where it has one, and leaves it running', async () => {
  const reader = 'while read line; do echo "got $line"; done; exec sleep 1000';
  const containers = {
    screen: shell(reader, { stdin: true, tty: true }),
    clock: shell('while :; do echo tick; sleep 0.2; done'),
  };
  const once = shell('read line; echo "got $line"; cat', { stdin: true, stdinOnce: true });
  const pods = {
    web: { terminationGracePeriodSeconds: 0, containers },
    job: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: { once } },
  };
  const project = await makeProject({ 'pods.yaml': shortForm(pods) });
  await startUp(project);

  const screen = project.startOnTerminal('attach', '-it', 'web', '-c', 'screen');
  await screen.waitFor(/try pressing enter/);
  screen.type('one\n');
  await screen.waitFor(/got one/);
  screen.type('\u0010\u0011');
  const left = await screen.waitEnd();
  expect(left.code).toBe(0);
  expect(left.stdout).toContain('Session ended, resume using');

  const clock = project.start('attach', 'web', '-c', 'clock', '-q');
  await clock.waitFor(/tick/);
  clock.signal('SIGINT');
  expect(await clock.waitEnd()).toMatchObject({ code: 130, stderr: '' });

  // Its end is the container's: cat ends.
  const piped = await project.runWith('two\nthree\n', 'attach', '-i', 'job', '-q');
  expect(piped).toMatchObject({ code: 0, stdout: 'got two\nthree\n', stderr: '' });

  expect(await project.run('attach', '-i', 'web', '-c', 'clock')).toMatchObject({
    code: 1,
    stderr: 'podrun: container clock has no standard input: give it stdin: true\n',
  });
  expect((await project.run('ps')).stdout).toMatch(/^web +2\/2 +Running +0 /m);
});
