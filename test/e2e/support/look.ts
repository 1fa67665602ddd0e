/** What scenarios write into their files again and again, and the ways in which they look at what came of it. */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { waitUntil } from '../../engine/wait.mjs';
import type { Podrun } from './cli.ts';
import type { Project } from './harness.ts';
import type { ContainerSummary, EngineClient } from './engine-client.ts';

/**
 * What is due may begin so much later, in seconds, on a slow machine that starts dozens of containers at once: an upper
 * bound only tells apart what comes from what never would, or would after a default of 30 s.
 */
export const allowance = 20;

/** The same as the bound of a wait for what is due at once, in milliseconds. */
export const soonMs = allowance * 1_000;

/** A shell that runs until it is asked to end, and then ends at once. */
export const idle = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done";

/** The same after some commands. */
export const idleAfter = (...commands: readonly string[]): string =>
  ["trap 'exit 0' TERM", ...commands, idle].join('; ');

/** A short form of one Pod and one container, in the machine's network. */
export const onePod = (
  container: Readonly<Record<string, unknown>> = {},
  pod: Readonly<Record<string, unknown>> = {},
) => onHost({ web: { ...pod, containers: { app: shell(idle, container) } } });

/** A container of the short form that runs a shell script. */
export function shell(
  script: string,
  container: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { image: 'busybox', command: ['sh', '-c', script], ...container };
}

/** JSON is YAML. */
export function shortForm(
  pods: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({ pods, ...more }, undefined, 2);
}

/**
 * The same for what has nothing to do with a network, in the machine's: one of its own is two thirds of what a sandbox
 * costs Docker 20.10, which starts itself three times for it.
 */
export function onHost(pods: Readonly<Record<string, object>>, more: Readonly<Record<string, unknown>> = {}): string {
  return shortForm(
    Object.fromEntries(Object.entries(pods).map(([name, pod]) => [name, { hostNetwork: true, ...pod }])),
    more,
  );
}

export const readyLine = /^podrun: (?:all )?\d+ Pods? ready/;
export const reloadedLine = /^podrun: reloaded: (?:all )?\d+ Pods? ready/;

/** Starts `up` and waits until all is Ready. */
export async function startUp(project: Project, ...options: readonly string[]): Promise<Podrun> {
  const up = project.start('up', ...options);
  await up.waitFor(readyLine);
  return up;
}

/** Kills a podrun as a machine's out-of-memory killer would, and waits until it is gone. */
export async function killHard(podrun: Podrun): Promise<void> {
  podrun.signal('SIGKILL');
  await podrun.ended;
}

/** All Pods, as `ps -o json` tells them. */
export async function listPods(project: Project, ...options: readonly string[]): Promise<Pod[]> {
  const { code, stdout, stderr } = await project.run(...options, 'ps', '-A', '-o', 'json');
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { items: Pod[] }).items;
}

export async function readPod(project: Project, name: string): Promise<Pod> {
  const pod = (await listPods(project)).find(({ metadata }) => metadata?.name === name);
  if (pod === undefined) throw new Error(`there is no Pod ${name}`);
  return pod;
}

/** What would differ if a container were started, replaced or removed: `NAME ID STARTED` of each. */
export async function footprint(engine: EngineClient): Promise<string[]> {
  const all = await Promise.all((await engine.containers()).map(({ Id }) => engine.inspect(Id)));
  return all.map(({ Name, Id, State }) => `${Name} ${Id} ${State.StartedAt} ${State.Status}`).toSorted();
}

/** Waits until a finished Pod's sandbox is stopped, a moment after its last container's end. */
export function sandboxStopped({ engine }: Project, pod: string): Promise<void> {
  return eventually(`the sandbox of ${pod} is stopped`, async () =>
    (await engine.containers()).every(
      ({ Labels, State }) => Labels['io.kubernetes.pod.name'] !== pod || State === 'exited',
    ),
  );
}

export const nameOf = ({ Names }: ContainerSummary): string => (Names[0] ?? '').slice(1);

/** Waits for what no output of podrun tells. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 45_000,
): Promise<void> {
  expect(await waitUntil(condition, timeoutMs), what).toBe(true);
}
