/** All of the library but its door: `index.ts` loads it when something is brought up. */
import type { Instance, UpOptions } from './lib/api.ts';
import { bringUp } from './lib/bring-up.ts';
import { guestWorld } from './world.ts';

export const start = (options: UpOptions): Promise<Instance> =>
  bringUp(guestWorld({ cwd: options.cwd, env: options.env, tell: options.onProgress }), options);
