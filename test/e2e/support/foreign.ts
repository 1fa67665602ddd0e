/** Things on the engine that are not podrun's, however much they look like it. */
import { onTestFinished } from 'vitest';
import { askEngine } from '../../engine/api.mjs';
import type { WhenFinished } from './harness.ts';

const host = (): string => process.env.DOCKER_HOST ?? '';

/** A running container under that name, without any label; it goes when the test ends. */
export async function runForeign(name: string, image = 'busybox'): Promise<string> {
  const body = { Image: image, Cmd: ['sleep', '3600'], Entrypoint: [], StopSignal: 'SIGKILL' };
  const answer = await askEngine(host(), 'POST', `/containers/create?name=${name}`, { body });
  const { Id } = answer.json as { Id: string };
  onTestFinished(async () => {
    await askEngine(host(), 'DELETE', `/containers/${Id}?force=1&v=1`);
  });
  await askEngine(host(), 'POST', `/containers/${Id}/start`);
  return Id;
}

/** An image of a container, which inherits its labels. */
export async function commit(id: string, repository: string): Promise<string> {
  await askEngine(host(), 'POST', `/commit?container=${id}&repo=${repository}&tag=latest`);
  onTestFinished(async () => {
    await askEngine(host(), 'DELETE', `/images/${repository}:latest?force=1`);
  });
  return `${repository}:latest`;
}

/** Makes an image like busybox, but for these instructions of a Dockerfile. */
export async function makeImage(repository: string, ...instructions: readonly string[]): Promise<string> {
  const created = await askEngine(host(), 'POST', '/containers/create', { body: { Image: 'busybox' } });
  const { Id } = created.json as { Id: string };
  const changes = instructions.map((line) => `&changes=${encodeURIComponent(line)}`).join('');
  await askEngine(host(), 'POST', `/commit?container=${Id}&repo=${repository}&tag=latest${changes}`);
  await askEngine(host(), 'DELETE', `/containers/${Id}`);
  onTestFinished(() => removeImage(`${repository}:latest`));
  return `${repository}:latest`;
}

/** Gives an image another name. */
export async function tagImage(
  image: string,
  repository: string,
  tag = 'latest',
  whenFinished: WhenFinished = onTestFinished,
): Promise<string> {
  await askEngine(host(), 'POST', `/images/${image}/tag?repo=${encodeURIComponent(repository)}&tag=${tag}`);
  whenFinished(() => removeImage(`${repository}:${tag}`));
  return `${repository}:${tag}`;
}

/** Takes an image's name away; one that is not there is fine. */
export async function removeImage(image: string): Promise<void> {
  await askEngine(host(), 'DELETE', `/images/${image}?force=1`).catch((error: unknown) => {
    if (!(error instanceof Error) || !/ 404 /.test(error.message)) throw error;
  });
}
