/** `podrun ls`: the projects on the engine, as `docker compose ls`. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { judgeLease, readLease } from '../../core/lease/lease.ts';
import type { Judgement } from '../../core/lease/lease.ts';
import { rfc3339 } from '../../core/runtime/time.ts';
import type { Engine } from '../../engine/port.ts';
import { alignColumns, headerRow } from '../../output/tables/columns.ts';
import { processStart } from '../../platform/machine-identity.ts';
import { isDone } from '../../run/report/pod-lines.ts';
import { here } from '../../run/fixture/own-lease.ts';
import type { World } from '../../run/world.ts';
import { exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { engineProject } from '../reading/engine-pods.ts';
import { supervisorOf } from '../session.ts';

export interface LsOptions extends GlobalOptions {
  readonly output?: 'json' | 'name' | undefined;
  readonly headers: boolean;
}

/** A project as `-o json` prints it. */
interface ListedProject {
  readonly name: string;
  readonly pods: number;
  /** How many of them are Ready, or have succeeded. */
  readonly ready: number;
  /** The folder that its Pods came from. */
  readonly folder?: string;
  /** Whoever supervises it; `answers` is false for one that hangs or is stopped. */
  readonly supervisor?: { readonly pid?: number; readonly answers: boolean };
  /** The `run` that made it, and what is known of that from here. */
  readonly lease?: {
    readonly who: string;
    readonly host: string;
    readonly pid: number;
    readonly since: string;
    readonly owner: Judgement['kind'];
  };
}

/** Lists every project that has anything on the engine, whichever folder it came from. Changes nothing. */
export async function ls(world: World, options: LsOptions): Promise<number> {
  const engine = await world.connect(options.host);
  try {
    const listed = await engine.projects();
    const projects = await Promise.all(
      listed.map(async ({ name, newestAtMs, lease }) => ({
        ...(await listProject(world, engine, name)),
        ...leaseOf(world, lease, newestAtMs),
      })),
    );
    print(world, options, projects);
    return exitCode.done;
  } finally {
    engine.close();
  }
}

async function listProject(world: World, engine: Engine, name: string): Promise<ListedProject> {
  const supervisor = await supervisorOf(world, engine, name);
  const asked = await supervisor.ask({ op: 'status' });
  if (asked.kind === 'answer') {
    const { owner, pods } = asked.answer;
    return {
      ...counted(name, pods as readonly KubernetesPod[]),
      folder: owner.dir,
      supervisor: { pid: owner.pid, answers: true },
    };
  }
  const { pods, dir } = await engineProject(world, engine, name, supervisor.folder);
  return {
    ...counted(name, pods),
    ...(dir === undefined ? {} : { folder: dir }),
    ...(asked.kind === 'silent' ? { supervisor: { answers: false } } : {}),
  };
}

function leaseOf(
  { clock, isThere }: World,
  text: string | undefined,
  newestAtMs: number,
): Pick<ListedProject, 'lease'> {
  const lease = readLease(text);
  if (lease === undefined) return {};
  const { who, host, pid, sinceMs } = lease;
  const { kind: owner } = judgeLease(
    lease,
    here(),
    (other) => processStart(other, isThere),
    clock.nowMs() - newestAtMs,
  );
  return { lease: { who, host, pid, since: rfc3339(sinceMs), owner } };
}

const counted = (name: string, pods: readonly KubernetesPod[]) => ({
  name,
  pods: pods.length,
  ready: pods.filter(isDone).length,
});

function print(world: World, { output, headers }: LsOptions, projects: readonly ListedProject[]): void {
  if (output === 'json') return void world.stdout.write(`${JSON.stringify(projects, undefined, 2)}\n`);
  if (output === 'name') return void world.stdout.write(projects.map(({ name }) => `${name}\n`).join(''));
  if (projects.length === 0) return void world.stderr.write('No projects found on this engine.\n');
  const rows = projects.map(({ name, ready, pods, folder = '<none>', supervisor, lease }) => [
    name,
    `${ready}/${pods}`,
    leaseText(lease) ?? supervisorText(supervisor),
    folder,
  ]);
  const head = headers ? [headerRow(['project', 'ready', 'supervisor', 'folder'])] : [];
  world.stdout.write(`${alignColumns([...head, ...rows]).join('\n')}\n`);
}

function supervisorText(supervisor: ListedProject['supervisor']): string {
  if (supervisor === undefined) return '<none>';
  return supervisor.answers ? `pid ${supervisor.pid ?? ''}` : 'does not answer';
}

/** Of what a `run` made: whose it is. */
function leaseText(lease: ListedProject['lease']): string | undefined {
  switch (lease?.owner) {
    case undefined:
      return undefined;
    case 'living':
      return `run, pid ${lease.pid}`;
    case 'dead':
      return `left by run, pid ${lease.pid}`;
    case 'far':
      return `run on ${lease.host}`;
  }
}
