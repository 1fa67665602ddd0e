/** `podrun/playwright`: one instance for a run of Playwright, as its `globalSetup`. */
import { up } from './index.ts';
import type { UpOptions } from './lib/api.ts';
import { lend } from './lib/lend.ts';

/** A global set-up with options: `export default podrun({ file: 'test/pods.yaml' })` in a file of one's own. */
export function podrun(options: UpOptions = {}): () => Promise<() => Promise<void>> {
  return async () => {
    const instance = await up(options);
    const takeBack = lend(process.env, instance.env);
    return async () => {
      takeBack();
      await instance.down();
    };
  };
}

/** With the file that is found as `podrun` finds it: `globalSetup: 'podrun/playwright'`. */
const setup: () => Promise<() => Promise<void>> = podrun();
export default setup;
