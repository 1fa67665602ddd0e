/** One project with many Pods, one `up`, and many tests that look at it: Kubernetes' own behaviours, each by its title. */
import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Podrun } from './cli.ts';
import type { ContainerDetails } from './engine-client.ts';
import type { Project } from './harness.ts';
import { eventually, shell } from './look.ts';
import { podWhen } from './pod-watch.ts';
import { shareUp } from './shared-up.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a script did, and when: seconds of this machine's uptime, which its containers share. */
export interface Mark {
  readonly at: number;
  readonly text: string;
}

/** A command that leaves a mark under the Pod's name, for containers made by {@link step}; no single quotes: it may stand in a trap. */
export const mark = (text: string): string => `read -r at rest < /proc/uptime; echo "$at ${text}" >> /out/$(hostname)`;

/** A container that can leave marks, and waits for what {@link Shared.allow} allows. */
export const step = (script: string, container: Fields = {}): Fields =>
  shell(script, {
    ...container,
    volumeMounts: ['./out:/out', ...((container.volumeMounts as string[] | undefined) ?? [])],
  });

/** The same as a sidecar. */
export const sidecar = (script: string, container: Fields = {}): Fields => ({
  ...step(script, container),
  restartPolicy: 'Always',
});

/** True once {@link Shared.allow} was called with the name. */
export const isAllowed = (name: string): string => `[ -e /out/go-${name} ]`;

/** Waits until {@link Shared.allow} was called with the name. */
export const waitFor = (name: string): string => `until ${isAllowed(name)}; do sleep 0.1; done`;

/** Runs until TERM, and does something then; `wait` is what a trap may interrupt. */
export const until = (onTerm: string, ...before: readonly string[]): string =>
  [...before, `trap '${onTerm}' TERM`, 'while :; do sleep 3600 & wait $!; done'].join('; ');

/** Hooks and exec probes. */
export const exec = (script: string): Fields => ({ exec: { command: ['sh', '-c', script] } });

export interface Shared {
  readonly project: Project;
  readonly up: Podrun;
  /** Lets go who waits for the name. */
  allow(name: string): Promise<void>;
  /** The marks of a Pod, in the order in which they were left, once there are so many: one comes after its container's start. */
  marks(pod: string, atLeast?: number): Promise<readonly Mark[]>;
  /** The texts alone. */
  texts(pod: string, atLeast?: number): Promise<readonly string[]>;
  /** The Pod once it is as asked for; the error shows its last status. */
  podWhen(name: string, is: (pod: Pod) => boolean, timeoutMs?: number): Promise<Pod>;
  /** The engine's instances of a container, the oldest first: the last dead one is kept. */
  instances(pod: string, container: string): Promise<readonly ContainerDetails[]>;
  /** The messages of a Pod's events of this reason. */
  events(pod: string, reason: string): Promise<readonly string[]>;
  /** When the first of them was, in whole seconds, as Kubernetes tells times. */
  firstEventS(pod: string, reason: string): Promise<number>;
}

/** Starts `up` over these files before the tests of a file, and clears all away after them. */
export function shareProject(makeFiles: () => Readonly<Record<string, string>>): Shared {
  const shared = shareUp(() => ({ 'out/.keep': '', ...makeFiles() }), { until: 'started' });
  return {
    get project() {
      return shared.project;
    },
    get up() {
      return shared.up;
    },
    allow: (name) => shared.project.write({ [`out/go-${name}`]: '' }),
    marks: (pod, atLeast) => marksWhen(shared.project, pod, atLeast),
    texts: async (pod, atLeast) => (await marksWhen(shared.project, pod, atLeast)).map(({ text }) => text),
    podWhen: (name, is, timeoutMs) => podWhen(shared.project, name, is, timeoutMs),
    instances: (pod, container) => instancesOf(shared.project, pod, container),
    events: async (pod, reason) => (await eventsOf(shared.project, pod, reason)).map(({ message }) => message),
    firstEventS: async (pod, reason) => secondsOf((await eventsOf(shared.project, pod, reason))[0]?.firstTimestamp),
  };
}

/** When a mark was left that must be there, the last one of several. */
export function at(marks: readonly Mark[], text: string): number {
  const found = marks.findLast((mark) => mark.text === text);
  if (found === undefined) throw new Error(`no mark ${text}; there are:\n${marks.map((each) => each.text).join('\n')}`);
  return found.at;
}

/** A time of Kubernetes or the engine, in seconds of this machine's uptime. */
export const uptimeAt = (time: string | undefined): number =>
  Date.parse(time ?? '') / 1000 - (Date.now() / 1000 - uptime());

/** A time of Kubernetes as a number. */
export const secondsOf = (time: string | undefined): number => Date.parse(time ?? '') / 1000;

/** The marks of a Pod in any project whose containers are made by {@link step}. */
export async function readMarks(project: Project, pod: string): Promise<readonly Mark[]> {
  const text = await readFile(join(project.folder, 'out', pod), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ at: Number.parseFloat(line), text: line.slice(line.indexOf(' ') + 1) }));
}

async function marksWhen(project: Project, pod: string, atLeast = 0): Promise<readonly Mark[]> {
  const areThere = async () => (await readMarks(project, pod)).length >= atLeast;
  await eventually(`${atLeast} marks of ${pod}`, areThere);
  return readMarks(project, pod);
}

async function instancesOf({ engine }: Project, pod: string, container: string): Promise<readonly ContainerDetails[]> {
  const found = (await engine.containers()).filter(
    ({ Labels }) => Labels['io.kubernetes.pod.name'] === pod && Labels['io.kubernetes.container.name'] === container,
  );
  const all = await Promise.all(found.map(({ Id }) => engine.inspect(Id)));
  return all.toSorted((one, other) => Date.parse(one.State.StartedAt) - Date.parse(other.State.StartedAt));
}

interface PodEvent {
  readonly reason: string;
  readonly message: string;
  readonly firstTimestamp: string;
}

async function eventsOf(project: Project, pod: string, reason: string): Promise<readonly PodEvent[]> {
  const { stdout } = await project.run('events', pod, '-o', 'json');
  const { items } = JSON.parse(stdout) as { items: PodEvent[] };
  return items.filter((item) => item.reason === reason);
}
