/** `podrun/vitest`: one instance for a run of Vitest, as its `globalSetup`. */
import { up } from './index.ts';
import type { Endpoint, UpOptions } from './lib/api.ts';
import { lend } from './lib/lend.ts';

/** What tests get by `inject('podrun')`. */
export interface ProvidedPodrun {
  /** The instance's name. */
  readonly project: string;
  /** The file's `endpoints`, `PODRUN_PROJECT` and `PODRUN_ENDPOINTS`: the tests have these in `process.env` as well. */
  readonly env: Readonly<Record<string, string>>;
  /** Every published port, by Pod and then as `5432/tcp`. */
  readonly pods: Readonly<Record<string, Readonly<Record<string, Pick<Endpoint, 'host' | 'port' | 'address'>>>>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    podrun: ProvidedPodrun;
  }
}

/** What is used of Vitest's own project. */
export interface ProvidingProject {
  provide(key: 'podrun', value: ProvidedPodrun): void;
}

/** Vitest ends its process 10 s after the tests (`teardownTimeout`), whatever is still to be done: it is taken down within. */
const graceSeconds = 3;

/** A global set-up with options: `export default podrun({ file: 'test/pods.yaml' })` in a file of one's own. */
export function podrun(options: UpOptions = {}): (project: ProvidingProject) => Promise<() => Promise<void>> {
  return async (project) => {
    const instance = await up(options);
    const { name, env } = instance;
    const takeBack = lend(process.env, env);
    // Only what can be cloned reaches a worker.
    const pods = JSON.parse(JSON.stringify(instance.endpoints())) as ProvidedPodrun['pods'];
    project.provide('podrun', { project: name, env, pods });
    return async () => {
      takeBack();
      await instance.down({ graceSeconds });
    };
  };
}

/** With the file that is found as `podrun` finds it: `globalSetup: ['podrun/vitest']`. */
export const setup: (project: ProvidingProject) => Promise<() => Promise<void>> = podrun();
