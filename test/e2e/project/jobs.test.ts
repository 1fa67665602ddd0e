/** Jobs on a real engine: the example, from the first Pod to what is left when all have been pruned. */
import { expect, test } from 'vitest';
import { makeExample } from '../support/example.ts';
import { listPods } from '../support/look.ts';

test(
  'jobs: a failed Pod is followed by another; what is Complete is not run again, unless it is edited',
  { timeout: 400_000 },
  async () => {
    const project = await makeExample('jobs');
    // Without the CronJob, `up` ends when the Jobs have.
    const [squares = '', importer = ''] = (project.files['pods.yaml'] ?? '').split('\n---\n');
    const file = `${squares}\n---\n${importer}\n`;
    await project.write({ 'pods.yaml': file });
    expect((await project.run('validate')).stderr).toBe('');

    const first = await project.run('up');
    expect(first.code, first.stderr).toBe(0);
    for (const index of [0, 1, 2])
      expect(first.stdout).toMatch(
        new RegExp(`^squares-${index}-\\w{5}/app +\\| ${index} squared is ${index * index}$`, 'm'),
      );
    const pods = await listPods(project);
    const of = (job: string) => pods.filter(({ metadata }) => metadata?.labels?.['job-name'] === job);
    expect(
      of('import')
        .map(({ status }) => status?.phase)
        .toSorted(),
    ).toEqual(['Failed', 'Succeeded']);
    expect(
      of('squares')
        .map(({ spec }) => spec?.hostname)
        .toSorted(),
    ).toEqual(['squares-0', 'squares-1', 'squares-2']);
    const [failed, next] = of('import').toSorted((a, b) =>
      (a.status?.startTime ?? '').localeCompare(b.status?.startTime ?? ''),
    );
    const endedAtMs = Date.parse(failed?.status?.containerStatuses?.[0]?.state?.terminated?.finishedAt ?? '');
    expect(Date.parse(next?.metadata?.creationTimestamp ?? '') - endedAtMs).toBeGreaterThanOrEqual(9_000);
    const jobs = await project.run('get', 'jobs');
    expect(jobs.stdout).toMatch(/^import +Complete +1\/1 /m);
    expect(jobs.stdout).toMatch(/^squares +Complete +3\/3 /m);

    // Nothing runs: a prune takes them all.
    for (const { Id } of await project.engine.containers()) await project.engine.remove(Id);
    const again = await project.run('up');
    expect([again.code, again.stdout]).toEqual([0, '']);

    await project.write({ 'pods.yaml': file.replace('squared is', 'times itself is') });
    expect((await project.run('diff')).stdout).toContain('squares');
    const edited = await project.run('up');
    expect(edited.code, edited.stderr).toBe(0);
    expect(edited.stdout).toMatch(/^squares-2-\w{5}\/app +\| 2 times itself is 4$/m);
    expect(edited.stdout).not.toContain('imported');

    expect((await project.run('down', '--volumes')).code).toBe(0);
    expect(await project.engine.volumes()).toEqual([]);
  },
);
