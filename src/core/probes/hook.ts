/** Hooks: postStart before the next container starts, preStop inside the grace (docs/pod-lifecycle.md#hooks). */
import { withEntry } from '../state/entries.ts';
import type { Container } from '../../model/container.ts';
import type { LifecycleHandler } from '../../model/probe.ts';
import type { HookHandler, HookResult } from './check.ts';
import type { Instance } from '../runtime/observed.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { namedPort } from './probe.ts';
import { hookKeyOf, instanceOf, readHookKey } from '../runtime/run-key.ts';
import type { HookMemory, HookType } from '../state/planned.ts';
import type { PodMemoryDraft } from '../state/pod-memory.ts';

export const hookKey = (instance: Instance, type: HookType): string => hookKeyOf(instanceOf(instance.container), type);

/** Begins a hook unless it has begun before, and gives how far it is. */
export function runHook(p: PodPlanner, pod: PodRef, instance: Instance, type: HookType, spec: HookSpec): HookMemory {
  const key = hookKey(instance, type);
  const before = p.memory.hooks.get(key);
  if (before !== undefined) return before;
  const handler = resolveHook(spec.handler, spec.container);
  const memory: HookMemory = typeof handler === 'string' ? { failed: handler } : 'running';
  p.memory.hooks = withEntry(p.memory.hooks, key, memory);
  const { id } = instance.container;
  if (typeof handler !== 'string')
    p.turn.hooks.push({ key, type, pod, container: instance.name, containerId: id, address: spec.address, handler });
  return memory;
}

/** The run goes without: a hook that an edit adds later is for the next run. */
export function skipHook(p: PodPlanner, instance: Instance, type: HookType): HookMemory {
  const key = hookKey(instance, type);
  const memory = p.memory.hooks.get(key) ?? 'done';
  p.memory.hooks = withEntry(p.memory.hooks, key, memory);
  return memory;
}

export interface HookSpec {
  readonly handler: LifecycleHandler;
  /** For its named ports. */
  readonly container: Pick<Container, 'name' | 'ports'>;
  readonly address: string;
}

export function endHook(memory: PodMemoryDraft, key: string, result: HookResult, nowMs: number): void {
  const { run, type } = readHookKey(key);
  const stop = type === 'preStop' ? memory.stops.get(run) : undefined;
  if (stop !== undefined) memory.stops = withEntry(memory.stops, run, { ...stop, hookedAtMs: nowMs });
  if (memory.hooks.has(key))
    memory.hooks = withEntry(memory.hooks, key, result.ok ? 'done' : { failed: result.message });
}

function resolveHook(
  { exec, httpGet, sleep }: LifecycleHandler,
  container: HookSpec['container'],
): HookHandler | string {
  if (exec !== undefined) return { kind: 'exec', command: exec.command };
  if (sleep !== undefined) return { kind: 'sleep', seconds: sleep.seconds };
  if (httpGet === undefined) return 'missing hook handler';
  const port = typeof httpGet.port === 'number' ? httpGet.port : namedPort(container, httpGet.port);
  if (port === undefined) return `couldn't find port: ${httpGet.port} in container: ${container.name}`;
  const host = httpGet.host === undefined ? {} : { host: httpGet.host };
  return { kind: 'httpGet', scheme: httpGet.scheme, port, path: httpGet.path, headers: httpGet.httpHeaders, ...host };
}
