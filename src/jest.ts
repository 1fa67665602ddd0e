/** `podrun/jest`: one instance for a run of Jest, as its `globalSetup` and its `globalTeardown`. */
import { up } from './index.ts';
import type { UpOptions } from './lib/api.ts';
import { lend } from './lib/lend.ts';

/**
 * A module that is both, with options: `module.exports = podrun({ file: 'test/pods.yaml' })` in a file of one's own. Jest
 * hands nothing from the one to the other, and calls each once a run: what is up at the call goes, else it is brought up.
 */
export function podrun(options: UpOptions = {}): () => Promise<void> {
  let takeDown: (() => Promise<void>) | undefined;
  return async () => {
    const down = takeDown;
    takeDown = undefined;
    if (down !== undefined) {
      await down();
      return;
    }
    const instance = await up(options);
    const takeBack = lend(process.env, instance.env);
    takeDown = async () => {
      takeBack();
      await instance.down();
    };
  };
}

/** With the file that is found as `podrun` finds it: both are `'podrun/jest'`. */
const setup: () => Promise<void> = podrun();
export default setup;
