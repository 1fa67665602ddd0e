/** Projects whose images are built: what was built goes with them, what was replaced meanwhile as well. */
import { onTestFinished } from 'vitest';
import { askEngine } from '../../engine/api.mjs';
import { makeProject, type Project, type WhenFinished } from './harness.ts';

/** A project whose Dockerfiles are to carry {@link builtLabel}: by it their images are found when the test ends. */
export async function makeBuiltProject(whenFinished: WhenFinished = onTestFinished): Promise<Project> {
  const project = await makeProject(
    {},
    {
      whenFinished: (cleanUp) =>
        whenFinished(async () => {
          await cleanUp();
          await removeBuilt(project);
        }),
    },
  );
  return project;
}

/** A line for a Dockerfile. */
export const builtLabel = ({ name }: Pick<Project, 'name'>): string => `LABEL test=${name}`;

async function removeBuilt({ name }: Project): Promise<void> {
  const host = process.env.DOCKER_HOST ?? '';
  const filters = encodeURIComponent(JSON.stringify({ label: [`test=${name}`] }));
  const answer = await askEngine(host, 'GET', `/images/json?filters=${filters}`);
  for (const { Id } of answer.json as { Id: string }[]) await askEngine(host, 'DELETE', `/images/${Id}?force=1`);
}
