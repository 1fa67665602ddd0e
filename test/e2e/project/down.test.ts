import { describe, expect, test } from 'vitest';
import { makeProject, type Project } from '../support/harness.ts';
import { allowance, eventually, idle, killHard, onHost, onePod, readyLine, shell, startUp } from '../support/look.ts';

/** Ignores TERM: only KILL ends it. */
const deaf = "trap '' TERM; while :; do sleep 1; done";
const volumes = { kept: {} };
/** A Pod with everything that `down` has to clear away. */
const full = onHost(
  {
    web: {
      labels: { step: 'one' },
      terminationGracePeriodSeconds: 20,
      containers: { app: shell(idle, { volumeMounts: ['kept:/kept', 'scratch:/scratch'] }) },
      volumes: { scratch: {} },
    },
  },
  { volumes },
);

describe('down', () => {
  test('ends a running up, and leaves nothing but the persistent volume; --volumes takes that too', async () => {
    const project = await makeProject({ 'pods.yaml': full });
    const up = await startUp(project);
    // A label is applied live, and so writes a record.
    await project.write({ 'pods.yaml': full.replace('"one"', '"two"') });
    await up.waitFor(/^podrun: reloaded: 1 Pod ready/);
    // The persistent one, the Pod's emptyDir, its record, and the one that only podrun writes to.
    expect((await project.engine.volumes()).length).toBe(4);

    const down = await project.run('down');
    const ended = await up.waitEnd();

    expect([down.code, down.stderr.trim().split('\n').at(-1)]).toEqual([0, `podrun: project ${project.name} is down`]);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(`podrun: taking project ${project.name} down, as podrun down asks\n`);
    expect(await left(project)).toEqual({ containers: 0, networks: 0, volumes: [`${project.name}_kept`] });
    const more = await project.run('down', '--volumes');
    expect([more.code, await left(project)]).toEqual([0, nothing]);
  });

  test('needs no file and no supervisor: -p from anywhere', async () => {
    const project = await makeProject({ 'pods.yaml': full });
    await killHard(await startUp(project));
    const elsewhere = await makeProject({ 'notes.txt': 'no manifest here' });

    const down = await elsewhere.run('-p', project.name, 'down', '--volumes');

    expect(down.code, down.stderr).toBe(0);
    expect(await left(project)).toEqual(nothing);
  });

  test('of what is not there is fine', async () => {
    const project = await makeProject({ 'pods.yaml': full });

    const down = await project.run('down');

    expect([down.code, down.stdout]).toEqual([0, '']);
    expect(down.stderr).toBe(`podrun: project ${project.name} is down\n`);
  });

  test.each([
    [['--grace-period', '0'], /add --force/],
    [['--grace-period', '-1'], /--grace-period takes a whole number, 0 or more/],
    [['--force', '--grace-period', '5'], /--force takes no --grace-period/],
    [['--now', '--force'], /--now and --force/],
    [['--now', '--grace-period', '3'], /--now and --grace-period/],
  ])('%j is a usage error, and nothing is touched', async (options, message) => {
    const project = await makeProject({ 'pods.yaml': onePod() });

    const { code, stderr } = await project.run('down', ...options);

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('the grace of a container that ignores TERM', () => {
  test.concurrent.for([
    // The Pod's own; an override; and the 2 s that every container is granted (docs/pod-lifecycle.md#termination).
    { options: [], ownSeconds: 4, grantedMs: 4_000 },
    { options: ['--grace-period', '3'], ownSeconds: 60, grantedMs: 3_000 },
    { options: ['--now'], ownSeconds: 60, grantedMs: 2_000 },
  ])('down $options of a Pod with $ownSeconds s is $grantedMs ms', async (each, { onTestFinished: whenFinished }) => {
    const { options, ownSeconds, grantedMs } = each;
    const pods = onePod(shell(deaf), { terminationGracePeriodSeconds: ownSeconds });
    const project = await makeProject({ 'pods.yaml': pods }, { whenFinished });
    const up = await startUp(project);

    const down = project.start('down', ...options);
    await up.waitFor(/^podrun: taking project/);
    const beganMs = performance.now();
    const { code } = await down.waitEnd(grantedMs + 1000 * allowance);
    const tookMs = performance.now() - beganMs;

    expect(code).toBe(0);
    expect((await up.waitEnd()).code).toBe(0);
    expect(tookMs).toBeGreaterThan(grantedMs - 50);
    expect(tookMs).toBeLessThan(grantedMs + 1000 * allowance);
    expect(await left(project)).toEqual(nothing);
  });

  test('is only shortened by a second down', async () => {
    const project = await makeProject({ 'pods.yaml': onePod(shell(deaf), { terminationGracePeriodSeconds: 60 }) });
    const up = await startUp(project);

    const first = project.start('down');
    await up.waitFor(/^podrun: taking project/);
    const longer = project.start('down', '--grace-period', '90');
    await up.waitFor(/^podrun: taking project/);
    const shorter = project.start('down', '--now');
    const ends = await Promise.all([first, longer, shorter, up].map((podrun) => podrun.waitEnd()));

    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  });
});

describe('a volume that somebody else uses', () => {
  test('does not keep down for ever: it is named, and the next down removes it', async () => {
    const project = await makeProject({ 'pods.yaml': full });
    await startUp(project);
    const { Id } = await project.engine.container('web', 'app');
    const name = `${project.name}-kept`;
    await project.engine.rename(Id, name);

    const down = await project.run('down');

    expect(down.code, down.stderr).toBe(1);
    expect(down.stderr).toMatch(
      new RegExp(
        `^podrun: ${project.name}\\.web\\.scratch\\.\\w+ cannot be removed: .*volume is in use - \\[${Id}\\]$`,
        'm',
      ),
    );
    expect((await project.engine.inspect(Id)).State.Running).toBe(true);
    await project.engine.remove(Id);
    const again = await project.run('down', '--volumes');
    expect([again.code, await left(project)]).toEqual([0, nothing]);
  });
});

describe('up after down', () => {
  test('makes new Pods with the data of the persistent volume', async () => {
    const script = `[ -e /kept/first ] && echo "found it" || touch /kept/first; ${idle}`;
    const pods = (uid: string) =>
      onHost(
        { web: { labels: { uid }, containers: { app: shell(script, { volumeMounts: ['kept:/kept'] }) } } },
        { volumes },
      );
    const project = await makeProject({ 'pods.yaml': pods('a') });
    await startUp(project);
    expect((await project.run('down')).code).toBe(0);

    const again = project.start('up');
    await again.waitFor(readyLine);
    await eventually('the volume kept its content', () => /found it/.test(again.output));
  });
});

const nothing = { containers: 0, networks: 0, volumes: [] };

async function left({ engine }: Project) {
  return {
    containers: (await engine.containers()).length,
    networks: (await engine.networks()).length,
    volumes: await engine.volumes(),
  };
}
