/** How scenarios look into containers: by what a script in one prints. */
import { expect, onTestFinished } from 'vitest';
import { askEngine } from '../../engine/api.mjs';
import type { Project } from './harness.ts';
import { onHost, shell } from './look.ts';

/** Runs a shell script in a running container and gives what it printed. */
export async function sh({ engine }: Project, pod: string, container: string, script: string): Promise<string> {
  const { Id } = await engine.container(pod, container);
  return (await engine.exec(Id, 'sh', '-c', script)).output.trimEnd();
}

/** A container that runs a script to its end, and what it is to print. */
export interface Once {
  readonly script: string;
  readonly container?: Readonly<Record<string, unknown>>;
  /** What its Pod is to have: it is in one of its own, as `app`. Those that ask for nothing but volumes are in one together. */
  readonly pod?: Readonly<Record<string, unknown>>;
  /** Its lines. */
  readonly says: readonly string[] | RegExp;
}

type Cases = Readonly<Record<string, Once>>;

/** The short form of such containers, by their names. No `$` in them is for podrun to replace. */
export function onceEach(cases: Cases, more: Readonly<Record<string, unknown>> = {}, form = onHost): string {
  const pods: Record<string, object> = {};
  const volumes: Record<string, unknown> = {};
  const together: Record<string, object> = {};
  for (const [name, { script, container, pod }] of Object.entries(cases)) {
    const made = shell(script, container);
    if (isTogether(pod)) {
      // Each has volumes of its own.
      for (const [volume, source] of Object.entries(pod?.volumes ?? {})) volumes[`${name}-${volume}`] = source;
      together[name] = { ...made, volumeMounts: (made['volumeMounts'] as Mount[] | undefined)?.map(renamed(name)) };
    } else pods[name] = { restartPolicy: 'Never', ...pod, containers: { app: made } };
  }
  if (Object.keys(together).length > 0) pods[togetherName] = { restartPolicy: 'Never', volumes, containers: together };
  return form(pods, more).replaceAll('$', '$$$$');
}

type Mount = string | { readonly name: string };

/** The Pod of those that need none of their own. */
export const togetherName = 'together';

const isTogether = (pod: Once['pod']): pod is { readonly volumes: object } | undefined =>
  pod === undefined || Object.keys(pod).join() === 'volumes';

const renamed = (container: string) => (mount: Mount) =>
  typeof mount === 'string' ? `${container}-${mount}` : { ...mount, name: `${container}-${mount.name}` };

/** Compares what each of them printed, all at once, by the output of an `up` that ran to its end. */
export function expectSaid(stdout: string, cases: Cases): void {
  const said = saidBy(stdout);
  const found = Object.fromEntries(
    Object.entries(cases).map(([name, { pod }]) => [
      name,
      said[isTogether(pod) ? `${togetherName}/${name}` : `${name}/app`] ?? [],
    ]),
  );
  const wanted = Object.entries(cases).map(([name, { says }]) => {
    if (!(says instanceof RegExp)) return [name, says];
    return [name, says.test(found[name]?.join('\n') ?? '') ? found[name] : says];
  });
  expect(found).toEqual(Object.fromEntries(wanted));
}

/** The lines of each container in the output of `up`, by `POD/CONTAINER`. */
export function saidBy(stdout: string): Readonly<Record<string, readonly string[]>> {
  const said: Record<string, string[]> = {};
  for (const line of stdout.split('\n')) {
    const [, from, text] = /^(\S+\/\S+) +\| ?(.*)$/.exec(line) ?? [];
    if (from !== undefined && text !== undefined) (said[from] ??= []).push(text);
  }
  return said;
}

/**
 * What the engine says when it is asked to run something privileged; undefined where it does. On a machine that is itself
 * held back, runc is refused the capabilities.
 */
export async function refusalOfPrivileged({ name }: Project): Promise<string | undefined> {
  const host = process.env.DOCKER_HOST ?? '';
  const body = { Image: 'busybox', Cmd: ['true'], HostConfig: { Privileged: true } };
  const created = await askEngine(host, 'POST', `/containers/create?name=${name}-privileged`, { body });
  const { Id } = created.json as { Id: string };
  onTestFinished(async () => {
    await askEngine(host, 'DELETE', `/containers/${Id}?force=1`);
  });
  return askEngine(host, 'POST', `/containers/${Id}/start`).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message.replace(/^POST \S+: \d+ /, '') : ''),
  );
}
